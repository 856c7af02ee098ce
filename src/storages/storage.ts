import type { ByteRange, RangeSpec } from '../headers/range.js'
import type { Content } from './content.js'

/** What is known of a file without reading it; what is not known is left out. */
export interface FileStat {
  /** Bytes. */
  readonly size?: number | undefined
  readonly modifiedTime?: Date | undefined
  readonly createdTime?: Date | undefined
  readonly accessedTime?: Date | undefined
  /** A whole entity-tag, `"…"` or `W/"…"`. A strong one promises the very same bytes. */
  readonly etag?: string | undefined
  /** Media type that was stored with the file. */
  readonly contentType?: string | undefined
  /**
   * Finds where the very file that was seen lies on the local disk by now, all links resolved; `undefined` when it has
   * no name any more. Left out for files that are not on the local disk.
   */
  readonly realPath?: (() => Promise<string | undefined>) | undefined
  /** `false` when the file can only be read from its start, so that no ranges are offered. Left out, it is `true`. */
  readonly seekable?: boolean | undefined
}

/** How {@link Storage.open} is to read. */
export interface ReadOptions {
  /** The bytes to read; left out, all. */
  range?: ByteRange | undefined
  /** What {@link Storage.stat} gave: the very version to read, else `FileChangedError`. Left out, any version will do. */
  seen?: FileStat | undefined
  /** Ends the reading when the client has gone. */
  signal?: AbortSignal | undefined
}

/** What {@link Storage.fetch} is asked for. */
export interface FetchOptions {
  /** The bytes that are wanted, told before the size is known; left out, all. */
  range?: RangeSpec | undefined
  /** The `If-None-Match` of the client: where it holds the current version, no bytes are needed. */
  ifNoneMatch?: string | undefined
  /** The `If-Modified-Since` of the client: where nothing was changed since, no bytes are needed. */
  ifModifiedSince?: Date | undefined
  /** Ends the request, and the reading after it, when the client has gone. */
  signal?: AbortSignal | undefined
}

/** What {@link Storage.fetch} found. */
export interface FetchedFile {
  /** Of the whole file, whatever range was asked for. */
  readonly stat: FileStat
  /** Left out where no bytes came: a condition held, or there are none in the range. */
  readonly body?: FetchedBody | undefined
}

/** Bytes that are on their way. They are read once, or cancelled. */
export interface FetchedBody extends AsyncIterable<Uint8Array> {
  /** Which bytes they are; left out, all. */
  readonly range?: ByteRange | undefined
  /** Lets the source go when nobody will read. */
  cancel(): void
}

/** A file of the local disk that stays readable until it is released, whatever happens to its name. */
export interface RetainedFile {
  /** Bytes. */
  readonly size: number
  /** All bytes, where they are held in memory. Many read them at once: nobody writes to them. */
  readonly content: Uint8Array | undefined
  /** Left out where {@link content} is held. */
  readonly descriptor: number | undefined
  /** Tells whether the file is small enough to be held in memory. */
  readonly isSmall: boolean
  /** Tells whether the system may send the file by itself, see `OpenFileCacheOptions.sendfile`. */
  readonly maySendfile: boolean
  /** Reads a small file as a whole. Throws `FileChangedError` when it is another one by now. */
  readAll(): Uint8Array | Promise<Uint8Array>
  /**
   * Fills a buffer from a position on. Throws `FileChangedError` when the file ends before. `wanted` is the number of bytes
   * that the whole reply takes of the file: where they are few, a quick disk is asked for them at once.
   */
  readInto(buffer: Uint8Array, position: number, wanted: number): Promise<void>
  /** Throws `FileChangedError` when the bytes are not those that were seen. */
  assertUnchanged(): Promise<void>
  release(): void
}

/** What an address of {@link Storage.presignedUrl} is to allow, and how the storage answers it. */
export interface PresignOptions {
  /** Default: `'GET'`. */
  method?: 'GET' | 'HEAD' | undefined
  /** Seconds for which the address can be used. Default: `300`. */
  expiresIn?: number | undefined
  /** The `Content-Type` of the storage's answer. Default: as it is stored. */
  contentType?: string | undefined
  /** The `Content-Disposition` of the storage's answer. Default: as it is stored. */
  contentDisposition?: string | undefined
  /** The `Cache-Control` of the storage's answer. Default: as it is stored. */
  cacheControl?: string | undefined
}

/** How {@link Storage.save} is to write. */
export interface SaveOptions {
  /** `false` refuses to replace a file. Default: `true`. */
  overwrite?: boolean | undefined
  /** Media type to keep with the file, where the storage can. */
  contentType?: string | undefined
  /** Ends the writing; nothing is left behind. */
  signal?: AbortSignal | undefined
}

/**
 * A place where files are kept, each under a key.
 *
 * A key is names with `/` between them. Whatever is not canonical is refused with `InvalidKeyError` before anything is
 * looked up; see {@link assertCanonicalKey}, which an implementation calls first. An implementation of your own can be
 * checked with `testStorage` from `downloadview/testing`.
 */
export interface Storage {
  /** Tells what is known of the file, or `undefined` when there is none. Throws only when the storage itself fails. */
  stat(key: string): Promise<FileStat | undefined>
  /**
   * Reads the file, from the first `next()` on: nothing is held before that. The source is let go of at the end, on an
   * error, on `return()` and when the signal aborts.
   *
   * It throws `FileNotFoundError` when there is no file, and `FileChangedError` when it is not the one that was seen.
   */
  open(key: string, options?: ReadOptions): AsyncIterable<Uint8Array>
  /**
   * Tells of the file and begins to read it in one round trip, for a storage elsewhere; `undefined` when there is none.
   *
   * Left out, a download is a `stat()` and an `open()`. Where a condition held, `stat` has the validator that says so.
   */
  fetch?(key: string, options?: FetchOptions): Promise<FetchedFile | undefined>
  /**
   * The file of the local disk that a `stat()` told of, readable until it is released: it is sent in quicker ways than by
   * {@link open}, which must give the same bytes. Left out by storages whose files lie elsewhere, or not as they are sent.
   */
  retain?(seen: FileStat): RetainedFile | undefined
  /**
   * Makes an address at which the storage itself gives the file to whoever holds it, for a while. Left out by storages
   * that can make none.
   */
  presignedUrl?(key: string, options?: PresignOptions): Promise<string>
  /** Writes a file. Readers see the old one or the new one as a whole, and an error leaves the old one as it was. */
  save(key: string, content: Content, options?: SaveOptions): Promise<void>
  /** Tells whether there is a file under the key. */
  exists(key: string): Promise<boolean>
  /** Removes the file; when there is none, that is fine. */
  delete(key: string): Promise<void>
  /** Lists the keys below a folder, all without one, in no particular order. */
  list(folder?: string): AsyncIterable<string>
  /** Public address of the file, percent-encoded, for redirects and for the rules of a proxy; `undefined` without one. */
  url(key: string): string | undefined
  /** Absolute path of the file on the local disk; `undefined` where files are not on one. */
  path(key: string): string | undefined
}

/** Writes a key as part of an address: each name percent-encoded, the separators kept. */
export function keyToUrl(baseUrl: string, key: string): string {
  const separator = baseUrl.endsWith('/') ? '' : '/'
  return baseUrl + separator + key.split('/').map(encodeURIComponent).join('/')
}
