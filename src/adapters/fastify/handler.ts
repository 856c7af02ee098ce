import type {
  FastifyReply,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
  RouteHandlerMethod,
} from 'fastify'
import { DownloadError } from '../../errors.js'
import type { DownloadHandler, Params } from '../../handler.js'
import { serveOrReject } from '../node/handler.js'
import type { NodeRequest } from '../node/request.js'
import type { NodeResponse } from '../node/response-target.js'
import { type AdapterOptions, withMiddleware } from '../options.js'
import { answerPlainly } from './plain-error.js'

/** Options of {@link toFastifyHandler}. */
export type FastifyHandlerOptions = AdapterOptions<FastifyRequest>

/**
 * Turns a view into a route handler of Fastify 5.
 *
 * The view has the parameters of the Fastify route; what a wildcard `*` took is `path` as well. An error that comes before
 * the reply goes to the application's error handler, with its `statusCode`; Fastify's own tells clients no message of it,
 * and no code of a fault. Headers set on the reply go along; hooks that would change the payload (`onSend`, compression)
 * have none to change.
 */
export function toFastifyHandler<P extends Params = Params>(
  handler: DownloadHandler<P>,
  options: FastifyHandlerOptions = {},
): RouteHandlerMethod<RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, { Params: P }> {
  const served = withMiddleware(handler, options)
  return (request, reply) => serveFastify(served, request as FastifyRequest, reply as unknown as FastifyReply, options)
}

/** Answers a request of Fastify. An error that comes before the reply rejects. */
export async function serveFastify<P extends Params>(
  handler: DownloadHandler<P>,
  request: FastifyRequest,
  reply: FastifyReply,
  { context, onError }: FastifyHandlerOptions,
): Promise<void> {
  // HTTP/2 servers have requests and replies of their own kind, which Fastify's types leave to its users.
  const [raw, res] = [request.raw as NodeRequest, reply.raw as NodeResponse]
  try {
    await serveOrReject(handler, raw, res, {
      url: request.originalUrl,
      params: () => paramsOf(request.params) as P,
      context: context && (() => context(request)),
      onError,
      onBegin: () => leave(reply),
    })
  } catch (error) {
    if (error instanceof DownloadError) answerPlainly(reply, error)
    throw error
  }
  leave(reply)
}

function paramsOf(params: unknown): Params {
  const { '*': path, ...named } = params as Record<string, string>
  return path === undefined ? named : { path, ...named, '*': path }
}

/** Fastify answers by itself what it was not told to leave alone. Its own headers are on the reply, not on Node's. */
function leave(reply: FastifyReply): void {
  if (reply.sent) return
  const response = reply.raw as NodeResponse
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined && !response.headersSent) response.setHeader(name, value as string | string[])
  }
  reply.hijack()
}
