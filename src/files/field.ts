import type { ByteRange } from '../headers/range.js'
import type { FetchOptions, FileStat } from '../storages/storage.js'
import type { DownloadFile } from './file.js'
import { letGo } from './let-go.js'

/** What a row tells of its file. An empty column counts as not there. */
export interface FieldFileOptions {
  /** Name of the file; the last part is what clients save it as. */
  name?: string | null | undefined
  /** Bytes. Taken only where the file cannot tell its own size: a column may be out of date, and a body must be whole. */
  size?: number | null | undefined
  modifiedTime?: Date | null | undefined
  contentType?: string | null | undefined
}

/** The file of a row: its bytes are another file's, and the row's columns tell more of it. */
export class FieldFile implements DownloadFile {
  readonly file: DownloadFile
  readonly #options: FieldFileOptions

  constructor(file: DownloadFile, options: FieldFileOptions = {}) {
    this.file = file
    this.#options = options
  }

  get name(): string {
    return this.#options.name || this.file.name
  }

  get url(): string | undefined {
    return this.file.url
  }

  get path(): string | undefined {
    return this.file.path
  }

  async stat(): Promise<FileStat> {
    return this.#tellMore(await this.file.stat())
  }

  get fetch(): DownloadFile['fetch'] {
    const fetch = this.file.fetch?.bind(this.file)
    return fetch && (async (options) => this.#tellMore(await fetch(this.#own(options))))
  }

  get presignedUrl(): DownloadFile['presignedUrl'] {
    return this.file.presignedUrl?.bind(this.file)
  }

  /** A subclass that reads in its own way gives other bytes than the disk has. */
  get retain(): DownloadFile['retain'] {
    return this.open === FieldFile.prototype.open ? this.file.retain?.bind(this.file) : undefined
  }

  open(range?: ByteRange, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    return this.file.open(range, signal)
  }

  get wasModifiedSince(): DownloadFile['wasModifiedSince'] {
    return this.file.wasModifiedSince?.bind(this.file)
  }

  close(): void {
    letGo(this.file)
  }

  #tellMore(stat: FileStat): FileStat {
    const { size, modifiedTime, contentType } = this.#options
    const more = {
      ...stat,
      size: stat.size ?? size ?? undefined,
      // The row's own may be turned on: what was told must stay what it was.
      modifiedTime: modifiedTime ? new Date(modifiedTime) : stat.modifiedTime,
      contentType: contentType || stat.contentType,
    }
    // A subclass may write on it.
    if (this.stat !== FieldFile.prototype.stat) return more
    if (tellsTheSame(stat, more)) return stat
    const before = told.get(stat)
    if (before !== undefined && tellsTheSame(before, more)) return before
    told.set(stat, Object.freeze(more))
    return more
  }

  /** What the row says of the last change, the place where the bytes are cannot know. */
  #own(options: FetchOptions): FetchOptions {
    return this.#options.modifiedTime ? { ...options, ifModifiedSince: undefined } : options
  }
}

/** What was told last of files that stay the same: their replies are described only once, see `describe()`. */
const told = new WeakMap<FileStat, FileStat>()

/** Of two that come from one: nothing but what a row tells can differ. */
function tellsTheSame(one: FileStat, other: FileStat): boolean {
  const isSameTime = one.modifiedTime?.getTime() === other.modifiedTime?.getTime()
  return isSameTime && one.size === other.size && one.contentType === other.contentType
}
