import { DownloadError, StorageError, UpstreamError } from '../../errors.js'
import { codeOf, diskError, isNotFound, isOutOfDescriptors } from '../disk/error.js'
import { answerError, timeoutError } from '../upstream.js'

/** Tells whether a library failed because there is no such file: each wraps what its own engine said. */
export function isMissing(error: unknown): boolean {
  return causesOf(error).some((each) => isNotFound(each) || MISSING.has(codeOf(each)) || isMissingObject(each))
}

/** Tells whether a library failed because there is no such folder. One that may not be read is a fault. */
export function isNoFolder(error: unknown): boolean {
  return causesOf(error).some((each) => ['ENOENT', 'ENOTDIR'].includes(codeOf(each)))
}

/** Turns what a library failed with into the error that our own client is told of. A missing file is none here. */
export function bridgeError(what: string, error: unknown): DownloadError {
  if (error instanceof DownloadError) return error
  const causes = causesOf(error)
  const disk = causes.find(isOutOfDescriptors)
  if (disk !== undefined) return diskError(disk)
  const status = causes.map(statusOf).find((each) => each !== undefined)
  if (status === 401 || status === 403) {
    return new UpstreamError(
      `${what} was refused by its server (${status}). Check the credentials and what they allow.`,
      { cause: error },
    )
  }
  if (status === 404) {
    return new UpstreamError(`${what} is not there. Check the name of its bucket.`, { cause: error })
  }
  // Of a store, 503 is a request to slow down.
  if (status !== undefined) return answerError(what, { status: status === 503 ? 429 : status, cause: error })
  if (causes.some(isTimeout)) return timeoutError(what, error)
  if (causes.some((each) => NETWORK.test(codeOf(each)))) {
    return new UpstreamError(`${what} could not be asked.`, { cause: error })
  }
  return new StorageError(`${what} failed.`, { cause: error })
}

/** An error with all that led to it. */
function causesOf(error: unknown): unknown[] {
  const causes: unknown[] = []
  for (let each = error; each !== undefined && causes.length < MOST_CAUSES; each = causeOf(each)) causes.push(each)
  return causes
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined
}

/** The client of S3 calls a connection that was reset a `TimeoutError`, too, but such a one has a code. */
function isTimeout(error: unknown): boolean {
  const code = codeOf(error)
  return (
    /TIMEDOUT|TIMEOUT/.test(code) || (error instanceof Error && error.name === 'TimeoutError' && !NETWORK.test(code))
  )
}

/** A bucket that is missing is no missing file, and nothing to keep quiet about. */
function isMissingObject(error: unknown): boolean {
  return statusOf(error) === 404 && (error as Error).name !== 'NoSuchBucket'
}

/** Where the clients of S3, Azure and Google keep the status of an answer. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined
  const { $metadata, statusCode, code } = error as ClientError
  const status = $metadata?.httpStatusCode ?? statusCode ?? code
  return typeof status === 'number' && status >= 300 && status < 600 ? status : undefined
}

interface ClientError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly statusCode?: unknown
  readonly code?: unknown
}

const MISSING = new Set(['flystorage.file_was_not_found'])

const NETWORK = /^(E(CONN|HOST|NET|AI_|TIMEDOUT|PIPE)|ENOTFOUND|UND_ERR)/

const MOST_CAUSES = 10
