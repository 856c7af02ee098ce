import { STATUS_CODES } from 'node:http'
import { DownloadError } from '../../errors.js'
import type { DownloadHandler, Params } from '../../handler.js'
import { asError, isFault, ownHeaders } from '../answer.js'
import { type BunServer, connectedAddress, type DenoInfo } from '../fetch/connected-address.js'
import { type FetchServing, type NodeSide, serveFetch } from '../fetch/handler.js'
import { serveOrReject } from '../node/handler.js'
import type { NodeRequest } from '../node/request.js'
import type { NodeResponse } from '../node/response-target.js'
import { type AdapterOptions, withMiddleware } from '../options.js'
import { decode, requireMatch } from '../route.js'

/** What is needed of an event of h3 2, which has a web `Request`. */
export interface H3RequestEvent {
  readonly req: Request
  readonly context: H3Context
}

/** What is needed of an event of h3 1, which Nitro 2 and Nuxt stand on: Node's request and response. */
export interface H3NodeEvent {
  readonly node: { readonly req: NodeRequest; readonly res: NodeResponse }
  readonly context: H3Context
}

/** What handlers and middleware of an application know of a request. */
export interface H3Context {
  readonly params?: Readonly<Record<string, string>> | undefined
}

/** Options of {@link toH3Handler}. `context` is given the event, which mostly has the user in `event.context`. */
export type H3HandlerOptions<Event> = AdapterOptions<Event>

/**
 * Turns a view into an event handler of h3 2 or 1, and so of Nitro and Nuxt.
 *
 * The view has the parameters of the route; what a wildcard `**` took is `path` where it has no name. An error that comes
 * before the reply is thrown with its status, and so goes to h3's own error handler.
 */
export function toH3Handler<P extends Params = Params, Event extends H3RequestEvent | H3NodeEvent = H3RequestEvent>(
  handler: DownloadHandler<P>,
  { context, ...options }: H3HandlerOptions<Event> = {},
): (event: Event) => Promise<Response | undefined> {
  const served = withMiddleware(handler, options)
  return async (event) => {
    const params = () => paramsOf(event.context) as P
    try {
      const own = await context?.(event)
      if (isWeb(event)) return await serveFetch(served, event.req, { ...options, params, own, ...clientOf(event.req) })
      const { req, res } = event.node
      await serveOrReject(served, req, res, { ...options, url: urlOf(req), params, context: () => own ?? {} })
      return undefined
    } catch (error) {
      if (!(error instanceof DownloadError)) throw asError(error)
      // h3 1 leaves the headers of an error aside.
      if (!isWeb(event)) for (const [name, value] of ownHeaders(error.headers)) event.node.res.setHeader(name, value)
      throw new H3Error(error)
    }
  }
}

/**
 * What srvx, the server below h3 2, tells of the client: its address on each runtime, and what Node has of it. Not by
 * `ip`, which may come from a header.
 */
function clientOf(request: Request & { runtime?: Runtime }): Pick<FetchServing<Params>, 'node' | 'remoteAddress'> {
  const { node, bun, deno } = request.runtime ?? {}
  return {
    node,
    remoteAddress: () => node?.req?.socket?.remoteAddress ?? connectedAddress(request, bun?.server, deno?.info),
  }
}

interface Runtime {
  readonly node?: NodeSide
  readonly bun?: { readonly server?: BunServer }
  readonly deno?: { readonly info?: DenoInfo }
}

/** In h3 1 as well, events have a `req`: there it is Node's, which has a `signal` too since Node 24, but plain headers. */
function isWeb(event: H3RequestEvent | H3NodeEvent): event is H3RequestEvent {
  return 'req' in event && typeof event.req.headers.get === 'function'
}

/** The router of h3 leaves parameters as they were spelled, and calls a wildcard without a name "_". */
function paramsOf({ params = {} }: H3Context): Params {
  const { _: rest, ...named } = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, requireMatch(decode(value))]),
  )
  return rest === undefined ? named : { path: rest, ...named }
}

/** The address that the client asked for: below a prefix h3 takes that away. */
function urlOf(req: NodeRequest & { originalUrl?: string }): string {
  return req.originalUrl ?? req.url ?? '/'
}

/** An error in the form of h3, which answers it with its status, and writes it down only where it is a fault. */
class H3Error extends Error {
  /** By this h3 1 knows an error of its own; whatever has it not is a bug to be written down. h3 2 looks at the name. */
  static readonly __h3_error__ = true
  override readonly name = 'HTTPError'
  readonly status: number
  readonly statusCode: number
  /** The one word of an error that h3 1 has for a client. */
  readonly statusMessage: string | undefined
  readonly headers = new Headers()
  readonly code: string
  readonly unhandled: boolean

  constructor(error: DownloadError) {
    // What is a fault stays for the log.
    super(error.expose ? error.message : '', { cause: error })
    this.status = this.statusCode = error.status
    this.statusMessage = STATUS_CODES[error.status]
    for (const [name, value] of ownHeaders(error.headers)) this.headers.set(name, String(value))
    this.code = error.code
    this.unhandled = isFault(error)
    // An answer has no stack, see DownloadError.
    if (!this.unhandled) this.stack = `${this.name}: ${this.message}`
  }

  toJSON(): { status: number; message: string } {
    return { status: this.status, message: this.message }
  }
}
