import type { Context, Middleware } from 'koa'
import type { DownloadHandler, Params } from '../../handler.js'
import { serveOrReject } from '../node/handler.js'
import { type AdapterOptions, withMiddleware } from '../options.js'

/** Options of {@link toKoaMiddleware}. `context` is given Koa's own, which mostly has the user in `ctx.state`. */
export type KoaMiddlewareOptions = AdapterOptions<Context>

/**
 * Turns a view into a middleware of Koa 3 or 2.
 *
 * The view has the parameters that a router put on `ctx.params`. An error that comes before the reply is thrown, with its
 * status, and so goes to the middleware around it and to Koa's own handler. Headers set on `ctx` go along.
 */
export function toKoaMiddleware<P extends Params = Params>(
  handler: DownloadHandler<P>,
  { context, ...options }: KoaMiddlewareOptions = {},
): Middleware {
  const served = withMiddleware(handler, options)
  return async (ctx) => {
    await serveOrReject(served, ctx.req, ctx.res, {
      ...options,
      url: ctx.originalUrl,
      params: () => (ctx['params'] ?? {}) as P,
      context: context && (() => context(ctx)),
      onBegin: () => leave(ctx),
    })
    leave(ctx)
  }
}

/** Koa would answer by itself what it takes for a request without a reply. */
function leave(ctx: Context): void {
  ctx.respond = false
}
