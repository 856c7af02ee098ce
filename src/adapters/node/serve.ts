import { DownloadError } from '../../errors.js'
import type { DownloadHandler, Params } from '../../handler.js'
import { answer, errorReply, isFault } from '../answer.js'
import { type AdapterOptions, report } from '../options.js'
import { refuseEncodedSeparators } from '../target.js'
import { Client } from './client.js'
import type { NodeDownloadRequest } from './request.js'
import { send } from './send.js'
import type { ReplyTarget } from './target.js'

/** What it takes to answer one request of Node. */
export interface Serving<P extends Params> {
  readonly handler: DownloadHandler<P>
  readonly target: ReplyTarget
  /** Makes the request; it may ask the application who the user is. */
  readonly request: () => NodeDownloadRequest<P> | Promise<NodeDownloadRequest<P>>
  readonly method: string
  readonly url: string
  readonly onError: AdapterOptions<never>['onError']
  /** Takes an error that came before anything was sent. Left out, it is answered here. */
  readonly next?: ((error: unknown) => void) | undefined
}

/** Answers one request, from the handler to the last byte. Never rejects. */
export async function serve<P extends Params>(serving: Serving<P>): Promise<void> {
  const { handler, target } = serving
  let request: NodeDownloadRequest<P> | undefined
  const client = new Client(target, () => request?.abort())
  try {
    refuseEncodedSeparators(serving.url)
    request = await serving.request()
    if (client.isGone) request.abort()
    const found = await answer(handler, request)
    try {
      await send(request, found, target, client)
    } finally {
      found.close()
    }
  } catch (error) {
    // Nobody is left to be told, and what failed did so because of that.
    if (!client.isGone) failSafely(error, serving)
  } finally {
    client.leave()
  }
}

/** Whatever the application's own handlers throw now: a reply that nobody ends would keep its client waiting. */
function failSafely<P extends Params>(error: unknown, serving: Serving<P>): void {
  try {
    fail(error, serving)
  } catch (fault) {
    serving.target.breakOff()
    report(fault, serving, serving.onError)
  }
}

function fail<P extends Params>(error: unknown, { target, next, method, url, onError }: Serving<P>): void {
  if (target.headersSent) {
    target.breakOff()
    report(error, { method, url }, onError)
  } else if (next !== undefined) {
    // Frameworks take next(undefined) and next('route') for a call of the next handler.
    next(error instanceof Error ? error : new DownloadError('A download failed.', { cause: error }))
  } else {
    if (isFault(error)) report(error, { method, url }, onError)
    const { status, headers, text } = errorReply(error)
    target.writeHead(status, headers)
    target.end(method === 'HEAD' ? undefined : text)
  }
}
