import { FileChangedError, FileNotFoundError } from '../errors.js'
import type { ByteRange } from '../headers/range.js'
import type { Content } from '../storages/content.js'
import type { FileStat, SaveOptions, Storage } from '../storages/storage.js'
import type { DownloadFile } from './file.js'

/** A file of a storage, found by its key. */
export class StorageFile implements DownloadFile {
  readonly storage: Storage
  /** The key of the file in its storage. */
  readonly name: string
  #stat: FileStat | undefined

  constructor(storage: Storage, key: string) {
    this.storage = storage
    this.name = key
  }

  get url(): string | undefined {
    return this.storage.url(this.name)
  }

  get path(): string | undefined {
    return this.storage.path(this.name)
  }

  async stat(): Promise<FileStat> {
    this.#stat ??= await this.storage.stat(this.name)
    if (this.#stat === undefined) throw new FileNotFoundError()
    return this.#stat
  }

  async *open(range?: ByteRange, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* this.storage.open(this.name, { range, seen: this.#stat, signal })
    } catch (error) {
      if (error instanceof FileChangedError) this.#stat = undefined
      throw error
    }
  }

  exists(): Promise<boolean> {
    return this.storage.exists(this.name)
  }

  /** Replaces the file. */
  async save(content: Content, options?: SaveOptions): Promise<void> {
    await this.storage.save(this.name, content, options)
    this.#stat = undefined
  }

  async delete(): Promise<void> {
    await this.storage.delete(this.name)
    this.#stat = undefined
  }
}
