import assert from 'node:assert/strict'
import { closeSync, createReadStream, fstatSync, openSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { nativeStatus } from '../../src/adapters/node/native/load.js'
import { NativeSender } from '../../src/adapters/node/native/sender.js'
import type { NativeOutcome } from '../../src/adapters/node/native/transfer.js'
import type { ByteRange } from '../../src/headers/range.js'
import { RawConnection } from '../http/raw.js'

/** A server that sends one file by the native sender, as an adapter would do it. */
export interface Serving {
  readonly origin: string
  readonly server: Server
  /** What became of each response that was sent natively. */
  readonly ends: readonly (NativeOutcome | Error)[]
  /** How many responses had to be sent by JavaScript from the start. */
  readonly byJavaScript: number
  connect(): Promise<RawConnection>
  close(): Promise<void>
}

export interface ServingOptions extends ServerOptions {
  /** Runs before the head is written. */
  readonly before?: ((req: IncomingMessage, res: ServerResponse) => void | Promise<void>) | undefined
  /** Sends the range of an open file; left out, in one piece. */
  readonly send?: ((sender: NativeSender, file: number, range: ByteRange) => Promise<NativeOutcome>) | undefined
}

/** Fails where the native part was not built: then none of these tests would prove a thing. */
export function requireNative(): void {
  assert.deepEqual(nativeStatus(), { state: 'active' }, 'Build it first: npm run build:native')
}

export async function serveNatively(path: string, options: ServingOptions = {}): Promise<Serving> {
  requireNative()
  const ends: (NativeOutcome | Error)[] = []
  let byJavaScript = 0
  const server = createServer(options, async (req, res) => {
    await options.before?.(req, res)
    if (res.destroyed) return
    const file = openSync(path, 'r')
    try {
      const range = writeHead(req, res, fstatSync(file).size)
      const sender = NativeSender.for(res)
      if (sender === undefined) {
        byJavaScript++
        await sendByJavaScript(res, path, range)
      } else {
        const end = await sendNatively(sender, res, file, range, options.send)
        ends.push(end)
        if (typeof end === 'number') await sendByJavaScript(res, path, { ...range, start: range.start + end })
      }
    } finally {
      closeSync(file)
    }
  })
  server.requestTimeout = 0
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    server,
    ends,
    get byJavaScript() {
      return byJavaScript
    },
    connect: () => RawConnection.open(origin),
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function writeHead(req: IncomingMessage, res: ServerResponse, size: number): ByteRange {
  const match = /^bytes=(\d+)-(\d+)$/.exec(req.headers.range ?? '')
  const range = match === null ? { start: 0, end: size - 1 } : { start: Number(match[1]), end: Number(match[2]) }
  if (!res.hasHeader('Transfer-Encoding')) res.setHeader('Content-Length', range.end - range.start + 1)
  res.writeHead(match === null ? 200 : 206, { 'X-Target': req.url ?? '' })
  return range
}

async function sendNatively(
  sender: NativeSender,
  res: ServerResponse,
  file: number,
  range: ByteRange,
  send: ServingOptions['send'],
): Promise<NativeOutcome | Error> {
  try {
    return await (send === undefined ? sender.send(file, range) : send(sender, file, range))
  } catch (error) {
    res.destroy()
    return error as Error
  }
}

/** Nothing is left to send in most cases, and the response only ends. */
async function sendByJavaScript(res: ServerResponse, path: string, { start, end }: ByteRange): Promise<void> {
  if (start > end) return void res.end()
  await new Promise<void>((resolve) => {
    const stream = createReadStream(path, { start, end })
    // A response that waits for its turn does not hear that its client has gone.
    res.req.socket.setMaxListeners(0).once('close', () => stream.destroy())
    stream.once('close', resolve).pipe(res)
  })
}
