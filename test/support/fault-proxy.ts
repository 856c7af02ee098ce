import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { resetSocket } from './reset.js'

/** What goes wrong with one answer. Bytes are those of the body. */
export type Fault =
  /** Nothing. */
  | { readonly kind: 'pass' }
  /** The connection is reset as soon as it is there; one that was kept alive, as soon as a request comes. */
  | { readonly kind: 'refuse' }
  /** The connection is reset (RST) once so many bytes went out. The client may lose some that it has not read yet. */
  | { readonly kind: 'reset'; readonly after: number }
  /** The connection is closed in good order (FIN) once so many bytes went out. */
  | { readonly kind: 'truncate'; readonly after: number }
  /** Nothing more comes once so many bytes went out, and the connection stays open. */
  | { readonly kind: 'stall'; readonly after: number }
  /** No answer comes, not even its head, and the connection stays open. The upstream is not asked. */
  | { readonly kind: 'silence' }
  /** So many bytes at a time, with a pause after each of them. */
  | { readonly kind: 'slow'; readonly bytes: number; readonly milliseconds: number }
  /** An answer that the upstream knows nothing of. */
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly body?: string
      /** Such as `{ 'Retry-After': '1' }`. */
      readonly headers?: Readonly<Record<string, string>>
    }
  /** `Content-Length` is wrong by so many bytes, more or less; the connection is closed after the whole body. */
  | { readonly kind: 'length'; readonly by: number }
  /** Once so many bytes went out, something happens and is waited for, and then the rest follows. */
  | { readonly kind: 'meanwhile'; readonly after: number; readonly happens: () => unknown }

/** A request that came to the proxy. */
export interface SeenRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Bytes of the body that went out to the client, so far. */
  readonly sent: number
}

/** A proxy that does to answers what networks and busy servers do. */
export interface FaultProxy {
  readonly host: string
  readonly port: number
  /** Its address, with no path. */
  readonly origin: string
  /** The requests that came, oldest first, those that failed too. A connection refused at once has none. */
  readonly requests: readonly SeenRequest[]
  /** Connections that are open now, from clients and to the upstream. */
  readonly sockets: { readonly client: number; readonly upstream: number }
  /** What goes wrong from the next request on. At first, nothing. */
  use(fault: Fault): void
  /** What goes wrong with the next requests, one after the other, before what {@link use} said holds again. */
  next(...faults: readonly Fault[]): void
  close(): Promise<void>
}

/**
 * Starts a proxy on a free port of 127.0.0.1 in front of one server that speaks HTTP.
 *
 * `Host` goes on as the client sent it, so a signature over it stays good: what clients sign is the address of the
 * proxy, and servers check against the header that they get. Each request makes a connection of its own to the
 * upstream. A closed port is not among the faults: `freePorts()` knows some.
 */
export async function startFaultProxy(target: { readonly host: string; readonly port: number }): Promise<FaultProxy> {
  const requests: MutableRequest[] = []
  const clients = new Set<Socket>()
  const upstreams = new Set<Socket>()
  const queue: Fault[] = []
  let standing: Fault = { kind: 'pass' }

  const server = createServer((req, res) => {
    const seen = { method: req.method ?? '', path: req.url ?? '', headers: req.headers, sent: 0 }
    requests.push(seen)
    const fault = queue.shift() ?? standing
    answer(req, res, { fault, seen, target, upstreams }).catch(() => resetSocket(res.socket))
  })
  server.on('connection', (socket: Socket) => {
    keep(clients, socket)
    if ((queue[0] ?? standing).kind !== 'refuse') return
    queue.shift()
    resetSocket(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    host: '127.0.0.1',
    port,
    origin: `http://127.0.0.1:${port}`,
    requests,
    get sockets() {
      return { client: clients.size, upstream: upstreams.size }
    },
    use(fault) {
      standing = fault
    },
    next(...faults) {
      queue.push(...faults)
    },
    async close() {
      for (const socket of [...clients, ...upstreams]) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

type MutableRequest = { -readonly [name in keyof SeenRequest]: SeenRequest[name] }

interface Exchange {
  readonly fault: Fault
  readonly seen: MutableRequest
  readonly target: { readonly host: string; readonly port: number }
  readonly upstreams: Set<Socket>
}

function keep(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket)
  socket.on('error', () => undefined).once('close', () => sockets.delete(socket))
}

async function answer(req: IncomingMessage, res: ServerResponse, exchange: Exchange): Promise<void> {
  const { fault } = exchange
  if (fault.kind === 'refuse') resetSocket(res.socket)
  else if (fault.kind === 'silence') req.resume()
  else if (fault.kind === 'answer') answerItself(req, res, fault)
  else await answerFromUpstream(req, res, exchange)
}

function answerItself(req: IncomingMessage, res: ServerResponse, fault: Fault & { kind: 'answer' }): void {
  req.resume()
  const body = Buffer.from(fault.body ?? '')
  res.writeHead(fault.status, { 'Content-Length': body.length, ...fault.headers }).end(body)
}

async function answerFromUpstream(req: IncomingMessage, res: ServerResponse, exchange: Exchange): Promise<void> {
  const reply = await ask(req, res, exchange)
  try {
    res.sendDate = false
    res.writeHead(reply.statusCode ?? 0, reply.statusMessage ?? '', headersOf(reply, exchange.fault))
    res.flushHeaders()
    await sendBody(reply, res, exchange)
  } finally {
    reply.destroy()
  }
}

/** Passes the request on, and waits for the head of the answer. A client that goes away ends it. */
function ask(req: IncomingMessage, res: ServerResponse, { target, upstreams }: Exchange): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { ...target, method: req.method, path: req.url, headers: req.rawHeaders, agent: false as const }
    const asked = request(options, resolve).on('error', reject)
    asked.once('socket', (socket) => keep(upstreams, socket))
    res.once('close', () => asked.destroy())
    req.pipe(asked)
  })
}

/** The headers as they came, except for those that tell of the connection to the upstream. */
function headersOf(reply: IncomingMessage, fault: Fault): string[] {
  const headers: string[] = []
  for (let index = 0; index < reply.rawHeaders.length; index += 2) {
    const [name = '', value = ''] = reply.rawHeaders.slice(index, index + 2)
    if (/^(connection|keep-alive)$/i.test(name)) continue
    const isWrong = fault.kind === 'length' && /^content-length$/i.test(name)
    headers.push(name, isWrong ? String(Number(value) + fault.by) : value)
  }
  if (fault.kind === 'length') headers.push('Connection', 'close')
  return headers
}

async function sendBody(reply: IncomingMessage, res: ServerResponse, { fault, seen }: Exchange): Promise<void> {
  let left = 'after' in fault ? fault.after : Number.POSITIVE_INFINITY
  const send = async (bytes: Buffer) => {
    await write(res, bytes)
    seen.sent += bytes.length
    left -= bytes.length
  }
  if (left === 0) await strike(res, fault)
  for await (const chunk of reply) {
    for (const part of partsOf(chunk, fault, left)) {
      if (isOver(res)) return
      await send(part)
      if (left === 0) await strike(res, fault)
      if (fault.kind === 'slow') await pause(fault.milliseconds)
    }
  }
  res.end()
}

function partsOf(chunk: Buffer, fault: Fault, left: number): Buffer[] {
  if (fault.kind === 'slow') return slices(chunk, fault.bytes)
  return [chunk.subarray(0, Math.max(left, 0)), chunk.subarray(Math.max(left, 0))].filter((part) => part.length > 0)
}

function slices(chunk: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(chunk.length / size) }, (_, at) => chunk.subarray(at * size, (at + 1) * size))
}

/** Does what was to be done once enough bytes went out. */
async function strike(res: ServerResponse, fault: Fault): Promise<void> {
  if (fault.kind === 'reset') resetSocket(res.socket)
  if (fault.kind === 'truncate') res.socket?.end()
  if (fault.kind === 'stall' && !res.destroyed) await once(res, 'close')
  if (fault.kind === 'meanwhile') await fault.happens()
}

/** Waits until the system has taken the bytes, or the client is gone. */
function write(res: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    res.once('close', resolve)
    res.write(bytes, () => {
      res.off('close', resolve)
      resolve()
    })
  })
}

const isOver = (res: ServerResponse) => res.destroyed || res.socket?.writable !== true

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
