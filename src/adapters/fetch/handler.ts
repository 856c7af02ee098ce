import type { DownloadContext, DownloadHandler, Params } from '../../handler.js'
import type { HeaderMap } from '../../headers/header-map.js'
import { type Answer, answer, errorReply, isFault } from '../answer.js'
import { type OpenBody, type OpenReply, openBody } from '../open-body.js'
import { type AdapterOptions, report, withMiddleware } from '../options.js'
import { compileRoute, type ParamsOfRoute, requireMatch } from '../route.js'
import { originForm, refuseEncodedSeparators } from '../target.js'
import { FetchDownloadRequest } from './request.js'

/** Options of {@link toFetchHandler}. */
export interface FetchHandlerOptions<Route extends string> extends AdapterOptions<Request> {
  /**
   * Which paths are meant: `/invoices/:id`, or `/files/*path` for all below a folder. Left out, every path is, and the
   * parameters are those that come with the call.
   */
  route?: Route | undefined
}

/** What a framework tells of a request beside the request itself; the second argument of a Next.js route handler. */
export interface FetchArguments<P extends Params> {
  /** The parameters that the framework's own route found, each decoded once. */
  params?: P | Promise<P> | undefined
  context?: DownloadContext | undefined
}

/** From a web `Request` to a web `Response`. Never rejects. */
export type FetchHandler<P extends Params> = (request: Request, args?: FetchArguments<P>) => Promise<Response>

/**
 * Turns a view into a function from `Request` to `Response`: for Hono, Next.js route handlers, SvelteKit, Bun and Deno.
 *
 * The file is read as the client takes it, and let go of when the client cancels.
 */
export function toFetchHandler<Route extends string>(
  handler: DownloadHandler<ParamsOfRoute<Route>>,
  options: FetchHandlerOptions<Route> & { route: Route },
): FetchHandler<Params>
export function toFetchHandler<P extends Params = Params>(
  handler: DownloadHandler<P>,
  options?: FetchHandlerOptions<never>,
): FetchHandler<P>
export function toFetchHandler(
  handler: DownloadHandler,
  options: FetchHandlerOptions<string> = {},
): FetchHandler<Params> {
  const { route, context, onError } = options
  const served = withMiddleware(handler, options)
  const match = compileRoute(route)
  return async (raw, args = {}) => {
    const { method } = raw
    const url = originForm(raw.url)
    const onBreak = (error: unknown) => report(error, { method, url }, onError)
    try {
      refuseEncodedSeparators(url)
      const params = { ...requireMatch(match(url)), ...(await args.params) }
      const request = new FetchDownloadRequest(raw, url, params, args.context ?? (await context?.(raw)) ?? {})
      return await respond(await answer(served, request), request, onBreak)
    } catch (error) {
      if (isFault(error) && !raw.signal.aborted) onBreak(error)
      const { status, headers, text } = errorReply(error)
      return new Response(method === 'HEAD' ? null : text, { status, headers: webHeaders(headers) })
    }
  }
}

async function respond<P extends Params>(
  found: Answer,
  request: FetchDownloadRequest<P>,
  onBreak: (error: unknown) => void,
): Promise<Response> {
  let open: OpenReply | undefined
  try {
    open = await openBody(found, request)
    const { reply, body } = open
    if (body === undefined) found.close()
    const stream = body && toStream(body, request, found, onBreak)
    return new Response(stream ?? null, { status: reply.status, headers: webHeaders(reply.headers) })
  } catch (error) {
    open?.body?.reader.close()
    found.close()
    throw error
  }
}

/** A stream that reads only when it is asked to: nothing is fetched that nobody wants. */
function toStream<P extends Params>(
  { reader, first }: OpenBody,
  request: FetchDownloadRequest<P>,
  found: Answer,
  onBreak: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  let piece = first
  const close = () => {
    reader.close()
    found.close()
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = piece ?? (await reader.next())
          piece = undefined
          if (next !== undefined) controller.enqueue(next.bytes)
          if (next !== undefined && !next.isLast) return
          close()
          controller.close()
        } catch (error) {
          close()
          if (!request.signal.aborted) onBreak(error)
          controller.error(error)
        }
      },
      cancel() {
        request.abort()
        close()
      },
    },
    { highWaterMark: 0 },
  )
}

function webHeaders(headers: HeaderMap): Headers {
  const web = new Headers()
  for (const [name, value] of headers) for (const each of [value].flat()) web.append(name, each)
  return web
}
