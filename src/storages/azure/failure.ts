import { DownloadError, UpstreamError } from '../../errors.js'
import { answerError, connectionError } from '../upstream.js'

/** What the SDK keeps of an answer that it turned into an exception. */
export interface FailedAnswer {
  readonly status: number
  /** The service's own name of the error. */
  readonly code: string | undefined
  /** The value of a header. */
  header(name: string): string | undefined
}

/** The answer behind an exception of the SDK; `undefined` when there was none. */
export function answerOf(error: unknown): FailedAnswer | undefined {
  // Ours have a `statusCode` as well, which is what our own client gets.
  if (!(error instanceof Error) || error instanceof DownloadError) return undefined
  const { statusCode, response } = error as SdkError
  if (statusCode === undefined) return undefined
  const header = (name: string) => response?.headers.get(name)
  return { status: statusCode, code: header('x-ms-error-code'), header }
}

/** Turns an exception of the SDK into the error that our own client is told of. */
export function azureError(what: string, cause: unknown): DownloadError {
  const answer = answerOf(cause)
  // An answer below 300 that the SDK cannot use is no answer.
  if (answer === undefined || answer.status < 300) return connectionError(what, cause)
  const { status, code } = answer
  if (status === 401 || status === 403) {
    return new UpstreamError(
      `${what} refused the request (${[status, code].filter(Boolean).join(' ')}). Check the credential of the client, and which roles or permissions it has.`,
      { cause },
    )
  }
  if (code === 'ContainerNotFound') {
    return new UpstreamError(`${what} is not there. Check its name, and the address of the client.`, { cause })
  }
  if (code === 'InvalidBlockList') {
    return new UpstreamError(`${what} dropped a file that was being saved: it was saved by another one, too.`, {
      cause,
    })
  }
  // The service's 503 is always a request to slow down.
  return answerError(what, { status: status === 503 ? 429 : status, retryAfter: answer.header('retry-after'), cause })
}

interface SdkError extends Error {
  readonly statusCode?: number
  readonly response?: { readonly headers: { get(name: string): string | undefined } }
}
