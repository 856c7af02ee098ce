import { createHash } from 'node:crypto'
import type { Storage as Unstorage } from 'unstorage'
import { FileChangedError, FileExistsError, FileNotFoundError, InvalidKeyError, StorageError } from '../../errors.js'
import type { ByteRange } from '../../headers/range.js'
import type { BridgeOptions } from '../bridges/bridged-storage.js'
import { bridgeError, isMissing } from '../bridges/failure.js'
import { KeyLocks } from '../bridges/key-locks.js'
import { type Content, chunksOf, expectErrors } from '../content.js'
import { assertCanonicalKey, isKey } from '../key.js'
import {
  type FetchedBody,
  type FetchedFile,
  type FetchOptions,
  type FileStat,
  keyToUrl,
  type ReadOptions,
  type SaveOptions,
  type Storage,
} from '../storage.js'

/** What is asked of a storage of unstorage, whatever the types of its values. */
export type UnstorageLike = Pick<
  Unstorage,
  'getItemRaw' | 'setItemRaw' | 'hasItem' | 'removeItem' | 'getMeta' | 'getKeys'
>

/** Options of {@link fromUnstorage}. */
export type UnstorageOptions = BridgeOptions

/**
 * Takes a storage of unstorage, the one of Nitro and Nuxt, for a storage of small files.
 *
 * - unstorage reads and writes values as a whole, in memory. A download costs one reading of the whole file, and a `HEAD`
 *   does as well: it is meant for files of some megabytes. Clients are offered no ranges, each of which would cost that.
 * - Entity-tags come from the content, so that one version is never taken for another.
 * - unstorage takes `:` for `/`, cuts a key off at `?`, and keeps what it knows of a file under its key and a `$`. Keys
 *   with these, and those with a name that ends in `..`, are refused with `InvalidKeyError`.
 * - Media types are not kept. `setItem()` makes text of its values, which is then what is read.
 * - How a file is replaced is up to the driver: `fs` writes over it where it is. Within this process, reading waits for
 *   that; another process may see half a file, and a crash may leave one.
 * - A driver that can only read says nothing to a `save()`.
 * - Nothing keeps two processes from saving one key with `overwrite: false`.
 *
 * @see https://unstorage.unjs.io
 */
export function fromUnstorage(storage: UnstorageLike, options: UnstorageOptions = {}): Storage {
  return new UnstorageStorage(storage, options)
}

class UnstorageStorage implements Storage {
  readonly #storage: UnstorageLike
  readonly #baseUrl: string | undefined
  readonly #locks = new KeyLocks()

  constructor(storage: UnstorageLike, { baseUrl }: BridgeOptions) {
    this.#storage = storage
    this.#baseUrl = baseUrl
  }

  async stat(key: string): Promise<FileStat | undefined> {
    return (await this.#read(key))?.stat
  }

  async *open(key: string, { range, seen, signal }: ReadOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    assertKey(key)
    signal?.throwIfAborted()
    const file = await this.#read(key)
    signal?.throwIfAborted()
    if (file === undefined) throw new FileNotFoundError()
    if (seen !== undefined && seen.etag !== file.stat.etag) throw new FileChangedError()
    const bytes = range === undefined ? file.bytes : file.bytes.subarray(range.start, range.end + 1)
    if (bytes.length > 0) yield bytes
  }

  /** Reads once for what would otherwise be read twice. */
  async fetch(key: string, { signal }: FetchOptions = {}): Promise<FetchedFile | undefined> {
    assertKey(key)
    signal?.throwIfAborted()
    const file = await this.#read(key)
    signal?.throwIfAborted()
    return file && { stat: file.stat, body: new ReadBytes(file.bytes, signal) }
  }

  async save(key: string, content: Content, { overwrite = true, signal }: SaveOptions = {}): Promise<void> {
    assertKey(key)
    expectErrors(content)
    const chunks: Uint8Array[] = []
    for await (const chunk of chunksOf(content, signal)) {
      signal?.throwIfAborted()
      // A copy: the content may be written over once the next piece is asked for.
      chunks.push(Buffer.from(chunk))
    }
    const bytes = Buffer.concat(chunks)
    await this.#locks.exclusive(key, async () => {
      signal?.throwIfAborted()
      if (!overwrite && (await this.#bytes(key)) !== undefined) {
        throw new FileExistsError(`There is a file already under "${key}".`)
      }
      await this.#attempt(() => this.#storage.setItemRaw(key, bytes))
    })
  }

  async exists(key: string): Promise<boolean> {
    assertKey(key)
    // Some drivers say yes to a folder, so that only a value counts.
    return this.#locks.shared(key, async () => (await this.#has(key)) && (await this.#bytes(key)) !== undefined)
  }

  async delete(key: string): Promise<void> {
    assertKey(key)
    await this.#locks.exclusive(key, async () => {
      await this.#attempt(() => this.#storage.removeItem(key))
      // The drivers for folders keep quiet about what they could not remove.
      if ((await this.#has(key)) && (await this.#bytes(key)) !== undefined) {
        throw new StorageError('unstorage did not delete the file: its driver may only read, or lack the rights.')
      }
    })
  }

  async *list(folder?: string): AsyncGenerator<string, void, undefined> {
    if (folder !== undefined) assertKey(folder)
    const prefix = folder === undefined ? '' : `${folder}/`
    for (const name of await this.#attempt(() => this.#storage.getKeys(folder))) {
      const key = name.replaceAll(':', '/')
      if (key.startsWith(prefix) && isKey(key, assertKey)) yield key
    }
  }

  url(key: string): string | undefined {
    assertKey(key)
    return this.#baseUrl === undefined ? undefined : keyToUrl(this.#baseUrl, key)
  }

  path(key: string): undefined {
    assertKey(key)
    return undefined
  }

  async #read(key: string): Promise<ReadFile | undefined> {
    assertKey(key)
    return this.#locks.shared(key, async () => {
      const bytes = await this.#bytes(key)
      if (bytes === undefined) return undefined
      const { mtime } = await this.#attempt(async () => this.#storage.getMeta(key, { nativeOnly: true }))
      const etag = `"${createHash('sha256').update(bytes).digest('base64url')}"`
      return { bytes, stat: { size: bytes.length, modifiedTime: timeOf(mtime), etag, seekable: false } }
    })
  }

  async #bytes(key: string): Promise<Uint8Array | undefined> {
    const value: unknown = await this.#attempt(() => this.#storage.getItemRaw(key))
    // The drivers for folders give the errors of the disk as values.
    if (value instanceof Error && !isMissing(value)) throw bridgeError(WHAT, value)
    if (value === null || value === undefined || value instanceof Error) return undefined
    return bytesOf(value)
  }

  #has(key: string): Promise<boolean> {
    return this.#attempt(() => this.#storage.hasItem(key))
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw bridgeError(WHAT, error)
    }
  }
}

interface ReadFile {
  readonly stat: FileStat
  readonly bytes: Uint8Array
}

/** Bytes that are there already. */
class ReadBytes implements FetchedBody {
  readonly range: ByteRange | undefined
  readonly #signal: AbortSignal | undefined
  #bytes: Uint8Array

  constructor(bytes: Uint8Array, signal: AbortSignal | undefined) {
    this.#bytes = bytes
    this.#signal = signal
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    this.#signal?.throwIfAborted()
    if (this.#bytes.length > 0) yield this.#bytes
  }

  cancel(): void {
    this.#bytes = new Uint8Array()
  }
}

function assertKey(key: string): void {
  assertCanonicalKey(key)
  if (/[:?]|\$$|\.\.(\/|$)/.test(key)) throw new InvalidKeyError('unstorage would take this key for another one.')
}

/** Drivers give what they have: bytes in several forms, or text. */
function bytesOf(value: unknown): Uint8Array {
  if (typeof value === 'string') return Buffer.from(value)
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  throw new StorageError('unstorage has a value there that is neither bytes nor text.')
}

function timeOf(time: unknown): Date | undefined {
  const date = typeof time === 'string' || typeof time === 'number' ? new Date(time) : time
  return date instanceof Date && !Number.isNaN(date.getTime()) ? date : undefined
}

const WHAT = 'The storage of unstorage'
