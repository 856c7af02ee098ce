import { STATUS_CODES } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { DownloadError } from '../../errors.js'

/**
 * Has an error answered without its message, and without the code of a fault, where Fastify's own handler answers it, which
 * sends both to the client. Handlers of the application, and Fastify's log, still see the very error.
 *
 * Handlers hand an error on by `send()`: the last one to do so is Fastify's own, and what it sends is the answer.
 */
export function answerPlainly(reply: FastifyReply, error: DownloadError): void {
  const { send } = reply
  let isHandled = false
  reply.send = function (this: FastifyReply, payload?: unknown) {
    const isLast = payload === error && isHandled && !hasNextHandler(reply)
    isHandled ||= payload === error
    return send.call(this, isLast ? plain(error) : payload)
  }
}

/**
 * Whether another handler of errors comes after the one that is at work. Fastify has no public word for it: one that keeps
 * it elsewhere would show the plain error too early, to a handler around another, and the message to nobody.
 */
function hasNextHandler(reply: FastifyReply): boolean {
  const key = Object.getOwnPropertySymbols(reply).find(({ description }) => description === NEXT_HANDLER)
  const next = key && (reply as unknown as Record<symbol, { readonly func?: unknown } | null>)[key]
  return next?.func !== undefined
}

const NEXT_HANDLER = 'fastify.reply.nextErrorHandler'

function plain(error: DownloadError): Error {
  const { statusCode, headers, code } = error
  // Of a fault, a code tells what lies behind: that an address was refused, or that a server did not answer.
  const told = statusCode < 500 ? { statusCode, headers, code } : { statusCode, headers }
  return Object.assign(new Error(STATUS_CODES[statusCode] ?? 'Error', { cause: error }), told)
}
