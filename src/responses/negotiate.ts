import { isPromise } from '../awaitable.js'
import type { DownloadFile } from '../files/file.js'
import { isStrong } from '../headers/etag.js'
import type { HeaderMap } from '../headers/header-map.js'
import { contentRange, frameRanges, type MultipartRanges } from '../headers/multipart.js'
import {
  checkPreconditions,
  ifRangeHolds,
  modifiedSinceDate,
  type Validators,
  validatorsOf,
} from '../headers/preconditions.js'
import { firstRangeSpec, parseRange, type RangeRequest, type RangeSpec, rangeLength } from '../headers/range.js'
import type { RequestHeaders } from '../headers/request-headers.js'
import type { FetchOptions, FileStat, RetainedFile } from '../storages/storage.js'
import { type Described, describe, isSeekable, withoutRepresentation } from './described.js'
import type { DownloadResponse } from './download.js'
import { redirect } from './redirect.js'
import type { LocalBody, Reply } from './reply.js'

/** What negotiation needs to know of a request. */
export interface ConditionalRequest {
  readonly method: string
  readonly headers: RequestHeaders
  readonly signal?: AbortSignal | undefined
}

/**
 * Decides what a request gets of a download: all of it, ranges of it, or only the news that it has not changed (304),
 * that a condition failed (412), or that it has no such bytes (416).
 *
 * Only the file's `stat()` is read, and nothing is opened; but a file that lives elsewhere and is about to be read may
 * begin to come in the same round trip. A HEAD gets the headers of the GET, its range left aside (RFC 9110, 14.2).
 */
export async function negotiate(request: ConditionalRequest, response: DownloadResponse): Promise<Reply> {
  if (response.delivery === 'redirect' && response.status === 200) return redirect(request, response)
  const stat = await lookAt(request, response)
  const described = describe(response, stat)
  if (response.status !== 200 || !isRetrieval(request)) return plain(request, response, stat, described)
  const modified = wasModified(request, response)
  const validators = validatorsOf(described.headers, isPromise(modified) ? await modified : modified)
  const verdict = checkPreconditions(request.headers, validators)
  if (verdict === 'not-modified') return notModified(response, described)
  if (verdict === 'precondition-failed') return withoutBody(412, described.headers.clone())
  const range = wantedRange(request, stat, validators)
  if (range === undefined) return whole(request, response, stat, described.whole)
  const headers = described.whole.clone()
  if (range === 'unsatisfiable')
    return withoutBody(416, headers.set('Content-Range', contentRange(undefined, stat.size as number)))
  return partial(request, response, stat, headers, range)
}

function lookAt(request: ConditionalRequest, response: DownloadResponse): Promise<FileStat> {
  const { file } = response
  if (file.fetch === undefined || request.method === 'HEAD') return file.stat()
  return file.fetch(fetchOptions(request, response))
}

/**
 * Tells what will be read, as far as it can be told before the size is known. All is decided here nevertheless, from the
 * stat that comes back: whatever then does not fit is asked for again.
 */
function fetchOptions(request: ConditionalRequest, response: DownloadResponse): FetchOptions {
  const { headers, signal } = request
  if (response.status !== 200 || request.method !== 'GET') return { signal }
  const range = withinNumbers(firstRangeSpec(headers.get('range')))
  // Beside If-Unmodified-Since, what is there has to be looked at: a 304 need not tell its date (RFC 9110, 13.2.2).
  if (!response.keepsValidators || headers.get('if-unmodified-since') !== null) return { range, signal }
  const since = modifiedSinceDate(headers)
  return {
    range,
    ifNoneMatch: headers.get('if-none-match') ?? undefined,
    ifModifiedSince: since === undefined ? undefined : new Date(since),
    signal,
  }
}

/** No file has bytes beyond these numbers, and larger ones would be written with an exponent. */
function withinNumbers(range: RangeSpec | undefined): RangeSpec | undefined {
  if (range === undefined) return undefined
  const limit = (position: number) => Math.min(position, Number.MAX_SAFE_INTEGER)
  if ('suffix' in range) return { suffix: limit(range.suffix) }
  return { start: limit(range.start), end: range.end === undefined ? undefined : limit(range.end) }
}

/** Any other method has done its work by now: a 304 or a 412 would deny that. */
function isRetrieval({ method }: ConditionalRequest): boolean {
  return method === 'GET' || method === 'HEAD'
}

function wasModified(
  { headers }: ConditionalRequest,
  response: DownloadResponse,
): boolean | undefined | Promise<boolean> {
  if (response.wasModifiedSince === undefined) return undefined
  const since = modifiedSinceDate(headers)
  return since === undefined ? undefined : response.wasModifiedSince(new Date(since))
}

function wantedRange(
  { method, headers }: ConditionalRequest,
  stat: FileStat,
  validators: Validators,
): RangeRequest | undefined {
  if (method !== 'GET' || !isSeekable(stat) || !ifRangeHolds(headers, validators)) return undefined
  return parseRange(headers.get('range'), stat.size)
}

/** A reply that takes no part in ranges: they belong to a 200, and to GET. */
function plain(
  request: ConditionalRequest,
  response: DownloadResponse,
  stat: FileStat,
  { headers, whole: described }: Described,
): Reply {
  const own = described.clone()
  if (!headers.has('Accept-Ranges')) own.delete('Accept-Ranges')
  return whole(request, response, stat, own)
}

function whole(
  request: ConditionalRequest,
  { file, status }: DownloadResponse,
  stat: FileStat,
  headers: HeaderMap,
): Reply {
  const { size: length } = stat
  if (request.method === 'HEAD') return { status, headers }
  const local =
    length === undefined ? undefined : localBody(file, stat, length === 0 ? [] : [{ start: 0, end: length - 1 }])
  return { status, headers, body: { length, open: (signal) => file.open(undefined, signal), local } }
}

function localBody(file: DownloadFile, stat: FileStat, parts: LocalBody['parts']): LocalBody | undefined {
  return file.retain && { retain: () => retainOfSize(file, stat.size), parts }
}

/** Of a file that tells another size than its bytes have, each is counted as it is read: it must not look whole. */
function retainOfSize(file: DownloadFile, size: number | undefined): RetainedFile | undefined {
  const retained = file.retain?.()
  if (retained === undefined || retained.size === size) return retained
  retained.release()
  return undefined
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
    if (others.length >= maxParts(file) || !isOneVersion(file, stat)) return whole(request, response, stat, headers)
    const framed = frameRanges([range, ...others], size, headers.get('Content-Type') as string)
    if (framed.contentLength > Math.max(size, MULTIPART_ALLOWANCE)) return whole(request, response, stat, headers)
    headers.set('Content-Type', framed.contentType).set('Content-Length', String(framed.contentLength))
    return {
      status: 206,
      headers,
      body: {
        length: framed.contentLength,
        open: (signal) => readParts(file, framed, signal),
        local: localBody(file, stat, [...framed.parts.flatMap(({ head, range }) => [head, range]), framed.tail]),
      },
    }
  }
  const length = rangeLength(range)
  headers.set('Content-Range', contentRange(range, size)).set('Content-Length', String(length))
  return {
    status: 206,
    headers,
    body: { length, open: (signal) => file.open(range, signal), local: localBody(file, stat, [range]) },
  }
}

/** Each part is a read of its own: thousands, which one header could ask for, would keep the disk busy for nothing. */
const MAX_PARTS = 200
/** Of a file that lives elsewhere, each is a request of its own: one client must not send us there time and again. */
const MAX_DISTANT_PARTS = 16

/** Each range is asked for by itself there, and only by a strong tag are they known to be of one version (RFC 9110, 8.8.1). */
function isOneVersion({ fetch }: DownloadFile, { etag }: FileStat): boolean {
  return fetch === undefined || isStrong(etag)
}

function maxParts({ fetch }: DownloadFile): number {
  return fetch === undefined ? MAX_PARTS : MAX_DISTANT_PARTS
}

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

async function notModified(response: DownloadResponse, { unchanged }: Described): Promise<Reply> {
  const { status, headers: own } = await response.notModified()
  return { status, headers: own.size === 0 ? unchanged : unchanged.clone().override(own) }
}

function withoutBody(status: number, headers: HeaderMap): Reply {
  // Kept under the caching of the file, one client's condition or range would be everybody's answer (RFC 9111, 3).
  const own = withoutRepresentation(headers).set('Content-Length', '0').set('Cache-Control', 'no-store')
  for (const [name] of [...own]) if (FOR_ONE_CACHE.test(name)) own.delete(name)
  return { status, headers: own }
}

/** What is said to caches of one kind alone, and counts more there than `Cache-Control` (RFC 9213). */
const FOR_ONE_CACHE = /(?:^|-)(?:cdn-cache-control|surrogate-control)$/i
