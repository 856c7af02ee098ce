import { Readable } from 'node:stream'
import type { GetObjectCommandOutput, HeadObjectCommandOutput } from '@aws-sdk/client-s3'
import type { ByteRange } from '../../headers/range.js'
import type { FileStat } from '../storage.js'

/** What an answer tells of the object as a whole, whatever range of it was asked for. */
export function statOf(output: HeadObjectCommandOutput | GetObjectCommandOutput): FileStat {
  return {
    size: output.ContentRange === undefined ? output.ContentLength : contentRangeOf(output)?.size,
    modifiedTime: output.LastModified,
    etag: quoted(output.ETag),
    contentType: output.ContentType === NO_TYPE ? undefined : output.ContentType,
  }
}

/** What an answer without a body tells in its headers. */
export function statOfHeaders(header: (name: string) => string | undefined): FileStat {
  const lastModified = header('last-modified')
  return {
    modifiedTime: lastModified === undefined ? undefined : new Date(lastModified),
    etag: quoted(header('etag')),
  }
}

/** The bytes that an answer brings, and of how many; `undefined` when it brings all. */
export function contentRangeOf({ ContentRange }: GetObjectCommandOutput): SizedRange | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(ContentRange ?? '')
  if (match === null) return undefined
  const [, start, end, size] = match
  return { start: Number(start), end: Number(end), size: Number(size) }
}

/** Where the bytes of an answer come from. */
export function streamOf({ Body }: GetObjectCommandOutput): Readable {
  if (Body instanceof Readable) return Body
  // A request handler of the application's own may give a web stream.
  return Body === undefined ? Readable.from([]) : Readable.fromWeb(Body.transformToWebStream())
}

interface SizedRange extends ByteRange {
  readonly size: number
}

/** Some servers leave the quotes out. */
function quoted(etag: string | undefined): string | undefined {
  return etag === undefined || etag === '' || etag.endsWith('"') ? etag || undefined : `"${etag}"`
}

/** What S3 tells of objects that were stored without a type: the name knows better. */
const NO_TYPE = 'binary/octet-stream'
