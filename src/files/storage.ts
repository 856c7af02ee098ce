import { FileChangedError, FileNotFoundError } from '../errors.js'
import type { ByteRange } from '../headers/range.js'
import type { Content } from '../storages/content.js'
import type { FetchOptions, FileStat, RetainedFile, SaveOptions, Storage } from '../storages/storage.js'
import type { DownloadFile } from './file.js'
import { HeldBody, tellsTooLittle } from './held-body.js'
import { OpenedBytes } from './opened-bytes.js'

/** A file of a storage, found by its key. */
export class StorageFile implements DownloadFile {
  readonly storage: Storage
  /** The key of the file in its storage. */
  readonly name: string
  readonly fetch: DownloadFile['fetch']
  readonly presignedUrl: DownloadFile['presignedUrl']
  readonly retain: DownloadFile['retain']
  readonly #held = new HeldBody()
  #stat: FileStat | undefined

  constructor(storage: Storage, key: string) {
    this.storage = storage
    this.name = key
    if (storage.fetch !== undefined) this.fetch = (options) => this.#fetch(options)
    if (storage.retain !== undefined) this.retain = () => this.#retain()
    this.presignedUrl = storage.presignedUrl?.bind(storage, key)
  }

  // Plain JavaScript may leave both out of a storage, where its files have neither.
  get url(): string | undefined {
    return this.storage.url?.(this.name)
  }

  get path(): string | undefined {
    return this.storage.path?.(this.name)
  }

  async stat(): Promise<FileStat> {
    return this.#seen(this.#stat ?? (await this.storage.stat(this.name)))
  }

  open(range?: ByteRange, signal?: AbortSignal): AsyncIterableIterator<Uint8Array> {
    const open = () => this.#held.take(range) ?? this.storage.open(this.name, { range, seen: this.#stat, signal })
    return new OpenedBytes(open, (error) => {
      if (error instanceof FileChangedError) this.#stat = undefined
    })
  }

  exists(): Promise<boolean> {
    return this.storage.exists(this.name)
  }

  /** Replaces the file. */
  async save(content: Content, options?: SaveOptions): Promise<void> {
    await this.storage.save(this.name, content, options)
    this.#forget()
  }

  async delete(): Promise<void> {
    await this.storage.delete(this.name)
    this.#forget()
  }

  close(): void {
    this.#held.cancel()
  }

  async #fetch(options: FetchOptions): Promise<FileStat> {
    if (this.#stat !== undefined) return this.#stat
    const fetched = await this.storage.fetch?.(this.name, options)
    if (fetched !== undefined && tellsTooLittle(fetched, options)) return this.stat()
    if (fetched !== undefined) this.#held.hold(fetched)
    return this.#seen(fetched?.stat)
  }

  /** A subclass that reads in its own way gives other bytes than the disk has. */
  #retain(): RetainedFile | undefined {
    if (this.#stat === undefined || this.open !== StorageFile.prototype.open) return undefined
    return this.storage.retain?.(this.#stat)
  }

  #seen(stat: FileStat | undefined): FileStat {
    if (stat === undefined) throw new FileNotFoundError()
    this.#stat = stat
    return stat
  }

  #forget(): void {
    this.#held.cancel()
    this.#stat = undefined
  }
}
