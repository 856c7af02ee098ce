import { DownloadError, UpstreamError } from '../../errors.js'
import { answerError, connectionError } from '../upstream.js'

/** An answer without what was asked for. Its message is what the service says, for logs. */
export class AnswerError extends Error {
  readonly status: number
  readonly retryAfter: string | undefined

  constructor(
    status: number,
    message: string,
    { retryAfter, cause }: { retryAfter?: string | undefined; cause?: unknown },
  ) {
    super(message, { cause })
    this.name = 'AnswerError'
    this.status = status
    this.retryAfter = retryAfter
  }

  /** Reads what the service says, so that the connection can be used again. */
  static async read(
    status: number,
    header: (name: string) => string | undefined,
    body: AsyncIterable<Uint8Array>,
    cause?: unknown,
  ) {
    return new AnswerError(status, await messageOf(body), { retryAfter: header('retry-after'), cause })
  }
}

/** The status of the answer behind an error. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof AnswerError ? error.status : undefined
}

/** Tells whether there is no such object, as opposed to no such bucket. */
export function isMissing(error: unknown): boolean {
  return error instanceof AnswerError && error.status === 404 && !isBucketMissing(error)
}

/** Tells whether the same question may well be answered a moment later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof AnswerError) return TRANSIENT.has(error.status)
  // Ours: a time limit, or credentials that cannot be had.
  return error instanceof Error && !(error instanceof DownloadError) && error.name !== 'AbortError'
}

/** Turns what asking failed with into the error that our own client is told of. */
function gcsError(what: string, cause: unknown): DownloadError {
  if (!(cause instanceof AnswerError)) return connectionError(what, cause)
  const { status, retryAfter } = cause
  if (status === 401 || status === 403) {
    return new UpstreamError(
      `${what} refused the request (${status}). Check the credentials of the client, and which roles they have: who may not list the bucket is told the same of an object that is not there.`,
      { cause },
    )
  }
  if (isBucketMissing(cause)) return new UpstreamError(`${what} is not there. Check its name.`, { cause })
  // The service's 503 is a request to slow down, as its 429 is.
  return answerError(what, { status: status === 503 ? 429 : status, retryAfter, cause })
}

/** The same for a question that a client may have given up: whoever has gone gets their own reason back. */
export function gcsFailure(what: string, error: unknown, signal?: AbortSignal): unknown {
  return signal?.aborted ? signal.reason : gcsError(what, error)
}

function isBucketMissing({ status, message }: AnswerError): boolean {
  return status === 404 && /bucket does not exist/i.test(message)
}

/** What the SDK repeats, too. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504])

async function messageOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  let text = ''
  try {
    for await (const chunk of body) {
      text += Buffer.from(chunk).toString('latin1')
      if (text.length > MOST_OF_MESSAGE) break
    }
  } catch {
    // The status says enough.
  }
  return text.slice(0, MOST_OF_MESSAGE)
}

/** Bytes. */
const MOST_OF_MESSAGE = 4096
