import { isStrong, strongMatch, weakMatch } from './etag.js'
import type { HeaderMap } from './header-map.js'
import { parseHttpDate, wholeSeconds } from './http-date.js'
import type { RequestHeaders } from './request-headers.js'

/** What a representation is known by. */
export interface Validators {
  /** A whole entity-tag: `"…"` or `W/"…"`. */
  readonly etag?: string | undefined
  /** Milliseconds since the epoch. */
  readonly lastModified?: number | undefined
  /** An answer to `If-Modified-Since` that the application gave itself; it wins over {@link lastModified}. */
  readonly wasModified?: boolean | undefined
}

/** What the headers of a reply say of its representation, with the application's own answer if it has one. */
export function validatorsOf(headers: HeaderMap, wasModified: boolean | undefined): Validators {
  return new ValidatorsOfHeaders(headers, wasModified)
}

class ValidatorsOfHeaders implements Validators {
  readonly etag: string | undefined
  readonly wasModified: boolean | undefined
  readonly #headers: HeaderMap

  constructor(headers: HeaderMap, wasModified: boolean | undefined) {
    this.etag = headers.get('ETag') ?? undefined
    this.wasModified = wasModified
    this.#headers = headers
  }

  /** Only read when a condition asks for it. */
  get lastModified(): number | undefined {
    return parseHttpDate(this.#headers.get('Last-Modified'))
  }
}

/** What the conditions of a request ask for: the reply as it is, 304 or 412. */
export type Verdict = 'proceed' | 'not-modified' | 'precondition-failed'

/**
 * Evaluates the conditions of a GET or HEAD, in the order of RFC 9110, 13.2.2.
 *
 * `If-Range` is not among them: it only decides whether a range is honoured, see {@link ifRangeHolds}.
 */
export function checkPreconditions(headers: RequestHeaders, validators: Validators): Verdict {
  if (!ifMatchHolds(headers, validators)) return 'precondition-failed'
  const ifNoneMatch = headers.get('if-none-match')
  if (ifNoneMatch !== null) return noneMatches(ifNoneMatch, validators.etag) ? 'proceed' : 'not-modified'
  const since = parseHttpDate(headers.get('if-modified-since'))
  return since === undefined || wasModifiedSince(since, validators) ? 'proceed' : 'not-modified'
}

/**
 * The date of an `If-Modified-Since` that counts, in milliseconds since the epoch.
 *
 * `undefined` when there is none, when it is no HTTP-date, or when `If-None-Match` stands beside it (RFC 9110, 13.1.3).
 */
export function modifiedSinceDate(headers: RequestHeaders): number | undefined {
  return headers.get('if-none-match') === null ? parseHttpDate(headers.get('if-modified-since')) : undefined
}

/**
 * Tells whether a `Range` may be honoured: no `If-Range`, or one that names this very representation.
 *
 * Only a strong tag or exactly the date of the last change does (RFC 9110, 13.1.5): a resumed download must never glue
 * two versions together.
 */
export function ifRangeHolds(headers: RequestHeaders, validators: Validators): boolean {
  const condition = headers.get('if-range')
  if (condition === null) return true
  const { etag, lastModified } = validators
  const date = parseHttpDate(condition)
  if (date !== undefined) return lastModified !== undefined && wholeSeconds(lastModified) === date
  return isStrong(etag) && condition === etag
}

function ifMatchHolds(headers: RequestHeaders, validators: Validators): boolean {
  const ifMatch = headers.get('if-match')
  if (ifMatch !== null) return ifMatch.trim() === '*' || strongMatch(ifMatch, validators.etag)
  const since = parseHttpDate(headers.get('if-unmodified-since'))
  if (since === undefined) return true
  const { lastModified } = validators
  return lastModified === undefined || wholeSeconds(lastModified) <= since
}

function noneMatches(ifNoneMatch: string, etag: string | undefined): boolean {
  return ifNoneMatch.trim() !== '*' && !weakMatch(ifNoneMatch, etag)
}

function wasModifiedSince(since: number, { lastModified, wasModified }: Validators): boolean {
  if (wasModified !== undefined) return wasModified
  return lastModified === undefined || wholeSeconds(lastModified) > since
}
