import { type DownloadError, UpstreamError } from '../../errors.js'
import { answerError, connectionError } from '../upstream.js'

/** What the SDK keeps of an answer that it turned into an exception. */
export interface FailedAnswer {
  readonly status: number
  /** The server's own name of the error; a HEAD has none. */
  readonly code: string
  /** The value of a header. */
  header(name: string): string | undefined
}

/** The answer behind an exception of the SDK; `undefined` when there was none. */
export function answerOf(error: unknown): FailedAnswer | undefined {
  if (!(error instanceof Error)) return undefined
  const { $metadata, $response, name } = error as SdkException
  const status = $metadata?.httpStatusCode ?? $response?.statusCode
  if (status === undefined) return undefined
  return { status, code: name, header: (name) => $response?.headers?.[name] }
}

/** The status of the answer behind an exception of the SDK. */
export function statusOf(error: unknown): number | undefined {
  return answerOf(error)?.status
}

/** Turns an exception of the SDK into the error that our own client is told of. */
export function s3Error(what: string, cause: unknown): DownloadError {
  const answer = answerOf(cause)
  // An answer below 300 that cannot be read is no answer.
  if (answer === undefined || answer.status < 300) {
    return isReset(cause) ? new UpstreamError(`${what} could not be asked.`, { cause }) : connectionError(what, cause)
  }
  const { status } = answer
  const mend = mendOf(answer)
  if (mend !== undefined) return new UpstreamError(`${what} ${mend}`, { cause })
  // The protocol's 503 is always a request to slow down.
  return answerError(what, { status: status === 503 ? 429 : status, retryAfter: answer.header('retry-after'), cause })
}

/** What the application can do about an answer; `undefined` where it is nobody's fault. */
function mendOf({ status, code, header }: FailedAnswer): string | undefined {
  const region = header('x-amz-bucket-region')
  if (region !== undefined && (status === 301 || status === 307 || status === 400)) {
    return `is in the region "${region}". Set that for the client.`
  }
  if (status === 401 || status === 403) {
    return `refused the request (${status} ${code}). Check the credentials and what they allow: who may not list the bucket is told the same of an object that is not there.`
  }
  if (code === 'NoSuchBucket') return 'is not there. Check its name, and the endpoint and region of the client.'
  // A rule of the bucket may end uploads that take long.
  return code === 'NoSuchUpload' ? 'dropped an upload while it was going on.' : undefined
}

/** The SDK calls a connection that was cut a time-out, too. */
function isReset(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return code === 'ECONNRESET' || code === 'EPIPE'
}

interface SdkException extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly $response?: { readonly statusCode?: number; readonly headers?: Readonly<Record<string, string>> }
}
