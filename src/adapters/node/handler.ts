import type { DownloadHandler, Params } from '../../handler.js'
import { type AdapterOptions, withMiddleware } from '../options.js'
import { compileRoute, type ParamsOfRoute, requireMatch } from '../route.js'
import { originForm } from '../target.js'
import type { NodeRequest } from './request.js'
import { type NodeResponse, ResponseTarget } from './response-target.js'
import { serve } from './serve.js'

/** Options of {@link toNodeHandler}. */
export interface NodeHandlerOptions<Route extends string, Raw = NodeRequest> extends AdapterOptions<Raw> {
  /**
   * Which paths are meant: `/invoices/:id`, or `/files/*path` for all below a folder. Left out, every path is, and the
   * view has no parameters.
   */
  route?: Route | undefined
}

/** What `http.createServer()` and `http2.createServer()` take; with `next` also what Connect does. */
export type NodeHandler = (req: NodeRequest, res: NodeResponse, next?: (error?: unknown) => void) => void

/**
 * Turns a view into a listener of `node:http`, or of the compatibility API of `node:http2`.
 *
 * Other paths than the route's are a 404, or go to `next()` where there is one; so does an error that comes before the
 * reply.
 */
export function toNodeHandler<Route extends string = string>(
  handler: DownloadHandler<ParamsOfRoute<Route>>,
  options: NodeHandlerOptions<Route> = {},
): NodeHandler {
  const match = compileRoute<Route>(options.route)
  const served = withMiddleware(handler, options)
  const { context, onError } = options
  return (req, res, next) => {
    const url = originForm(req.url ?? '/')
    const params = match(url)
    if (params === undefined && next !== undefined) next()
    else void serveNode(served, req, res, { context, onError, url, params: () => requireMatch(params), next })
  }
}

/** What {@link serveNode} is told beside the request and the response. */
export interface NodeServing<P extends Params, Raw extends NodeRequest> extends AdapterOptions<Raw> {
  readonly url: string
  readonly params: () => P
  readonly next?: ((error?: unknown) => void) | undefined
  /** Called right before the reply goes out. */
  readonly onBegin?: (() => void) | undefined
}

/** Answers a request of Node; the frameworks that stand on `node:http` come here, too. */
export function serveNode<P extends Params, Raw extends NodeRequest>(
  handler: DownloadHandler<P>,
  raw: Raw,
  res: NodeResponse,
  { url, params, context, onError, next, onBegin }: NodeServing<P, Raw>,
): Promise<void> {
  const { method = 'GET', headers } = raw
  return serve({
    handler,
    target: new ResponseTarget(res, onBegin),
    params,
    context: context && (() => context(raw)),
    method,
    url,
    headers,
    lines: 'stream' in raw ? raw.rawHeaders : undefined,
    raw,
    onError,
    next,
  })
}

/**
 * Answers like {@link serveNode} for a framework whose handlers are promises: an error that came before the reply rejects,
 * and so goes to the error handler of the framework.
 */
export function serveOrReject<P extends Params, Raw extends NodeRequest>(
  handler: DownloadHandler<P>,
  raw: Raw,
  res: NodeResponse,
  serving: Omit<NodeServing<P, Raw>, 'next'>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    serveNode(handler, raw, res, { ...serving, next: reject }).then(resolve, reject)
  })
}
