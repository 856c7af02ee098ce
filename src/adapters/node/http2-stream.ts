import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { DownloadHandler } from '../../handler.js'
import { withMiddleware } from '../options.js'
import { compileRoute, type ParamsOfRoute, requireMatch } from '../route.js'
import { originForm } from '../target.js'
import type { NodeHandlerOptions } from './handler.js'
import { serve } from './serve.js'
import { StreamTarget } from './stream-target.js'

/** Turns a view into a listener of the `stream` event of `node:http2`. */
export function toHttp2StreamHandler<Route extends string = string>(
  handler: DownloadHandler<ParamsOfRoute<Route>>,
  options: NodeHandlerOptions<Route, ServerHttp2Stream> = {},
): (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags?: number, rawHeaders?: readonly string[]) => void {
  const { context, onError } = options
  const match = compileRoute<Route>(options.route)
  const served = withMiddleware(handler, options)
  return (stream, headers, _flags, lines) => {
    const method = headers[':method'] ?? 'GET'
    const url = originForm(headers[':path'] ?? '/')
    void serve({
      handler: served,
      target: new StreamTarget(stream),
      params: () => requireMatch(match(url)),
      context: context && (() => context(stream)),
      method,
      url,
      headers,
      lines,
      raw: stream,
      onError,
    })
  }
}
