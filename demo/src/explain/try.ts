import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { LibraryDocument } from '../library/table.js'
import { originOf } from '../pages/origin.js'
import type { Site } from '../site.js'
import { ATTEMPT, type DownloadRecord, type Fields } from './download-log.js'
import { TRIES, type Try } from './tries.js'

/** A request that was really made, and what came of it. */
export interface Attempt {
  readonly id: string
  readonly request: { readonly method: string; readonly url: string; readonly headers: Fields }
  /** As the client got it: through the server in front, where there is one. Left out where none came. */
  readonly reply?: Received
  /** What the application has seen and done. */
  readonly record?: DownloadRecord | undefined
}

export interface Received {
  readonly status: string
  readonly headers: Fields
  readonly bytes: number
  /** Enough had come: the rest was not waited for. */
  readonly isCut: boolean
  readonly milliseconds: number
}

interface Asked {
  readonly site: Pick<Site, 'downloads' | 'front'>
  readonly document: LibraryDocument
  /** Who asks for the attempt makes it himself. */
  readonly cookie: string | undefined
  readonly socket: Pick<Socket, 'localPort'>
}

/** Makes the attempt that a page asks for; `undefined` for a name that is none. It asks this site, and nothing else. */
export async function tryOf(id: unknown, asked: Asked): Promise<Attempt | undefined> {
  if (typeof id !== 'string' || !Object.hasOwn(TRIES, id)) return undefined
  const { site, document, socket } = asked
  const url = new URL(`/library/${document.id}/download/`, originOf(site, socket))
  const { method = 'GET', headers = {}, asStranger } = TRIES[id] as Try
  const session = asked.cookie === undefined || asStranger ? {} : { Cookie: asked.cookie }
  const told = typeof headers === 'function' ? headers(await etagOf(url, session)) : headers
  const name = randomUUID()
  const sent = { method, url: url.pathname, headers: fieldsOf(told) }
  try {
    const reply = await ask(url, method, { ...session, ...told, [ATTEMPT]: name })
    return { id, request: sent, reply, record: await recordOf(name, asked) }
  } catch {
    return { id, request: sent }
  }
}

async function etagOf(url: URL, headers: OutgoingHttpHeaders): Promise<string> {
  const fields = await ask(url, 'HEAD', headers).then(
    (reply) => reply.headers,
    () => [],
  )
  return fields.find(([name]) => name.toLowerCase() === 'etag')?.[1] ?? '"none"'
}

async function ask(url: URL, method: string, headers: OutgoingHttpHeaders): Promise<Received> {
  const since = performance.now()
  const client = request(url, { method, headers, agent: false, signal: AbortSignal.timeout(PATIENCE) })
  client.end()
  const [reply]: IncomingMessage[] = await once(client, 'response')
  if (reply === undefined) throw new Error('There is no reply.')
  let bytes = 0
  // Leaving the loop ends the connection.
  for await (const chunk of reply) {
    bytes += (chunk as Buffer).length
    if (bytes >= ENOUGH) break
  }
  return {
    status: `${reply.statusCode} ${reply.statusMessage}`,
    headers: pairsOf(reply.rawHeaders),
    bytes,
    isCut: !reply.complete,
    milliseconds: performance.now() - since,
  }
}

/** Milliseconds. */
const PATIENCE = 5000
/** Bytes. */
const ENOUGH = 32 * 2 ** 20

/** The application may hear of the end of a reply a moment after its client. */
async function recordOf(name: string, { site, document }: Asked): Promise<DownloadRecord | undefined> {
  for (let left = 20; left > 0; left -= 1) {
    const record = site.downloads.of(document.id).find(({ attempt }) => attempt === name)
    const isOver = record?.reply !== undefined && record.event !== undefined && record.event.stage !== 'started'
    if (isOver || left === 1) return record
    await setTimeout(25)
  }
  return undefined
}

function fieldsOf(headers: OutgoingHttpHeaders): Fields {
  return Object.entries(headers).map(([name, value]) => [name, String(value)])
}

function pairsOf(raw: readonly string[]): Fields {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as const] : []))
}
