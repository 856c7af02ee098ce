import type { ByteRange } from '../headers/range.js'
import type { FetchOptions, FileStat, PresignOptions, RetainedFile } from '../storages/storage.js'

/**
 * What a view finds: a file, wherever its bytes are.
 *
 * `stat()` and `open()` are the whole contract; conditions, ranges, HEAD and names follow from them for every source. A
 * wrapper is made for one request. Nothing is opened before {@link open} is iterated, so a reply without a body costs
 * no more than a `stat()`.
 */
export interface DownloadFile {
  /** Name of the file, maybe with folders before it; the last part is what clients save it as. Empty without one. */
  readonly name: string
  /** Address of the file, percent-encoded, that a proxy's rules may know. */
  readonly url?: string | undefined
  /** Absolute path of the file on the local disk. */
  readonly path?: string | undefined
  /** Tells what is known of the file. Throws `FileNotFoundError` when there is none. */
  stat(): Promise<FileStat>
  /**
   * Reads the file that {@link stat} told of, or a range of it. Throws `FileChangedError` when it is another one by now,
   * and the next `stat()` then tells of that. The source is let go of at the end, on errors, and when the signal aborts.
   */
  open(range?: ByteRange, signal?: AbortSignal): AsyncIterable<Uint8Array>
  /**
   * Tells of the file, as {@link stat} does, and begins to read it in the same round trip: an {@link open} of what was
   * asked for then costs no other. Left out where a `stat()` is cheap, as on a disk.
   */
  readonly fetch?: ((options: FetchOptions) => Promise<FileStat>) | undefined
  /** Makes an address at which the file can be had for a while without the application, see `Storage.presignedUrl`. */
  readonly presignedUrl?: ((options: PresignOptions) => Promise<string>) | undefined
  /**
   * The file on the local disk that {@link stat} told of, readable until it is released: adapters send it in quicker ways
   * than by {@link open}, which must give the same bytes. `undefined` when it has been let go of since. Left out for what
   * lies elsewhere.
   */
  readonly retain?: (() => RetainedFile | undefined) | undefined
  /** Answers `If-Modified-Since` instead of the modification time: `false` gives a 304. */
  readonly wasModifiedSince?: ((since: Date) => boolean | Promise<boolean>) | undefined
  /** Lets go of what the wrapper itself holds. Called once after every reply, whether bytes were sent or not. */
  close?(): void
}
