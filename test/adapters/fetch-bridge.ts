import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

type Handler = (request: Request, client: { remoteAddress?: string | undefined }) => Promise<Response>

/** Puts a function from `Request` to `Response` behind `node:http`, as the servers of such frameworks do. */
export function bridge(handler: Handler): RequestListener {
  return (req, res) => {
    void respond(handler, req, res).catch(() => res.destroy())
  }
}

async function respond(handler: Handler, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const client = new AbortController()
  res.once('close', () => client.abort())
  const request = toRequest(req, client.signal)
  if (request === undefined) {
    res.writeHead(400).end()
    return
  }
  const response = await handler(request, { remoteAddress: req.socket.remoteAddress })
  for (const [name, value] of response.headers) if (name !== 'set-cookie') res.setHeader(name, value)
  if (response.headers.getSetCookie().length > 0) res.setHeader('Set-Cookie', response.headers.getSetCookie())
  res.writeHead(response.status)
  if (response.body === null) res.end()
  else await copy(response.body, res)
}

/** `undefined` for what no `Request` can be made of, such as the method CONNECT. */
function toRequest(req: IncomingMessage, signal: AbortSignal): Request | undefined {
  const headers = new Headers()
  for (let index = 0; index < req.rawHeaders.length; index += 2) {
    headers.append(req.rawHeaders[index] as string, req.rawHeaders[index + 1] as string)
  }
  try {
    const url = req.url?.startsWith('/') ? `http://localhost${req.url}` : new URL(req.url ?? '')
    return new Request(url, { method: req.method ?? 'GET', headers, signal })
  } catch {
    return undefined
  }
}

async function copy(body: ReadableStream<Uint8Array>, res: ServerResponse): Promise<void> {
  const reader = body.getReader()
  res.once('close', () => void reader.cancel().catch(() => {}))
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (!res.write(next.value)) await new Promise((resolve) => res.once('drain', resolve).once('close', resolve))
  }
  res.end()
}
