import type { Request, RequestHandler } from 'express'
import type { DownloadHandler, Params } from '../../handler.js'
import { serveNode } from '../node/handler.js'
import { type AdapterOptions, withMiddleware } from '../options.js'

/** Options of {@link toExpressHandler}. */
export type ExpressHandlerOptions = AdapterOptions<Request>

/**
 * Turns a view into a handler of Express 5 or 4.
 *
 * The view has the parameters of the Express route; `/files/*path` gives it a key. An error that comes before the reply
 * goes to `next()`, with its `status` and `code`, and so to the application's error handler.
 */
export function toExpressHandler<P extends Params = Params>(
  handler: DownloadHandler<P>,
  options: ExpressHandlerOptions = {},
): RequestHandler<P extends Params ? { [Name in keyof P]: NonNullable<P[Name]> } : never> {
  const served = withMiddleware(handler, options)
  return (req, res, next) => {
    const params = () => req.params as unknown as P
    void serveNode(served, req as Request, res, { ...options, url: req.originalUrl, params, next })
  }
}
