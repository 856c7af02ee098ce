import { STATUS_CODES } from 'node:http'
import { DownloadError } from '../errors.js'
import type { DownloadHandler, DownloadRequest, Outcome, Params } from '../handler.js'
import { HeaderMap } from '../headers/header-map.js'
import { DownloadResponse } from '../responses/download.js'
import { negotiate } from '../responses/negotiate.js'
import type { Reply } from '../responses/reply.js'

/** Something to send, with what has to be let go of once that is done. */
export interface Answer {
  readonly reply: Reply
  /** Decides anew, for a file that changed before its first byte was sent. */
  again(): Promise<Reply>
  close(): void
}

/** Asks a handler and decides what is sent of its outcome. Throws what the handler throws. */
export async function answer<P extends Params>(
  handler: DownloadHandler<P>,
  request: DownloadRequest<P>,
): Promise<Answer> {
  const outcome = await handler(request)
  const again = () => toReply(outcome, request)
  const close = () => letGo(outcome)
  try {
    return { reply: await again(), again, close }
  } catch (error) {
    close()
    throw error
  }
}

/** Nothing may come back: a wrapper that fails now would end the process. */
function letGo(outcome: Outcome): void {
  const work = async () => outcome.file?.close?.()
  work().catch(() => {})
}

/** The reply of an error: the status and its name, and nothing else: no path, no message of the system. */
export function errorReply(error: unknown): { status: number; headers: HeaderMap; text: Uint8Array } {
  const { status, retryAfter } = error instanceof DownloadError && isErrorStatus(error.status) ? error : UNKNOWN_ERROR
  const text = Buffer.from(`${STATUS_CODES[status] ?? 'Error'}\n`)
  const headers = new HeaderMap({
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(text.length),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-store',
  })
  if (Number.isFinite(retryAfter)) headers.set('Retry-After', String(Math.max(0, Math.ceil(retryAfter as number))))
  return { status, headers, text }
}

/** Tells whether an error is a fault to be reported, and not just an answer. */
export function isFault(error: unknown): boolean {
  return !(error instanceof DownloadError) || !isErrorStatus(error.status) || error.status >= 500
}

/** Applications choose the status of their errors; one that no server can send must not take the process down. */
function isErrorStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 400 && status <= 599
}

const UNKNOWN_ERROR = { status: 500, retryAfter: undefined }

async function toReply(outcome: Outcome, request: DownloadRequest): Promise<Reply> {
  const reply: Reply = outcome instanceof DownloadResponse ? await negotiate(request, outcome) : outcome
  if (reply.body === undefined && request.method !== 'HEAD' && mayHaveBody(reply.status)) {
    reply.headers.setMissing('Content-Length', '0')
  }
  return reply
}

function mayHaveBody(status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304
}
