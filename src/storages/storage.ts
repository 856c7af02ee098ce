import type { ByteRange } from '../headers/range.js'
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
