import type { Context, Handler } from 'hono'
import { DownloadError } from '../../errors.js'
import type { DownloadHandler, Params } from '../../handler.js'
import { asError, isFault } from '../answer.js'
import { type BunServer, connectedAddress, type DenoInfo } from '../fetch/connected-address.js'
import { errorResponse, type NodeSide, serveFetch } from '../fetch/handler.js'
import type { NodeRequest } from '../node/request.js'
import { type AdapterOptions, report, withMiddleware } from '../options.js'

/** Options of {@link toHonoHandler}. `context` is given Hono's own, which mostly has the user by `c.get()`. */
export type HonoHandlerOptions = AdapterOptions<Context>

/**
 * Turns a view into a handler of Hono, on whatever runtime Hono runs.
 *
 * The view has the parameters of the Hono route. An error that comes before the reply is thrown, and so goes to
 * `app.onError()`; without one it is answered with its status. Headers set by `c.header()` go along.
 *
 * Middleware may change the reply after `next()`, or replace it.
 */
export function toHonoHandler<P extends Params = Params>(
  handler: DownloadHandler<P>,
  { context, ...options }: HonoHandlerOptions = {},
): Handler {
  const served = withMiddleware(handler, options)
  return async (c) => {
    try {
      const own = await context?.(c)
      // On Node, c.env.outgoing would be a quicker way; but middleware could not change what is sent already.
      const params = () => c.req.param() as unknown as P
      return await serveFetch(served, c.req.raw, {
        ...options,
        params,
        own,
        present: () => headersOf(c),
        node: nodeOf(c),
        remoteAddress: () => addressOf(c),
      })
    } catch (error) {
      throw withResponse(asError(error), c.req.raw, options.onError)
    }
  }
}

/** What `c.header()` has set so far. Not by `c.res`: with that, Hono would make every reply a second time. */
function headersOf(c: Context): Headers {
  return c.newResponse(null).headers
}

/** What `@hono/node-server` tells of it; other runtimes have no such thing. */
function nodeOf({ env }: Context): NodeSide {
  const { incoming: req, outgoing: res } = (env ?? {}) as { incoming?: NodeRequest; outgoing?: unknown }
  return { req, res }
}

/** Each runtime tells it in its own way; those of `getConnInfo()` would have to be imported one by one. */
function addressOf(c: Context): string | undefined {
  const env = (c.env ?? {}) as BunServer & DenoInfo & { server?: BunServer }
  return nodeOf(c).req?.socket?.remoteAddress ?? connectedAddress(c.req.raw, env.server ?? env, env)
}

/**
 * What Hono's own error handler answers with; an application's sees the error as it is. Hono writes down none that has an
 * answer, so that this is left to whoever asks for it.
 */
function withResponse(error: Error, request: Request, onError: HonoHandlerOptions['onError']): Error {
  if (!(error instanceof DownloadError)) return error
  const getResponse = () => {
    if (isFault(error)) report(error, request, onError)
    return errorResponse(error)
  }
  return Object.defineProperty(error, 'getResponse', { value: getResponse, configurable: true })
}
