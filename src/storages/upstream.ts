import { DownloadError, FileChangedError, FileNotFoundError, UpstreamError } from '../errors.js'
import { isOutOfDescriptors, outOfDescriptors } from './disk/error.js'

/** What a server answered in place of the file. */
export interface UpstreamAnswer {
  readonly status: number
  /** The value of its `Retry-After`. */
  readonly retryAfter?: string | null | undefined
  readonly cause?: unknown
}

/**
 * Turns the answer of a server without the file into the error that our own client is told of. None of them becomes a
 * file, and none asks our client for a password that the application was to know.
 */
export function answerError(what: string, { status, retryAfter, cause }: UpstreamAnswer): DownloadError {
  if (status === 404 || status === 410) return new FileNotFoundError(undefined, { cause })
  if (status === 412) return new FileChangedError(undefined, { cause })
  const options = { cause, ...(retryAfter ? { retryAfter: secondsUntil(retryAfter) } : {}) }
  if (status === 429) {
    return new UpstreamError(`${what} asks to be left alone for a while.`, {
      ...options,
      code: 'UPSTREAM_BUSY',
      status: 503,
    })
  }
  return new UpstreamError(`${what} answered ${status}.`, options)
}

/** Turns what went wrong on the way to a server into the error that our own client is told of. */
export function connectionError(what: string, cause: unknown): DownloadError {
  if (cause instanceof DownloadError) return cause
  if (isTimeout(cause)) return timeoutError(what, cause)
  // A connection takes a descriptor, too: that there are none left is no fault of the server.
  if (causesOf(cause).some(isOutOfDescriptors)) return outOfDescriptors(cause)
  return new UpstreamError(`${what} could not be asked.`, { cause })
}

/** Says that a server took too long. */
export function timeoutError(what: string, cause?: unknown): UpstreamError {
  return new UpstreamError(`${what} took too long.`, { cause, code: 'UPSTREAM_TIMEOUT', status: 504 })
}

function isTimeout(error: unknown): boolean {
  return causesOf(error).some((each) => /timeout|timedout/i.test(`${each.name} ${'code' in each ? each.code : ''}`))
}

/** An error and what led to it: each client wraps the system's error in one of its own. */
function causesOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : []
}

/** `Retry-After` is seconds or a date (RFC 9110, 10.2.3). */
function secondsUntil(retryAfter: string): number {
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1000
  return Math.min(MOST_SECONDS, seconds)
}

/** What another server says must not keep our clients away for ever. */
const MOST_SECONDS = 3600
