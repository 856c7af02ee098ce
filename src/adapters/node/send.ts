import type { Params } from '../../handler.js'
import type { Answer } from '../answer.js'
import { type OpenBody, openBody } from '../open-body.js'
import type { Client } from './client.js'
import type { NodeDownloadRequest } from './request.js'
import type { ReplyTarget } from './target.js'

/** Sends an answer: nothing before its first bytes are there, then each piece once the client has taken the last one. */
export async function send<P extends Params>(
  request: NodeDownloadRequest<P>,
  answer: Answer,
  target: ReplyTarget,
  client: Client,
): Promise<void> {
  const { reply, body } = await openBody(answer, request)
  try {
    if (client.isGone) return
    target.writeHead(reply.status, reply.headers)
    if (body === undefined) target.end()
    else await sendBody(body, target, client)
  } finally {
    body?.reader.close()
  }
}

async function sendBody({ reader, first }: OpenBody, target: ReplyTarget, client: Client): Promise<void> {
  for (let piece = first; piece !== undefined; piece = await reader.next()) {
    if (piece.isLast) return target.end(piece.bytes)
    if (!target.write(piece.bytes)) await client.drain()
    if (client.isGone) return
  }
  target.end()
}
