import {
  type ClientHttp2Session,
  connect,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2'
import type { DownloadHandler } from '../../src/handler.js'
import { fieldValue, RawConnection, type RawReply, type RequestFields, rawRequest, writeRequest } from '../http/raw.js'
import type { Adapter, StartOptions } from './servers.js'

/** A reply, whatever the protocol. */
export type Reply = Pick<RawReply, 'status' | 'fields' | 'body' | 'isComplete' | 'get'>

/** What a request has beside its target. */
export interface Ask {
  readonly method?: string | undefined
  readonly headers?: RequestFields | undefined
  readonly body?: string | undefined
}

/** A reply whose body is read piece by piece, by a client that may leave. */
export interface Incoming {
  readonly status: number
  /** The next bytes; `undefined` when no more come. */
  next(): Promise<Buffer | undefined>
  /** Leaves at once. */
  leave(): void
}

/** A view that is served, and a client for it. */
export interface Site {
  readonly origin: string
  /** What the application was told of faults. */
  readonly faults: unknown[]
  /** The errors that were handed on to the application. */
  readonly handedOn: unknown[]
  /** Sends a request whose target is taken as it is, dots and all. */
  ask(target: string, ask?: Ask): Promise<Reply>
  /** Sends a GET and waits for the headers only. */
  begin(target: string): Promise<Incoming>
  close(): Promise<void>
}

/** Serves a view by an adapter. */
export async function openSite(
  adapter: Adapter,
  view: DownloadHandler,
  route?: string,
  options: StartOptions = {},
): Promise<Site> {
  const faults: unknown[] = []
  const handedOn: unknown[] = []
  const server = await adapter.start(view, route, {
    onError: (error) => void faults.push(error),
    onNext: (error) => void handedOn.push(error),
    ...options,
  })
  const { origin } = server
  if (adapter.protocol === 'HTTP/1.1') {
    return {
      origin,
      faults,
      handedOn,
      ask: (target, ask) => rawRequest(origin, { target, ...ask }),
      begin: (target) => beginHttp1(origin, target),
      close: server.close,
    }
  }
  const session = connect(origin)
  return {
    origin,
    faults,
    handedOn,
    ask: (target, ask) => http2Request(session, target, ask),
    begin: (target) => beginHttp2(session, target),
    async close() {
      session.destroy()
      await server.close()
    },
  }
}

function http2Request(session: ClientHttp2Session, target: string, ask: Ask = {}): Promise<Reply> {
  const { method = 'GET', headers = {}, body = '' } = ask
  const fields: OutgoingHttpHeaders = { ':method': method, ':path': target }
  for (const [name, value] of Array.isArray(headers) ? headers : Object.entries(headers)) {
    const key = name.toLowerCase()
    fields[key] = fields[key] === undefined ? value : [...[fields[key]].flat().map(String), value]
  }
  const stream = session.request(fields, { endStream: body === '' })
  if (body !== '') stream.end(body)
  return new Promise((resolve, reject) => {
    let reply: IncomingHttpHeaders | undefined
    let failure: Error | undefined
    const pieces: Buffer[] = []
    stream.on('response', (received) => {
      reply = received
    })
    stream.on('data', (piece: Buffer) => pieces.push(piece))
    stream.on('error', (error) => {
      failure = error
    })
    stream.on('close', () => {
      if (reply === undefined) return reject(failure ?? new Error('The stream was closed before a reply.'))
      const received = fieldsOf(reply)
      const isComplete = failure === undefined && stream.rstCode === 0 && !stream.aborted
      resolve({
        status: Number(reply[':status']),
        fields: received,
        body: Buffer.concat(pieces),
        isComplete,
        get: (name) => fieldValue(received, name),
      })
    })
  })
}

async function beginHttp1(origin: string, target: string): Promise<Incoming> {
  const connection = await RawConnection.open(origin)
  connection.send(writeRequest({ target }))
  const { status, framing } = await connection.head()
  return {
    status,
    async next() {
      const piece = framing === 'chunked' ? await connection.chunk() : await connection.some()
      return piece === undefined || piece.length === 0 ? undefined : piece
    },
    leave: () => connection.reset(),
  }
}

async function beginHttp2(session: ClientHttp2Session, target: string): Promise<Incoming> {
  const stream = session.request({ ':path': target })
  const status = await new Promise<number>((resolve, reject) => {
    stream.on('response', (headers) => resolve(Number(headers[':status']))).on('error', reject)
  })
  const pieces = stream[Symbol.asyncIterator]()
  return {
    status,
    async next() {
      const { done, value } = await pieces.next()
      return done ? undefined : value
    },
    leave: () => stream.close(constants.NGHTTP2_CANCEL),
  }
}

function fieldsOf(headers: IncomingHttpHeaders): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith(':') ? [] : [value ?? []].flat().map((each): [string, string] => [name, each]),
  )
}
