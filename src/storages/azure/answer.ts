import type { BlobDownloadResponseParsed, BlobGetPropertiesResponse } from '@azure/storage-blob'
import type { ByteRange } from '../../headers/range.js'
import type { FileStat } from '../storage.js'

type Answer = Pick<
  BlobGetPropertiesResponse & BlobDownloadResponseParsed,
  'contentLength' | 'contentRange' | 'lastModified' | 'createdOn' | 'etag' | 'contentType'
>

/** What an answer tells of the file as a whole, whatever range of it was asked for. */
export function statOf(answer: Answer): FileStat {
  const { contentLength, lastModified, createdOn, etag, contentType } = answer
  return {
    size: rangeOf(answer)?.size ?? contentLength,
    modifiedTime: lastModified,
    createdTime: createdOn,
    etag,
    contentType,
  }
}

/** What an answer without a body tells in its headers. */
export function statOfHeaders(header: (name: string) => string | undefined): FileStat {
  const lastModified = header('last-modified')
  return { etag: header('etag'), modifiedTime: lastModified === undefined ? undefined : new Date(lastModified) }
}

/** The bytes that an answer brings, and of how many; `undefined` when it brings all. */
export function rangeOf({ contentRange }: Pick<Answer, 'contentRange'>): (ByteRange & { size: number }) | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(contentRange ?? '')
  if (match === null) return undefined
  const [, start, end, size] = match
  return { start: Number(start), end: Number(end), size: Number(size) }
}

/** Accounts with a hierarchical namespace, and tools that act as if, keep folders as empty files with a mark. */
export function isFolder(metadata: Readonly<Record<string, string>> | undefined): boolean {
  return metadata?.['hdi_isfolder'] === 'true'
}
