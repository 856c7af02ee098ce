import type { Awaitable } from '../../awaitable.js'
import type { BodyPiece, PieceReader } from '../body-reader.js'
import type { OpenBody } from '../open-body.js'
import type { Client } from './client.js'
import type { ReplyTarget } from './target.js'

/** Sends a body piece by piece, each once the client has taken the last one. */
export function sendPieces(body: OpenBody, target: ReplyTarget, client: Client): Awaitable<void> {
  const first = takeFirst(body)
  if (first?.isLast && first.bytes.length <= target.maxWrite) return target.end(first.bytes, first.onSent)
  return sendInTurn(first, body.reader, target, client)
}

async function sendInTurn(
  first: BodyPiece | undefined,
  reader: PieceReader,
  target: ReplyTarget,
  client: Client,
): Promise<void> {
  for (let piece = first; piece !== undefined; piece = await reader.next()) {
    if (piece.isLast && piece.bytes.length <= target.maxWrite) return target.end(piece.bytes, piece.onSent)
    if (piece.isLast) return endInParts(piece, target, client)
    await write(piece, target, client)
    if (client.isGone) return
  }
  target.end()
}

/** Out of the body, which stays until the end: a slow client would hold the memory of this piece beside that of another. */
function takeFirst(body: OpenBody): BodyPiece | undefined {
  const { first } = body
  body.first = undefined
  return first
}

async function write({ bytes, onSent }: BodyPiece, target: ReplyTarget, client: Client): Promise<void> {
  if (bytes.length > target.maxWrite) return writeInParts(bytes, target, client)
  let isSent = false
  const mayGoOn = target.write(
    bytes,
    onSent &&
      ((error) => {
        // Of a connection that takes no more, it is the end that is waited for.
        isSent = !error
        onSent()
        client.wake()
      }),
  )
  // Node would take a few small pieces before it asks to wait: one is enough for each client that is slow.
  if (!isSent && (!mayGoOn || (onSent !== undefined && target.tellsWhenSent))) await client.drain()
}

async function endInParts({ bytes, onSent }: BodyPiece, target: ReplyTarget, client: Client): Promise<void> {
  const rest = bytes.length % target.maxWrite
  await writeInParts(bytes.subarray(0, bytes.length - rest), target, client)
  if (!client.isGone) target.end(bytes.subarray(bytes.length - rest), onSent)
}

async function writeInParts(bytes: Uint8Array, target: ReplyTarget, client: Client): Promise<void> {
  for (let position = 0; position < bytes.length && !client.isGone; position += target.maxWrite) {
    if (!target.write(bytes.subarray(position, position + target.maxWrite))) await client.drain()
  }
}
