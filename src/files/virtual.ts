import type { ByteRange } from '../headers/range.js'
import {
  type Content,
  chunksOf,
  discard,
  expectErrors,
  isWhole,
  toBytes,
  type WholeContent,
} from '../storages/content.js'
import type { FileStat } from '../storages/storage.js'
import type { DownloadFile } from './file.js'
import { OpenedBytes } from './opened-bytes.js'

/** What can be told of content that has no place of its own; what is not told is unknown to clients as well. */
export interface VirtualFileOptions {
  /** Name of the file; the last part is what clients save it as. */
  name?: string | undefined
  /** Address that stands for the same bytes; given on purpose, a proxy's rules may hand it over. */
  url?: string | undefined
  /** Bytes. Left out, it is that of the content where this is there as a whole, else unknown. */
  size?: number | undefined
  modifiedTime?: Date | undefined
  /** A whole entity-tag, `"…"` or `W/"…"`. */
  etag?: string | undefined
  contentType?: string | undefined
  /** Answers `If-Modified-Since`: `false` gives a 304. */
  wasModifiedSince?: DownloadFile['wasModifiedSince']
}

/** Content, or what makes it once it is needed; the signal aborts when the client has gone. */
export type VirtualContent = Content | ((signal: AbortSignal | undefined) => Content | Promise<Content>)

/**
 * A file that is made rather than found: text, bytes, a Blob, a stream, a generator, or a function that gives any of
 * these when the reply needs them.
 *
 * Streamed content is passed on piece by piece and never gathered. With a function nothing is made for a HEAD or a 304.
 */
export class VirtualFile implements DownloadFile {
  readonly name: string
  readonly url: string | undefined
  readonly wasModifiedSince: DownloadFile['wasModifiedSince']
  readonly #content: VirtualContent
  readonly #stat: FileStat

  constructor(content: VirtualContent, options: VirtualFileOptions = {}) {
    const { name = '', url, modifiedTime, etag, contentType, wasModifiedSince } = options
    this.name = name
    this.url = url
    this.wasModifiedSince = wasModifiedSince
    // Encoded once: each range of a text would otherwise encode all of it.
    this.#content = typeof content === 'string' ? toBytes(content) : content
    const whole = typeof content !== 'function' && isWhole(content)
    const size = whole ? sizeOf(content) : options.size
    this.#stat = { size, modifiedTime, etag, contentType, seekable: whole }
    if (typeof content !== 'function') expectErrors(content)
  }

  async stat(): Promise<FileStat> {
    return this.#stat
  }

  open(range?: ByteRange, signal?: AbortSignal): AsyncIterableIterator<Uint8Array> {
    const chunks = (content: Content) =>
      chunksOf(range !== undefined && isWhole(content) ? slice(content, range) : content, signal)
    return new OpenedBytes(() => {
      signal?.throwIfAborted()
      const content = typeof this.#content === 'function' ? this.#content(signal) : this.#content
      return content instanceof Promise ? content.then(chunks) : chunks(content)
    })
  }

  close(): void {
    if (typeof this.#content !== 'function') discard(this.#content)
  }
}

function sizeOf(content: WholeContent): number {
  if (typeof content === 'string') return Buffer.byteLength(content)
  return content instanceof Blob ? content.size : content.byteLength
}

function slice(content: WholeContent, { start, end }: ByteRange): WholeContent {
  return content instanceof Blob ? content.slice(start, end + 1) : toBytes(content).subarray(start, end + 1)
}
