import { type ArgumentsHost, Logger } from '@nestjs/common'
import { DownloadError } from '../../errors.js'
import type { Params } from '../../handler.js'
import { isFault, ownHeaders } from '../answer.js'
import { serveFastify } from '../fastify/handler.js'
import { serveOrReject } from '../node/handler.js'
import type { NodeRequest } from '../node/request.js'
import type { NodeResponse } from '../node/response-target.js'
import { withMiddleware } from '../options.js'
import { type Downloadable, toHandler } from './downloadable.js'
import { DownloadException } from './exception.js'
import type { DownloadModuleOptions } from './options.js'

/** Sends a download on the platform that the request came by. An error that comes before the reply rejects. */
export async function serveNest<P extends Params>(
  what: Downloadable<P>,
  host: ArgumentsHost,
  { context, middleware, onDownload, limits, onError }: DownloadModuleOptions,
): Promise<void> {
  const http = host.switchToHttp()
  const [request, response] = [http.getRequest<PlatformRequest>(), http.getResponse<PlatformResponse>()]
  const handler = withMiddleware(toHandler(what), { middleware, onDownload, limits })
  const options = { context: context && (() => context(host)), onError }
  try {
    if (isReply(response)) await serveFastify(handler, request as FastifyRequest, response, options)
    else await serveExpress(handler, request as ExpressRequest, response, options)
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error
    setHeaders(response, error)
    // Nest takes an HttpException for an answer, and logs none.
    if (isFault(error)) logger.error(error)
    throw new DownloadException(error)
  }
}

const logger = new Logger('DownloadModule')

/** The response of Node below the one of the platform. */
export function nodeResponse(response: PlatformResponse): NodeResponse {
  return isReply(response) ? (response.raw as NodeResponse) : response
}

/** What `getResponse()` gives. */
export type PlatformResponse = NodeResponse | FastifyReply

type PlatformRequest = ExpressRequest | FastifyRequest
type ExpressRequest = NodeRequest & { readonly originalUrl: string; readonly params: Params }
type FastifyRequest = Parameters<typeof serveFastify>[1]
type FastifyReply = Parameters<typeof serveFastify>[2]

function serveExpress<P extends Params>(
  handler: Parameters<typeof serveOrReject<P, ExpressRequest>>[0],
  request: ExpressRequest,
  response: NodeResponse,
  options: Pick<Parameters<typeof serveOrReject<P, ExpressRequest>>[3], 'context' | 'onError'>,
): Promise<void> {
  const params = () => request.params as unknown as P
  return serveOrReject(handler, request, response, { ...options, url: request.originalUrl, params })
}

function isReply(response: PlatformResponse): response is FastifyReply {
  return 'hijack' in response
}

/** Nest's filters answer with a status and a body only. */
function setHeaders(response: PlatformResponse, error: DownloadError): void {
  for (const [name, value] of ownHeaders(error.headers)) {
    if (isReply(response)) response.header(name, value)
    else response.setHeader(name, value)
  }
}
