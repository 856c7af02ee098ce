import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { after, describe, test } from 'node:test'
import { ProxyAgent } from 'undici'
import { UpstreamError } from '../../src/errors.js'
import { HttpClient } from '../../src/files/http/client.js'
import { HttpDownloadView } from '../../src/views/http.js'
import { rawRequest } from '../http/raw.js'
import { serve } from '../http/serve.js'

const origin = await listen(createHttpServer(tellWhoAsks))

const allowedHosts = ['127.0.0.1']

describe('a view chooses for each request', () => {
  const clients = { first: new HttpClient({ allowedHosts }), none: new HttpClient({ allowedHosts: [] }) }
  after(() => Promise.all(Object.values(clients).map((client) => client.close())))

  class OwnView extends HttpDownloadView {
    override url = `${origin}/file.txt`
    override getRequestOptions() {
      return { headers: { Authorization: `Bearer ${this.request.headers.get('X-User')}` } }
    }
    override async getClient() {
      return this.request.url === '/none' ? clients.none : clients.first
    }
  }

  test('what goes along with the request to the other server', async () => {
    const served = await serve(OwnView.asView())
    for (const user of ['alice', 'bob']) {
      const reply = await rawRequest(served.origin, { target: '/', headers: { 'X-User': user } })
      assert.deepEqual([reply.status, reply.body.toString()], [200, `Bearer ${user}`])
    }
  })

  test('who asks', async () => {
    const { origin: site, faults } = await serve(OwnView.asView())
    assert.equal((await rawRequest(site, { target: '/none' })).status, 502)
    assert.equal((faults[0] as UpstreamError).code, 'ADDRESS_REFUSED')
  })
})

test('a client goes through a proxy, where its dispatcher does', async () => {
  const tunnels: string[] = []
  const proxy = createHttpServer().on('connect', (request: IncomingMessage, socket: Socket) => {
    tunnels.push(String(request.url))
    const [host, port] = String(request.url).split(':')
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n')
      socket.pipe(upstream).pipe(socket)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('error', () => upstream.destroy())
  })
  const address = await listen(proxy)
  let made = 0
  const client = new HttpClient({
    allowedHosts,
    createDispatcher() {
      made++
      return new ProxyAgent(address)
    },
  })
  after(() => client.close())
  const view = HttpDownloadView.asView({ url: `${origin}/file.txt`, client })
  const served = await serve(view)
  for (let round = 0; round < 2; round++) {
    assert.equal((await rawRequest(served.origin, { target: '/' })).body.toString(), 'nobody')
  }
  assert.equal(made, 1)
  assert.deepEqual([...new Set(tunnels)], [new URL(origin).host])
})

test('a server that takes a connection and says nothing in TLS is a 504 once connectTimeout is over', async () => {
  const silent = await listen(createServer())
  const client = new HttpClient({ allowedHosts, connectTimeout: 100 })
  after(() => client.close())
  const { origin: site, faults } = await serve(
    HttpDownloadView.asView({ url: `${silent.replace('http:', 'https:')}/file.txt`, client }),
  )
  assert.equal((await rawRequest(site, { target: '/' })).status, 504)
  assert.ok(faults[0] instanceof UpstreamError, String(faults[0]))
})

for (const url of ['ftp://example.com/a.txt', 'file:///etc/passwd', 'data:text/plain,a', '/a.txt']) {
  test(`an address that no client asks is refused when the application starts: ${url}`, () => {
    assert.throws(() => HttpDownloadView.asView({ url }), {
      name: 'ConfigurationError',
      message: 'HttpDownloadView: url must be a whole address, "https://…" or "http://…".',
    })
  })
}

/** Listens until the tests of this file have ended, and gives its address. */
async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function tellWhoAsks(...[{ headers }, res]: Parameters<RequestListener>): void {
  res.writeHead(200, { 'Content-Type': 'text/plain' }).end(headers.authorization ?? 'nobody')
}
