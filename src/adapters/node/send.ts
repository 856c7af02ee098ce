import { isPromise } from '../../awaitable.js'
import type { Params } from '../../handler.js'
import type { Answer } from '../answer.js'
import { BufferPool } from '../buffer-pool.js'
import type { Followed } from '../followed.js'
import { type OpenBody, type OpenFile, openBody, openBodyOrFile } from '../open-body.js'
import type { Client } from './client.js'
import type { NodeDownloadRequest } from './request.js'
import { sendFile } from './send-file.js'
import { sendPieces } from './send-pieces.js'
import type { ReplyTarget } from './target.js'

/** Sends an answer: nothing before its first bytes are there, then each piece once the client has taken the last one. */
export async function send<P extends Params>(
  request: NodeDownloadRequest<P>,
  answer: Answer,
  target: ReplyTarget,
  client: Client,
  followed: Followed | undefined,
): Promise<void> {
  const pool = target.tellsWhenSent ? buffers : undefined
  const open = await (target.takesFiles ? openBodyOrFile : openBody)(answer, request, pool)
  const { reply } = open
  let { body } = open
  try {
    if (client.isGone) return
    if (followed !== undefined && body !== undefined && 'first' in body) {
      body = await followed.limit(body, reply.body?.length, request)
      if (client.isGone) return
    }
    target.writeHead(reply.status, reply.headers)
    if (body === undefined) target.end()
    else if ('first' in body) {
      const sending = sendPieces(body, target, client)
      if (isPromise(sending)) await sending
    } else await sendFile(body, target, client, followed)
  } finally {
    letGo(body)
    body?.reader.close()
  }
}

/** A first piece that is still there was read for nobody: its memory is used again. */
function letGo(body: OpenBody | OpenFile | undefined): void {
  if (body !== undefined && 'first' in body) body.first?.onSent?.()
}

/** Of the whole process. */
const buffers = new BufferPool()
