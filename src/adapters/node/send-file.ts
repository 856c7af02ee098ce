import { rangeLength } from '../../headers/range.js'
import type { LocalBody } from '../../responses/reply.js'
import type { Followed } from '../followed.js'
import type { LocalReader } from '../local-reader.js'
import type { OpenFile } from '../open-body.js'
import type { Client } from './client.js'
import type { NativeSender } from './native/sender.js'
import { sendPieces } from './send-pieces.js'
import type { ReplyTarget } from './target.js'

/** Sends parts of a large file past JavaScript, and what cannot be sent so in pieces. */
export async function sendFile(
  { reader }: OpenFile,
  target: ReplyTarget,
  client: Client,
  followed: Followed | undefined,
): Promise<void> {
  const sender = target.fileSender()
  if (sender !== undefined) reader.leave(await sendNatively(reader, sender, target, client, followed))
  if (client.isGone) return
  await sendPieces({ reader, first: await reader.next() }, target, client)
}

/**
 * Gives what is left to be sent. The last bytes only leave when the file is still what it was at the start, so that a
 * file rewritten or cut under way never yields a body that looks whole.
 */
async function sendNatively(
  { file, parts }: LocalReader,
  sender: NativeSender,
  target: ReplyTarget,
  client: Client,
  followed: Followed | undefined,
): Promise<LocalBody['parts']> {
  const steps = followed === undefined ? withTail(parts) : withTail(parts).flatMap(inSteps)
  for (const [index, step] of steps.entries()) {
    if (index === steps.length - 1) await file.assertUnchanged()
    if (step instanceof Uint8Array) {
      if (!target.write(step)) await client.drain()
      if (client.isGone) return []
      continue
    }
    const outcome = sender.send(file.descriptor as number, step)
    const sent = typeof outcome === 'number' ? outcome : await outcome
    if (sent === 'gone') return []
    followed?.gives(sent)
    followed?.takes(sent)
    if (sent < rangeLength(step)) return [{ start: step.start + sent, end: step.end }, ...steps.slice(index + 1)]
  }
  return []
}

/** Parts the end from the last part, where that is a range: it waits for a last look at the file. */
function withTail(parts: LocalBody['parts']): LocalBody['parts'] {
  const last = parts.at(-1)
  if (last === undefined || last instanceof Uint8Array || rangeLength(last) <= TAIL) return parts
  const { start, end } = last
  return [...parts.slice(0, -1), { start, end: end - TAIL }, { start: end - TAIL + 1, end }]
}

/** Of a transfer that broke off nobody tells how far it came: small ones leave little unknown. */
function inSteps(part: LocalBody['parts'][number]): LocalBody['parts'] {
  if (part instanceof Uint8Array) return [part]
  const { start, end } = part
  const size = Math.max(STEP, Math.ceil(rangeLength(part) / MAX_STEPS))
  return Array.from({ length: Math.ceil(rangeLength(part) / size) }, (_, index) => {
    const from = start + index * size
    return { start: from, end: Math.min(from + size - 1, end) }
  })
}

/** Bytes. */
const STEP = 1024 * 1024
const MAX_STEPS = 4096

/** Bytes that are held back: one full packet of most connections. */
const TAIL = 1460
