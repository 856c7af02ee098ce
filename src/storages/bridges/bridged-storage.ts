import type { Readable } from 'node:stream'
import { FileExistsError, FileNotFoundError, InvalidKeyError } from '../../errors.js'
import type { Content } from '../content.js'
import { assertCanonicalKey } from '../key.js'
import {
  type FileStat,
  keyToUrl,
  type PresignOptions,
  type ReadOptions,
  type SaveOptions,
  type Storage,
} from '../storage.js'
import { bridgeError, isMissing, isNoFolder } from './failure.js'
import { KeyLocks } from './key-locks.js'
import { readVersion } from './read-version.js'
import { type Spooled, spooled } from './spool.js'

/** What a storage library can do. It may fail in its own words. */
export interface StreamLibrary {
  /** Its name, for the messages of errors. */
  readonly what: string
  /** Refuses, with `InvalidKeyError`, a canonical key that the library would take for another one. */
  assertKey(key: string): void
  /** `undefined` for what is no file; a missing one may also be an error. */
  stat(key: string, signal?: AbortSignal): Promise<FileStat | undefined>
  /** Opens a file from its start. */
  read(key: string, signal?: AbortSignal): Promise<Readable>
  /** Lets go of a stream of {@link read} that was not read to its end. */
  letGo(stream: Readable): void
  write(key: string, content: Spooled, contentType: string | undefined): Promise<void>
  delete(key: string): Promise<void>
  /** The keys below a folder, and maybe others; all without one. A missing folder may also be an error. */
  keys(folder: string | undefined): AsyncIterable<string>
  sign?(key: string, options: PresignOptions): Promise<string>
}

/** Options that every bridge has. */
export interface BridgeOptions {
  /** Public address of the files, for `url()`, which cannot wait for the library's own. Left out, files have none. */
  baseUrl?: string | undefined
}

/** Keeps files with a library that the application already uses, one that reads and writes them as streams. */
export class BridgedStorage implements Storage {
  /** Only where the library is to make addresses. */
  declare readonly presignedUrl?: NonNullable<Storage['presignedUrl']>
  readonly #library: StreamLibrary
  readonly #baseUrl: string | undefined
  readonly #locks = new KeyLocks()

  constructor(library: StreamLibrary, { baseUrl }: BridgeOptions) {
    this.#library = library
    this.#baseUrl = baseUrl
    const sign = library.sign?.bind(library)
    if (sign !== undefined) {
      this.presignedUrl = async (key, options = {}) => {
        this.#assertKey(key)
        return sign(key, options)
      }
    }
  }

  async stat(key: string): Promise<FileStat | undefined> {
    this.#assertKey(key)
    return this.#stat(key)
  }

  async *open(key: string, { range, seen, signal }: ReadOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    this.#assertKey(key)
    signal?.throwIfAborted()
    const known = seen ?? (await this.#stat(key, signal))
    if (known === undefined) throw new FileNotFoundError()
    const library = this.#library
    // Ends what the library still asks for when nobody reads on.
    const controller = new AbortController()
    try {
      yield* readVersion({
        seen: known,
        range,
        signal,
        open: () => library.read(key, controller.signal),
        stat: () => this.#stat(key, signal),
        letGo: (stream) => library.letGo(stream),
      })
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (isMissing(error)) throw new FileNotFoundError(undefined, { cause: error })
      throw this.#failure(error)
    } finally {
      controller.abort()
    }
  }

  async save(key: string, content: Content, options: SaveOptions = {}): Promise<void> {
    this.#assertKey(key)
    const { overwrite = true, contentType, signal } = options
    await spooled(content, signal, (spool) => {
      return this.#locks.exclusive(key, async () => {
        if (!overwrite && (await this.exists(key))) {
          throw new FileExistsError(`There is a file already under "${key}".`)
        }
        signal?.throwIfAborted()
        await this.#attempt(() => this.#library.write(key, spool, contentType))
      })
    })
  }

  async exists(key: string): Promise<boolean> {
    return (await this.stat(key)) !== undefined
  }

  async delete(key: string): Promise<void> {
    this.#assertKey(key)
    await this.#locks.exclusive(key, async () => {
      // Some engines take the name of a folder for all that is in it.
      if (await this.exists(key)) await this.#attempt(() => this.#library.delete(key))
    })
  }

  async *list(folder?: string): AsyncGenerator<string, void, undefined> {
    if (folder !== undefined) this.#assertKey(folder)
    const prefix = folder === undefined ? '' : `${folder}/`
    try {
      for await (const key of this.#library.keys(folder)) if (key.startsWith(prefix) && this.#isKey(key)) yield key
    } catch (error) {
      if (!isNoFolder(error)) throw this.#failure(error)
    }
  }

  url(key: string): string | undefined {
    this.#assertKey(key)
    return this.#baseUrl === undefined ? undefined : keyToUrl(this.#baseUrl, key)
  }

  path(key: string): undefined {
    this.#assertKey(key)
    return undefined
  }

  #assertKey(key: string): void {
    assertCanonicalKey(key)
    this.#library.assertKey(key)
  }

  /** A library may list what it could never be asked for. */
  #isKey(key: string): boolean {
    try {
      this.#assertKey(key)
      return true
    } catch (error) {
      if (error instanceof InvalidKeyError) return false
      throw error
    }
  }

  async #stat(key: string, signal?: AbortSignal): Promise<FileStat | undefined> {
    try {
      return await this.#library.stat(key, signal)
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (isMissing(error)) return undefined
      throw this.#failure(error)
    }
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw this.#failure(error)
    }
  }

  #failure(error: unknown): unknown {
    return bridgeError(this.#library.what, error)
  }
}
