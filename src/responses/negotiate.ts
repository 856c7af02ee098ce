import type { DownloadFile } from '../files/file.js'
import type { HeaderMap } from '../headers/header-map.js'
import { parseHttpDate } from '../headers/http-date.js'
import { contentRange, frameRanges, type MultipartRanges } from '../headers/multipart.js'
import { checkPreconditions, ifRangeHolds, modifiedSinceDate, type Validators } from '../headers/preconditions.js'
import { parseRange, type RangeRequest, rangeLength } from '../headers/range.js'
import type { RequestHeaders } from '../headers/request-headers.js'
import type { FileStat } from '../storages/storage.js'
import type { DownloadResponse } from './download.js'
import type { Reply } from './reply.js'

/** What negotiation needs to know of a request. */
export interface ConditionalRequest {
  readonly method: string
  readonly headers: RequestHeaders
}

/**
 * Decides what a request gets of a download: all of it, ranges of it, or only the news that it has not changed (304),
 * that a condition failed (412), or that it has no such bytes (416).
 *
 * Only the file's `stat()` is read. A HEAD gets the headers of the GET, its range left aside (RFC 9110, 14.2).
 */
export async function negotiate(request: ConditionalRequest, response: DownloadResponse): Promise<Reply> {
  const stat = await response.file.stat()
  const headers = response.describe(stat)
  if (response.status !== 200 || !isRetrieval(request)) return whole(request, response, stat, headers)
  const validators = await validatorsOf(request, response, headers)
  const verdict = checkPreconditions(request.headers, validators)
  if (verdict === 'not-modified') return notModified(response, headers)
  if (verdict === 'precondition-failed') return withoutBody(412, headers)
  headers.setMissing('Accept-Ranges', isSeekable(stat) ? 'bytes' : 'none')
  const range = wantedRange(request, stat, validators)
  if (range === undefined) return whole(request, response, stat, headers)
  if (range === 'unsatisfiable')
    return withoutBody(416, headers.set('Content-Range', contentRange(undefined, stat.size as number)))
  return partial(request, response, stat, headers, range)
}

/** Any other method has done its work by now: a 304 or a 412 would deny that. */
function isRetrieval({ method }: ConditionalRequest): boolean {
  return method === 'GET' || method === 'HEAD'
}

async function validatorsOf(
  request: ConditionalRequest,
  response: DownloadResponse,
  headers: HeaderMap,
): Promise<Validators> {
  const since = response.wasModifiedSince && modifiedSinceDate(request.headers)
  return {
    etag: headers.get('ETag') ?? undefined,
    lastModified: parseHttpDate(headers.get('Last-Modified')),
    wasModified: since === undefined ? undefined : await response.wasModifiedSince?.(new Date(since)),
  }
}

function wantedRange(
  { method, headers }: ConditionalRequest,
  stat: FileStat,
  validators: Validators,
): RangeRequest | undefined {
  if (method !== 'GET' || !isSeekable(stat) || !ifRangeHolds(headers, validators)) return undefined
  return parseRange(headers.get('range'), stat.size)
}

function isSeekable(stat: FileStat): stat is FileStat & { readonly size: number } {
  return stat.size !== undefined && stat.seekable !== false
}

function whole(
  request: ConditionalRequest,
  { file, status }: DownloadResponse,
  stat: FileStat,
  headers: HeaderMap,
): Reply {
  const { size: length } = stat
  // Never the application's word for it: a body of another length would be read as the next reply.
  if (length === undefined) headers.delete('Content-Length')
  else headers.set('Content-Length', String(length))
  if (request.method === 'HEAD') return { status, headers }
  return { status, headers, body: { length, open: (signal) => file.open(undefined, signal) } }
}

function partial(
  request: ConditionalRequest,
  response: DownloadResponse,
  stat: FileStat,
  headers: HeaderMap,
  [range, ...others]: Exclude<RangeRequest, 'unsatisfiable'>,
): Reply {
  const { file } = response
  const size = stat.size as number
  if (others.length > 0) {
    // Many small ranges would cost more than the file, in reads or in bytes: then the file is sent.
    if (others.length >= MAX_PARTS) return whole(request, response, stat, headers)
    const framed = frameRanges([range, ...others], size, headers.get('Content-Type') as string)
    if (framed.contentLength > Math.max(size, MULTIPART_ALLOWANCE)) return whole(request, response, stat, headers)
    headers.set('Content-Type', framed.contentType).set('Content-Length', String(framed.contentLength))
    return {
      status: 206,
      headers,
      body: { length: framed.contentLength, open: (signal) => readParts(file, framed, signal) },
    }
  }
  const length = rangeLength(range)
  headers.set('Content-Range', contentRange(range, size)).set('Content-Length', String(length))
  return { status: 206, headers, body: { length, open: (signal) => file.open(range, signal) } }
}

/** Each part is a read of its own: thousands, which one header could ask for, would keep the disk busy for nothing. */
const MAX_PARTS = 200

/** What the framing of several ranges may add even to a file that is smaller than that itself, in bytes. */
const MULTIPART_ALLOWANCE = 4096

async function* readParts(
  file: DownloadFile,
  { parts, tail }: MultipartRanges,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (const { head, range } of parts) {
    yield head
    yield* file.open(range, signal)
  }
  yield tail
}

async function notModified(response: DownloadResponse, headers: HeaderMap): Promise<Reply> {
  const { status, headers: own } = await response.notModified()
  return { status, headers: withoutRepresentation(headers).override(own) }
}

function withoutBody(status: number, headers: HeaderMap): Reply {
  return { status, headers: withoutRepresentation(headers).set('Content-Length', '0') }
}

/** Takes away what describes a body that is not there (RFC 9110, 15.4.5); caching, cookies and CORS stay. */
function withoutRepresentation(headers: HeaderMap): HeaderMap {
  for (const name of ['Content-Type', 'Content-Length', 'Content-Disposition', 'Content-Encoding', 'Content-Language'])
    headers.delete(name)
  return headers
}
