import { FileChangedError, FileExistsError, FileNotFoundError } from '../errors.js'
import { fileEtag } from '../headers/etag.js'
import { type Content, chunksOf } from './content.js'
import { assertCanonicalKey } from './key.js'
import { type FileStat, keyToUrl, type ReadOptions, type SaveOptions, type Storage } from './storage.js'

/** Options of {@link MemoryStorage}. */
export interface MemoryStorageOptions {
  /** Public address of the files, for {@link MemoryStorage.url}. Left out, files have none. */
  baseUrl?: string | undefined
}

/** Keeps files in the memory of this process: for tests and for small things that need not last. */
export class MemoryStorage implements Storage {
  readonly #files = new Map<string, StoredFile>()
  readonly #baseUrl: string | undefined
  /** Counts on from the clock: after a restart, other bytes must not get the tags of this run. */
  #version = BigInt(Date.now()) << 20n

  constructor({ baseUrl }: MemoryStorageOptions = {}) {
    this.#baseUrl = baseUrl
  }

  async stat(key: string): Promise<FileStat | undefined> {
    assertCanonicalKey(key)
    return this.#files.get(key)?.stat
  }

  async *open(key: string, { range, seen, signal }: ReadOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    assertCanonicalKey(key)
    signal?.throwIfAborted()
    const file = this.#files.get(key)
    if (file === undefined) throw new FileNotFoundError()
    if (seen !== undefined && seen.etag !== file.stat.etag) throw new FileChangedError()
    const bytes = range === undefined ? file.bytes : file.bytes.subarray(range.start, range.end + 1)
    if (bytes.length > 0) yield bytes
  }

  async save(
    key: string,
    content: Content,
    { overwrite = true, contentType, signal }: SaveOptions = {},
  ): Promise<void> {
    assertCanonicalKey(key)
    const chunks: Uint8Array[] = []
    for await (const chunk of chunksOf(content, signal)) {
      signal?.throwIfAborted()
      chunks.push(chunk)
    }
    signal?.throwIfAborted()
    if (!overwrite && this.#files.has(key)) throw new FileExistsError(`There is a file already under "${key}".`)
    const bytes = Buffer.concat(chunks)
    const modifiedTime = new Date()
    const etag = fileEtag(bytes.length, ++this.#version)
    this.#files.set(key, {
      bytes,
      stat: { size: bytes.length, modifiedTime, createdTime: modifiedTime, etag, contentType },
    })
  }

  async exists(key: string): Promise<boolean> {
    return (await this.stat(key)) !== undefined
  }

  async delete(key: string): Promise<void> {
    assertCanonicalKey(key)
    this.#files.delete(key)
  }

  async *list(folder?: string): AsyncGenerator<string, void, undefined> {
    if (folder !== undefined) assertCanonicalKey(folder)
    const prefix = folder === undefined ? '' : `${folder}/`
    for (const key of this.#files.keys()) if (key.startsWith(prefix)) yield key
  }

  url(key: string): string | undefined {
    assertCanonicalKey(key)
    return this.#baseUrl === undefined ? undefined : keyToUrl(this.#baseUrl, key)
  }

  path(key: string): undefined {
    assertCanonicalKey(key)
    return undefined
  }
}

interface StoredFile {
  readonly bytes: Uint8Array
  readonly stat: FileStat
}
