import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { after } from 'node:test'

/** One answer of a {@link ScriptedOrigin}. */
export type Answer = (res: ServerResponse, req: IncomingMessage) => void

/** Another server that answers as a test says, and remembers what it was asked. */
export interface ScriptedOrigin {
  readonly url: string
  readonly asked: { readonly method: string | undefined; readonly headers: IncomingHttpHeaders }[]
  /** Connections that are open now, and how many there have been. */
  readonly open: Set<Socket>
  readonly connections: () => number
  close(): Promise<void>
}

/** Starts a server that gives one answer after the other, and the last one from then on. */
export async function startScriptedOrigin(...answers: Answer[]): Promise<ScriptedOrigin> {
  const asked: ScriptedOrigin['asked'] = []
  const open = new Set<Socket>()
  let connections = 0
  const server = createServer((req, res) => {
    asked.push({ method: req.method, headers: req.headers })
    answers[Math.min(asked.length, answers.length) - 1]?.(res, req)
  })
  server.on('connection', (socket) => {
    connections++
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  after(close)
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/file.bin`, asked, open, connections: () => connections, close }
}

/** Answers as a good server of the bytes would, ranges and conditions on them included. */
export function goodAnswer(bytes: Uint8Array, etag = '"v1"'): Answer {
  return (res, req) => {
    const range = /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? '')
    const ifRange = req.headers['if-range']
    const isPart = range !== null && (ifRange === undefined || ifRange === etag)
    if (req.headers['if-match'] !== undefined && req.headers['if-match'] !== etag) return void res.writeHead(412).end()
    const [start, end] = isPart ? [Number(range[1]), Number(range[2] || bytes.length - 1)] : [0, bytes.length - 1]
    res.writeHead(isPart ? 206 : 200, {
      'Content-Type': 'application/x-test',
      'Content-Length': end - start + 1,
      ETag: etag,
      'Accept-Ranges': 'bytes',
      ...(isPart ? { 'Content-Range': `bytes ${start}-${end}/${bytes.length}` } : {}),
    })
    res.end(req.method === 'HEAD' ? undefined : bytes.subarray(start, end + 1))
  }
}

/** Begins like {@link goodAnswer}, and does something else after so many bytes of the body. */
export function brokenAnswer(
  bytes: Uint8Array,
  count: number,
  breakOff: (res: ServerResponse) => void,
  etag = '"v1"',
): Answer {
  return (res, req) => {
    const { end } = res
    res.end = ((body: Uint8Array) => {
      res.end = end
      if (body.length <= count) return res.end(body)
      return res.write(body.subarray(0, count), () => breakOff(res))
    }) as typeof res.end
    goodAnswer(bytes, etag)(res, req)
  }
}

export const reset = (res: ServerResponse): void => void res.socket?.resetAndDestroy()
export const hangUp = (res: ServerResponse): void => void res.socket?.end()
export const stall = (): void => {}
