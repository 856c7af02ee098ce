import type { DownloadContext, DownloadHandler, Params } from '../../handler.js'
import type { HeaderMap, HeaderValue } from '../../headers/header-map.js'
import { type Answer, answer, errorReply, isFault } from '../answer.js'
import type { BodyPiece } from '../body-reader.js'
import type { Followed } from '../followed.js'
import { follow } from '../following.js'
import { breakUnframed } from '../node/break-socket.js'
import type { NodeRequest } from '../node/request.js'
import { onSocketClose } from '../node/socket-close.js'
import { type OpenBody, type OpenReply, openBody } from '../open-body.js'
import { type AdapterOptions, report, withMiddleware } from '../options.js'
import { compileRoute, type ParamsOfRoute, requireDecodable, requireMatch } from '../route.js'
import { originForm, refuseEncodedSeparators } from '../target.js'
import { type BodyStream, streamBody } from './body-stream.js'
import { followBody } from './followed-reader.js'
import { FreshBuffers } from './fresh-buffers.js'
import { withPresent } from './present-headers.js'
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
  /**
   * The IP address of the client, for limits that tell clients apart by it: Bun has it by `server.requestIP(request)`,
   * Deno by the second argument of a handler.
   */
  remoteAddress?: string | undefined
}

/** From a web `Request` to a web `Response`. Never rejects. */
export interface FetchHandler<P extends Params> {
  (request: Request, args?: FetchArguments<P>): Promise<Response>
  /** Last, since `next build` looks at the last one only: Next.js 15 has no route whose second argument may be absent. */
  (request: Request, args: { params: Promise<P> }): Promise<Response>
}

/**
 * Turns a view into a function from `Request` to `Response`: for Hono, Next.js route handlers, SvelteKit, Bun and Deno.
 *
 * The file is read as the client takes it, and let go of when the client cancels, or when the `Response` is garbage.
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
  const { route } = options
  const served = withMiddleware(handler, options)
  const match = compileRoute(route)
  return async (raw: Request, args: FetchArguments<Params> = {}) => {
    const params = async () => ({ ...requireMatch(match(originForm(raw.url))), ...(await args.params) })
    try {
      const remoteAddress = () => args.remoteAddress
      return await serveFetch(served, raw, { ...options, params, own: args.context, remoteAddress })
    } catch (error) {
      if (isFault(error) && !raw.signal.aborted) report(error, asked(raw), options.onError)
      return errorResponse(error, raw.method)
    }
  }
}

/** The reply of an error, see `errorReply`. */
export function errorResponse(error: unknown, method = 'GET'): Response {
  const { status, headers, text } = errorReply(error)
  return new Response(method === 'HEAD' ? null : text, { status, headers: webHeaders(headers) })
}

/** What {@link serveFetch} is told beside the request. */
export interface FetchServing<P extends Params> extends AdapterOptions<Request> {
  readonly params: () => P | Promise<P>
  /** What the framework knows of the user, in place of what `context` would tell. */
  readonly own?: DownloadContext | undefined
  /** What the application has set on the framework's own reply before. */
  readonly present?: (() => Headers) | undefined
  readonly node?: NodeSide | undefined
  readonly remoteAddress?: (() => string | undefined) | undefined
}

/**
 * What Node has of a request, where the framework tells. A pipelined request that waits for its turn hears of its client
 * only by the socket, and a client of HTTP/1.0 of a body that broke.
 */
export interface NodeSide {
  readonly req?: NodeRequest | undefined
  readonly res?: unknown
}

/** Answers a web `Request`; the frameworks that stand on `fetch` come here, too. An error before the reply rejects. */
export async function serveFetch<P extends Params>(
  handler: DownloadHandler<P>,
  raw: Request,
  { params: findParams, own, present, context: findContext, onError, node, remoteAddress }: FetchServing<P>,
): Promise<Response> {
  const url = originForm(raw.url)
  refuseEncodedSeparators(url)
  requireDecodable(url)
  const onFault = (error: unknown) => report(error, asked(raw), onError)
  const followed = follow(handler, { method: raw.method, url })
  try {
    const params = await findParams()
    const context = own ?? (await findContext?.(raw)) ?? {}
    const request = new FetchDownloadRequest(raw, { url, params, context, remoteAddress })
    if (followed !== undefined) await followed.admit(request)
    return await respond(await answer(handler, request), { request, onFault, followed, present, node })
  } catch (error) {
    if (raw.signal.aborted) followed?.leaves()
    else followed?.fails(error)
    throw error
  }
}

function asked({ method, url }: Request): { method: string; url: string } {
  return { method, url: originForm(url) }
}

/** What it takes to make a `Response` of an answer. */
interface Responding<P extends Params> {
  readonly request: FetchDownloadRequest<P>
  readonly onFault: (error: unknown) => void
  readonly followed: Followed | undefined
  readonly present: (() => Headers) | undefined
  readonly node: NodeSide | undefined
}

async function respond<P extends Params>(found: Answer, responding: Responding<P>): Promise<Response> {
  const { request, followed } = responding
  let open: OpenReply | undefined
  followed?.answers(found)
  try {
    open = await openBody(found, request, followed?.isPaced ? undefined : freshBuffers)
    if (followed !== undefined) open = await followReply(open, request, followed)
    const { reply, body } = open
    const whole = body && wholeOf(body, reply.body?.length)
    const streamed = body !== undefined && whole === undefined ? toStream(body, found, responding) : undefined
    const content = streamed?.stream ?? whole ?? null
    const headers = webHeaders(reply.headers, responding.present?.())
    const response = new Response(content, { status: reply.status, headers })
    if (streamed === undefined) close(open, found)
    // Only what cuts it off, and not the stream: see `BodyStream`.
    followed?.begins(reply.status, reply.headers, streamed?.cutOff ?? (() => {}))
    if (streamed === undefined) followed?.ends()
    return response
  } catch (error) {
    close(open, found)
    throw error
  }
}

async function followReply<P extends Params>(
  { reply, body }: OpenReply,
  request: FetchDownloadRequest<P>,
  followed: Followed,
): Promise<OpenReply> {
  if (body === undefined) return { reply }
  try {
    const own = { ...body, first: ownPiece(body.first) }
    return { reply, body: followBody(await followed.limit(own, reply.body?.length, request), followed) }
  } catch (error) {
    body.reader.close()
    throw error
  }
}

/** A whole file may be that of the cache, and whoever reads a stream may write over what it gives: a copy, as of `wholeOf`. */
function ownPiece(piece: BodyPiece | undefined): BodyPiece | undefined {
  const isWhole = piece?.isLast && piece.onSent === undefined
  return isWhole ? { ...piece, bytes: Uint8Array.from(piece.bytes) } : piece
}

/** Of the whole process. */
const freshBuffers = new FreshBuffers()

function close(open: OpenReply | undefined, found: Answer): void {
  open?.body?.reader.close()
  found.close()
}

/**
 * All of a body whose first piece is the last: a stream for it would cost more than the rest of a small reply together.
 *
 * A `Response` copies what it is made from, so that nobody can write over bytes that are sent again. A large piece goes
 * by a stream nevertheless, which alone tells when it is taken; and so does one whose length was not announced, since a
 * runtime would announce it.
 */
function wholeOf({ first }: OpenBody, length: number | undefined): Uint8Array<ArrayBuffer> | undefined {
  if (first === undefined) return new Uint8Array()
  const isWhole = first.isLast && first.onSent === undefined && length !== undefined
  return isWhole ? unshared(first.bytes) : undefined
}

/** A `Response` is made of no memory that others can change or resize at the same time: it throws. */
function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes
  const isFixed = buffer instanceof ArrayBuffer && !(buffer as { resizable?: boolean }).resizable
  return isFixed ? (bytes as Uint8Array<ArrayBuffer>) : Uint8Array.from(bytes)
}

/** The body of a large file, or of one that comes piece by piece. */
function toStream<P extends Params>(body: OpenBody, found: Answer, serving: Responding<P>): BodyStream {
  const { request, onFault, followed, node } = serving
  return streamBody(body, {
    onRelease() {
      body.reader.close()
      found.close()
    },
    onEnd: () => followed?.ends(),
    onLeave() {
      followed?.leaves()
      request.abort()
    },
    onFail(error) {
      if (request.signal.aborted) return followed?.leaves()
      followed?.fails(error)
      onFault(error)
    },
    onBreak: () => breakUnframed(node?.res),
    watch: (onGone) => watchClient(serving, onGone),
  })
}

/** A request is only asked for its signal where somebody wants to know: servers make it then. */
function watchClient<P extends Params>(
  { request: { raw }, followed, node }: Responding<P>,
  onGone: () => void,
): () => void {
  const connection = node?.req?.socket
  const signal = followed && raw.signal
  if (signal?.aborted || connection?.destroyed) onGone()
  signal?.addEventListener('abort', onGone)
  const unwatch = connection && onSocketClose(connection, onGone)
  return () => {
    signal?.removeEventListener('abort', onGone)
    unwatch?.()
  }
}

/** A plain object costs by far the least, but it has each name once, and not every name. */
function webHeaders(headers: HeaderMap, present?: Headers): Headers | Record<string, string> {
  const fields = [...(present === undefined || isEmpty(present) ? headers : withPresent(headers, present))]
  if (fields.every(isPlain)) return Object.fromEntries(fields)
  const web = new Headers()
  for (const [name, value] of fields) for (const each of [value].flat()) web.append(name, each)
  return web
}

function isEmpty(headers: Headers): boolean {
  return headers.keys().next().done === true
}

function isPlain(field: [name: string, value: HeaderValue]): field is [name: string, value: string] {
  return typeof field[1] === 'string' && field[0] !== '__proto__'
}
