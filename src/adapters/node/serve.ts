import type { DownloadContext, DownloadHandler, Params } from '../../handler.js'
import { answer, asError, errorReply, isFault } from '../answer.js'
import { follow } from '../following.js'
import { type AdapterOptions, report } from '../options.js'
import { requireDecodable } from '../route.js'
import { refuseEncodedSeparators } from '../target.js'
import { Client } from './client.js'
import { FollowedTarget } from './followed-target.js'
import { NodeDownloadRequest, type NodeRequestParts } from './request.js'
import { send } from './send.js'
import type { ReplyTarget } from './target.js'

/** What it takes to answer one request of Node. */
export interface Serving<P extends Params> extends NodeRequestParts {
  readonly handler: DownloadHandler<P>
  readonly target: ReplyTarget
  /** Throws when the path is not the route's. */
  readonly params: () => P
  /** Tells what the application knows of the user, if it is to be asked. */
  readonly context: (() => DownloadContext | Promise<DownloadContext>) | undefined
  readonly onError: AdapterOptions<never>['onError']
  /** Takes an error that came before anything was sent. Left out, it is answered here. */
  readonly next?: ((error: unknown) => void) | undefined
}

/** Answers one request, from the handler to the last byte. Never rejects. */
export async function serve<P extends Params>(serving: Serving<P>): Promise<void> {
  const { handler, target } = serving
  const followed = follow(handler, serving)
  const ownTarget = followed && new FollowedTarget(target, followed)
  const client = new Client(target)
  try {
    refuseEncodedSeparators(serving.url)
    requireDecodable(serving.url)
    const params = serving.params()
    const context = serving.context === undefined ? {} : await serving.context()
    const request = new NodeDownloadRequest(serving, params, context ?? {}, client)
    if (followed !== undefined) await followed.admit(request)
    const found = await answer(handler, request)
    followed?.answers(found)
    try {
      await send(request, found, ownTarget ?? target, client, followed)
    } finally {
      found.close()
    }
  } catch (error) {
    // Nobody is left to be told, and what failed did so because of that.
    if (client.isGone) return
    followed?.fails(error)
    failSafely(error, serving)
  } finally {
    client.leave()
    ownTarget?.leave()
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
    next(asError(error))
  } else {
    if (isFault(error)) report(error, { method, url }, onError)
    const { status, headers, text } = errorReply(error)
    target.writeHead(status, headers)
    target.end(method === 'HEAD' ? undefined : text)
  }
}
