import { type ByteRange, rangeLength } from './range.js'

/** One part of a `multipart/byteranges` body: what stands before its bytes, and which bytes they are. */
export interface Part {
  readonly head: Uint8Array
  readonly range: ByteRange
}

/** A `multipart/byteranges` body, framed but not yet read (RFC 9110, 14.6). */
export interface MultipartRanges {
  readonly contentType: string
  /** Bytes of the whole body, framing included. */
  readonly contentLength: number
  readonly parts: readonly Part[]
  readonly tail: Uint8Array
}

/**
 * Frames several ranges of a representation of `size` bytes.
 *
 * The boundary is random and new each time, so that a file which holds an earlier reply cannot contain it.
 */
export function frameRanges(ranges: readonly ByteRange[], size: number, contentType: string): MultipartRanges {
  const boundary = crypto.randomUUID()
  const parts = ranges.map((range, index) => ({ head: encoder.encode(partHead(index, boundary, range)), range }))
  const tail = encoder.encode(`\r\n--${boundary}--\r\n`)
  const contentLength = parts.reduce((sum, { head, range }) => sum + head.length + rangeLength(range), tail.length)
  return { contentType: `multipart/byteranges; boundary=${boundary}`, contentLength, parts, tail }

  function partHead(index: number, boundary: string, range: ByteRange): string {
    const delimiter = index === 0 ? `--${boundary}` : `\r\n--${boundary}`
    return `${delimiter}\r\nContent-Type: ${contentType}\r\nContent-Range: ${contentRange(range, size)}\r\n\r\n`
  }
}

/** Writes the `Content-Range` of a part, or with no range that of a 416. */
export function contentRange(range: ByteRange | undefined, size: number): string {
  return range === undefined ? `bytes */${size}` : `bytes ${range.start}-${range.end}/${size}`
}

const encoder = new TextEncoder()
