import { type DownloadError, FileChangedError, PermissionDeniedError, UpstreamError } from '../../errors.js'
import { parseHttpDate } from '../../headers/http-date.js'
import { type ByteRange, type RangeSpec, resolveRange } from '../../headers/range.js'
import type { FileStat } from '../../storages/storage.js'
import { answerError } from '../../storages/upstream.js'
import { discard, type HttpAnswer } from './client.js'
import { codingsOf, decoded } from './content-coding.js'

/** What an answer tells of the whole file. */
export function statOf({ status, headers }: HttpAnswer): FileStat {
  const isEncoded = codingsOf(headers).length > 0
  const etag = entityTag(headers.get('ETag'))
  const modified = parseHttpDate(headers.get('Last-Modified'))
  return {
    size: isEncoded ? undefined : sizeOf(status, headers),
    modifiedTime: modified === undefined ? undefined : new Date(modified),
    // What is decoded here has other bytes than those that the tag stands for.
    etag: isEncoded && etag?.startsWith('"') ? `W/${etag}` : etag,
    contentType: mediaType(headers.get('Content-Type')),
    seekable: !isEncoded && headers.get('Accept-Ranges')?.trim().toLowerCase() !== 'none',
  }
}

/** The bytes of an answer, decoded; and which they are, if not all. */
export function bodyOf({ status, headers, body }: HttpAnswer): AnswerBody {
  if (status === 206) return { bytes: body, range: contentRange(headers)?.range }
  return { bytes: decoded(body, codingsOf(headers)) }
}

interface AnswerBody {
  readonly bytes: HttpAnswer['body']
  readonly range?: ByteRange | undefined
}

/** Tells whether a 206 is of a use: one range, said plainly, of bytes that are not coded. */
function isUsableRange({ headers }: HttpAnswer): boolean {
  return contentRange(headers)?.range !== undefined && codingsOf(headers).length === 0
}

/** Tells whether a 206 has the part that was asked for: a server may send another one, and must say which. */
export function isPartAskedFor(spec: RangeSpec, answer: HttpAnswer): boolean {
  const given = contentRange(answer.headers)
  if (given?.range === undefined || !isUsableRange(answer)) return false
  if (given.size !== undefined) return isSame(resolveRange(spec, given.size), given.range)
  return 'start' in spec && given.range.start === spec.start && given.range.end <= (spec.end ?? given.range.end)
}

/** Tells whether an answer has exactly these bytes. */
export function isExactly(range: ByteRange, answer: HttpAnswer): boolean {
  return isSame(range, answer.status === 206 && isUsableRange(answer) ? contentRange(answer.headers)?.range : undefined)
}

function isSame(wanted: ByteRange | 'outside', given: ByteRange | undefined): boolean {
  return wanted !== 'outside' && given?.start === wanted.start && given.end === wanted.end
}

/**
 * Makes the error of an answer that is not the file. The status tells our client the truth, and no more.
 *
 * @param isPinned Whether a version was asked for, so that a 412 tells that there is another one now.
 */
export function errorOf(what: string, answer: HttpAnswer, isPinned = false): DownloadError {
  discard(answer.body)
  const { status, headers } = answer
  if (status === 412 && !isPinned) return new UpstreamError(`${what} answered 412.`)
  if (status === 403) return new PermissionDeniedError()
  return answerError(what, { status, retryAfter: headers.get('Retry-After') })
}

/** Refuses an answer whose bytes are coded on their way: unread, they would be taken for those of the file (RFC 9112, 6.1). */
export function assertPlainTransfer(what: string, { headers, body }: HttpAnswer): void {
  const coding = headers.get('Transfer-Encoding')
  // What RFC 2616 called `identity` codes nothing.
  if (coding === null || /^(?:chunked|identity)$/i.test(coding.trim())) return
  discard(body)
  throw new UpstreamError(`${what} answered in a transfer coding that was not asked for: ${JSON.stringify(coding)}.`)
}

/**
 * Refuses an answer that is not of the version that was seen: some servers leave conditions aside. One that does not
 * repeat the tag may be of any version.
 */
export function assertSame(stat: FileStat, seen: FileStat | undefined, answer: HttpAnswer): void {
  if (seen === undefined) return
  const isSame =
    seen.etag === undefined ? seen.modifiedTime?.getTime() === stat.modifiedTime?.getTime() : seen.etag === stat.etag
  if (isSame && (stat.size === undefined || seen.size === undefined || stat.size === seen.size)) return
  discard(answer.body)
  throw new FileChangedError()
}

function sizeOf(status: number, headers: HttpAnswer['headers']): number | undefined {
  if (status === 206 || status === 416) return contentRange(headers)?.size
  // A 304 may tell the length of what it does not send, and need not.
  const length = headers.get('Content-Length')
  return status !== 304 && length !== null && DIGITS.test(length) ? safe(Number(length)) : undefined
}

function contentRange(headers: HttpAnswer['headers']): { range?: ByteRange; size?: number } | undefined {
  const parts = CONTENT_RANGE.exec(headers.get('Content-Range') ?? '')?.groups
  if (parts === undefined) return undefined
  const [start, end, size] = ['start', 'end', 'size'].map((name) => safe(Number(parts[name])))
  const isRange = start !== undefined && end !== undefined && start <= end && (size === undefined || end < size)
  return { ...(isRange ? { range: { start, end } } : {}), ...(size === undefined ? {} : { size }) }
}

const CONTENT_RANGE = /^bytes +(?:(?<start>\d+)-(?<end>\d+)|\*)\/(?:(?<size>\d+)|\*)$/i
const DIGITS = /^\d+$/

function safe(number: number): number | undefined {
  return Number.isSafeInteger(number) ? number : undefined
}

function entityTag(value: string | null): string | undefined {
  return value !== null && ENTITY_TAG.test(value) ? value : undefined
}

const ENTITY_TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/

/** What is no media type could say anything in our own header. */
function mediaType(value: string | null): string | undefined {
  return value !== null && MEDIA_TYPE.test(value) ? value : undefined
}

const MEDIA_TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+(?:[ \t]*;[ \t\x21-\x7e]*)?$/
