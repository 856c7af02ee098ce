import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage, type RequestOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { eventually } from './eventually.js'
import { type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.js'

const BODY = Buffer.alloc(100_000, 'abcdefghij')

const upstream = createServer((req, res) => {
  hosts.push(req.headers.host)
  res.writeHead(200, { 'Content-Length': BODY.length, ETag: '"one"' }).end(BODY)
})
const hosts: (string | undefined)[] = []
let proxy: FaultProxy

before(async () => {
  upstream.listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  proxy = await startFaultProxy({ host: '127.0.0.1', port: (upstream.address() as AddressInfo).port })
})

after(async () => {
  await proxy.close()
  upstream.close()
  await once(upstream, 'close')
})

describe('without a fault', () => {
  test('an answer passes with its headers, and the upstream sees the host that the client asked', async () => {
    const { status, headers, body, error } = await download()
    assert.deepEqual({ status, etag: headers['etag'], error }, { status: 200, etag: '"one"', error: undefined })
    assert.deepEqual(body, BODY)
    assert.equal(hosts.at(-1), `127.0.0.1:${proxy.port}`)
  })

  test('a request is counted once, with its path and its headers', async () => {
    const before = proxy.requests.length
    await download({ path: '/file?a=b', headers: { Range: 'bytes=0-1' } })
    const seen = proxy.requests
      .slice(before)
      .map(({ method, path, headers, sent }) => [method, path, headers['range'], sent])
    assert.deepEqual(seen, [['GET', '/file?a=b', 'bytes=0-1', BODY.length]])
  })

  test('a connection serves several requests and is counted until it is gone', async () => {
    await eventually(() => proxy.sockets.client === 0)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    await download({ agent })
    await download({ agent })
    assert.equal(proxy.sockets.client, 1)
    agent.destroy()
    await eventually(() => proxy.sockets.client === 0 && proxy.sockets.upstream === 0)
  })

  test('a client that goes away leaves no connection to the upstream', async () => {
    proxy.next({ kind: 'stall', after: 10 })
    const reply = await headOf()
    reply.destroy()
    await eventually(() => proxy.sockets.client === 0 && proxy.sockets.upstream === 0)
  })
})

describe('with a fault', () => {
  test('a refused connection is reset and asks nothing', async () => {
    const before = proxy.requests.length
    const { error } = await downloadWith({ kind: 'refuse' })
    assert.equal(error, 'ECONNRESET')
    assert.equal(proxy.requests.length, before)
  })

  test('a connection that was kept alive is refused when it asks again', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    await download({ agent })
    assert.equal((await downloadWith({ kind: 'refuse' }, { agent })).error, 'ECONNRESET')
    agent.destroy()
  })

  test('a reset ends the body early, with an error of the connection', async () => {
    const { status, body, error } = await downloadWith({ kind: 'reset', after: 1000 })
    assert.deepEqual({ status, error }, { status: 200, error: 'ECONNRESET' })
    assert.ok(body.length <= 1000, `${body.length} bytes came`)
  })

  test('a cut body ends after exactly so many bytes', async () => {
    const { body, error } = await downloadWith({ kind: 'truncate', after: 1000 })
    assert.equal(error, 'ECONNRESET') // What node:http calls an answer that is not whole.
    assert.deepEqual(body, BODY.subarray(0, 1000))
  })

  test('a stalled body gives so many bytes, and then nothing while the connection stays open', async () => {
    proxy.next({ kind: 'stall', after: 1000 })
    const reply = await headOf()
    let length = 0
    reply.on('data', (chunk: Buffer) => {
      length += chunk.length
    })
    await eventually(() => length === 1000)
    assert.equal(reply.complete, false)
    assert.equal(proxy.requests.at(-1)?.sent, 1000)
    reply.destroy()
  })

  test('a stall after no byte still gives the head', async () => {
    proxy.next({ kind: 'stall', after: 0 })
    const reply = await headOf()
    assert.equal(reply.statusCode, 200)
    reply.destroy()
  })

  test('silence gives no head', async () => {
    await eventually(() => proxy.sockets.client === 0)
    proxy.next({ kind: 'silence' })
    const asked = hosts.length
    const before = proxy.requests.length
    let answered = false
    const request = get(options(), () => {
      answered = true
    }).on('error', () => undefined)
    await eventually(() => proxy.requests.length === before + 1)
    assert.deepEqual({ answered, asked: hosts.length }, { answered: false, asked })
    assert.equal(proxy.sockets.client, 1)
    request.destroy()
  })

  test('a slow body comes whole, in small pieces', async () => {
    const { body, error } = await downloadWith({ kind: 'slow', bytes: 20_000, milliseconds: 1 })
    assert.equal(error, undefined)
    assert.deepEqual(body, BODY)
  })

  test('a busy server answers by itself', async () => {
    const asked = hosts.length
    const answer = { kind: 'answer', status: 503, body: 'busy', headers: { 'Retry-After': '1' } } as const
    const { status, headers, body } = await downloadWith(answer)
    assert.deepEqual([status, headers['retry-after'], String(body)], [503, '1', 'busy'])
    assert.equal(hosts.length, asked)
  })

  test('a length that promises too much leaves the body unfinished', async () => {
    const { headers, body, error } = await downloadWith({ kind: 'length', by: 5 })
    assert.deepEqual([headers['content-length'], error], [String(BODY.length + 5), 'ECONNRESET'])
    assert.deepEqual(body, BODY)
  })

  test('a length that promises too little leaves bytes over', async () => {
    const { headers, body } = await downloadWith({ kind: 'length', by: -5 })
    assert.equal(headers['content-length'], String(BODY.length - 5))
    assert.deepEqual(body, BODY.subarray(0, -5))
  })

  test('something can happen in the middle of a body', async () => {
    let sent: number | undefined
    const happens = async () => {
      sent = proxy.requests.at(-1)?.sent
    }
    const { body } = await downloadWith({ kind: 'meanwhile', after: 1000, happens })
    assert.equal(sent, 1000)
    assert.deepEqual(body, BODY)
  })

  test('faults come one request after the other, and then what holds for all', async () => {
    proxy.use({ kind: 'answer', status: 500 })
    proxy.next({ kind: 'answer', status: 429 }, { kind: 'pass' })
    const statuses = [(await download()).status, (await download()).status, (await download()).status]
    proxy.use({ kind: 'pass' })
    assert.deepEqual(statuses, [429, 200, 500])
  })
})

test('an upstream that is gone resets the connection', async () => {
  const gone = await startFaultProxy({ host: '127.0.0.1', port: await closedPort() })
  const { error } = await download({ port: gone.port })
  await gone.close()
  assert.equal(error, 'ECONNRESET')
})

interface Download {
  readonly status?: number | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  /** The code of the error that ended it. */
  readonly error: string | undefined
}

function downloadWith(fault: Fault, more: RequestOptions = {}): Promise<Download> {
  proxy.next(fault)
  return download(more)
}

async function download(more: RequestOptions = {}): Promise<Download> {
  const chunks: Buffer[] = []
  let reply: IncomingMessage | undefined
  let error: string | undefined
  try {
    reply = await headOf(more)
    for await (const chunk of reply) chunks.push(chunk)
  } catch (caught) {
    error = (caught as NodeJS.ErrnoException).code
  }
  return { status: reply?.statusCode, headers: reply?.headers ?? {}, body: Buffer.concat(chunks), error }
}

function headOf(more: RequestOptions = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = get(options(more), resolve).on('error', reject)
    request.end()
  })
}

function options(more: RequestOptions = {}): RequestOptions {
  return { host: '127.0.0.1', port: proxy.port, agent: false, ...more }
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
