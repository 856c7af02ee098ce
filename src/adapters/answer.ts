import { STATUS_CODES } from 'node:http'
import type { Awaitable } from '../awaitable.js'
import { ConfigurationError, DownloadError, FileNotFoundError } from '../errors.js'
import { letGo } from '../files/let-go.js'
import type { DownloadHandler, DownloadRequest, Outcome, Params } from '../handler.js'
import { HeaderMap } from '../headers/header-map.js'
import { DownloadResponse } from '../responses/download.js'
import { EmptyResponse } from '../responses/empty.js'
import { negotiate } from '../responses/negotiate.js'
import type { Reply } from '../responses/reply.js'
import { kindOf } from '../wrong-use.js'

/** Asks a handler and decides what is sent of its outcome. Throws what the handler throws. */
export async function answer<P extends Params>(
  handler: DownloadHandler<P>,
  request: DownloadRequest<P>,
): Promise<Answer> {
  const found = new Answer(request, asOutcome(await handler(request)))
  try {
    await found.again()
    return found
  } catch (error) {
    found.close()
    throw error
  }
}

/** Something to send, with what has to be let go of once that is done. */
export class Answer {
  reply!: Reply
  /** What the reply was made of, last of all. */
  outcome: Outcome
  readonly #request: DownloadRequest

  constructor(request: DownloadRequest, outcome: Outcome) {
    this.#request = request
    this.outcome = outcome
  }

  /** Decides, and decides anew for a file that changed before its first byte was sent. */
  async again(): Promise<Reply> {
    try {
      this.reply = await toReply(this.outcome, this.#request)
    } catch (error) {
      const found = asOutcome(await replacement(this.outcome, error))
      this.close()
      this.outcome = found
      this.reply = await toReply(found, this.#request)
    }
    return withLength(this.reply, this.#request)
  }

  close(): void {
    letGo(this.outcome.file)
  }
}

/** What the application shows in place of a file of which only now is known that it is not there. */
async function replacement(outcome: Outcome, error: unknown): Promise<Outcome> {
  if (error instanceof FileNotFoundError && outcome instanceof DownloadResponse) return outcome.fileNotFound(error)
  throw error
}

/** The reply of an error: the status and its name, and nothing else: no path, no message of the system. */
export function errorReply(error: unknown): { status: number; headers: HeaderMap; text: Uint8Array } {
  const { status, headers: own } = error instanceof DownloadError && isErrorStatus(error.status) ? error : UNKNOWN_ERROR
  const text = Buffer.from(`${STATUS_CODES[status] ?? 'Error'}\n`)
  const headers = new HeaderMap({
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(text.length),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  })
  return { status, headers: headers.override(ownHeaders(own)), text }
}

/** The headers that an application gave its error, but for those of the text. They must not be in the way of the answer. */
export function ownHeaders(headers: Readonly<Record<string, string>>): HeaderMap {
  try {
    return new HeaderMap(headers).delete('Content-Type').delete('Content-Length').delete('Transfer-Encoding')
  } catch {
    return new HeaderMap()
  }
}

/** What frameworks take for an error: they do other things with `undefined`, or with texts. */
export function asError(error: unknown): Error {
  return error instanceof Error ? error : new DownloadError('A download failed.', { cause: error })
}

/** Tells whether an error is a fault to be reported, and not just an answer. */
export function isFault(error: unknown): boolean {
  return !(error instanceof DownloadError) || !isErrorStatus(error.status) || error.status >= 500
}

/** Applications choose the status of their errors; one that no server can send must not take the process down. */
function isErrorStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 400 && status <= 599
}

const UNKNOWN_ERROR = { status: 500, headers: {} }

function toReply(outcome: Outcome, request: DownloadRequest): Awaitable<Reply> {
  return outcome instanceof DownloadResponse ? negotiate(request, outcome) : outcome
}

function withLength(reply: Reply, { method }: DownloadRequest): Reply {
  if (reply.body === undefined && method !== 'HEAD' && mayHaveBody(reply.status)) {
    reply.headers.setMissing('Content-Length', '0')
  }
  return reply
}

/** One of another copy of the package would be sent without its file, as if it were empty. */
function asOutcome(outcome: Outcome): Outcome {
  if (outcome instanceof DownloadResponse || outcome instanceof EmptyResponse) return outcome
  if (outcome === undefined) throw new ConfigurationError('A handler gave nothing. Is a `return` missing?')
  throw new ConfigurationError(
    `A handler gave ${kindOf(outcome)}, and neither a DownloadResponse nor an EmptyResponse of this copy of downloadview. Is it installed twice?`,
  )
}

function mayHaveBody(status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304
}
