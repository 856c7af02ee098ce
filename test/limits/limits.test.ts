import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { after, describe, test } from 'node:test'
import { Hono } from 'hono'
import { toFetchHandler } from '../../src/adapters/fetch/index.js'
import { type H3RequestEvent, toH3Handler } from '../../src/adapters/h3/index.js'
import { toHonoHandler } from '../../src/adapters/hono/index.js'
import {
  ContentFile,
  type DownloadEvent,
  type DownloadHandler,
  DownloadLimits,
  type DownloadLimitsOptions,
  type DownloadRequest,
  DownloadResponse,
  FileSystemStorage,
  LocalFile,
  remoteAddress,
  StorageDownloadView,
  VirtualFile,
} from '../../src/index.js'
import { createFixtures, noise } from '../adapters/fixtures.js'
import { createGate } from '../adapters/wait.js'
import { STARTS, startHttp2, startHttp2Compat } from '../observe/servers.js'
import { eventually } from '../support/eventually.js'
import { ManualClock } from './manual-clock.js'

const LARGE = noise(64 * 1024 * 1024)
const fixtures = createFixtures()
fixtures.write('digits.txt', '0123456789')
fixtures.write('hundred.bin', LARGE.subarray(0, 100_000))
fixtures.write('large.bin', LARGE)
after(() => fixtures.remove())

const view: DownloadHandler = ({ url }) => new DownloadResponse(LocalFile.at(url.slice(1), { root: fixtures.root }))
const byName = { perClient: 1, client: userOf, retryAfter: 7 }

for (const [name, start] of Object.entries(STARTS)) {
  describe(`limits by ${name}`, () => {
    test('refuse one more download of the same client, until the first has ended', async () => {
      const gate = createGate()
      await limited(byName, heldBy(gate), async ({ origin, limits }) => {
        const first = await as('ann', origin)
        const refused = await as('ann', origin)
        assert.equal(refused.status, 429)
        assert.equal(refused.headers.get('retry-after'), '7')
        const other = await as('bob', origin)
        assert.equal(other.status, 200)
        gate.open()
        assert.equal(await first.text(), '0123456789')
        await other.text()
        await eventually(() => limits.active === 0)
        assert.equal((await as('ann', origin)).status, 200)
      })
    })

    test('refuse one more download when there are too many in all', async () => {
      const gate = createGate()
      await limited({ maxDownloads: 2 }, heldBy(gate), async ({ origin }) => {
        const running = [await as('ann', origin), await as('bob', origin)]
        const refused = await as('eve', origin)
        assert.equal(refused.status, 503)
        assert.equal(refused.headers.get('retry-after'), '10')
        gate.open()
        assert.deepEqual(await Promise.all(running.map((reply) => reply.text())), ['0123456789', '0123456789'])
      })
    })

    test('forget a download whose client has left, one that failed, and one without a body', async () => {
      await limited({ maxDownloads: 1 }, view, async ({ origin, limits }) => {
        const socket = ask(origin, 'large.bin')
        await once(socket, 'data')
        assert.equal(limits.active, 1)
        socket.destroy()
        await eventually(() => limits.active === 0)
        assert.equal((await fetch(`${origin}/none.txt`)).status, 404)
        assert.equal((await fetch(`${origin}/digits.txt`, { method: 'HEAD' })).status, 200)
        await eventually(() => limits.active === 0)
      })
    })

    test('forget a download whose client has left while its source was waited for', async () => {
      const gate = createGate()
      await limited({ maxDownloads: 1 }, heldBy(gate), async ({ origin, limits, events }) => {
        const socket = ask(origin, '')
        await once(socket, 'data')
        socket.destroy()
        await eventually(() => limits.active === 0)
        gate.open()
        assert.deepEqual(
          events.map(({ stage }) => stage),
          ['started', 'aborted'],
        )
      })
    })

    test('spread the bytes of a download over time', async () => {
      const clock = new ManualClock()
      const options = { limitRate: 16 * 1024, clock }
      await limited(options, view, async ({ origin, events }) => {
        const reply = await fetch(`${origin}/hundred.bin`)
        const body = reply.arrayBuffer()
        // 100 000 bytes are seven pieces, the last of which is due after six seconds.
        for (let second = 0; second < 6; second++) {
          await eventually(() => clock.waiting === 1)
          assert.equal(events.length, 1, `It ended after ${second} seconds.`)
          clock.advance(1000)
        }
        assert.deepEqual(Buffer.from(await body), LARGE.subarray(0, 100_000))
        await eventually(() => events.length === 2)
        assert.equal(events[1]?.bytesSent, 100_000)
      })
    })

    test('cut a client off that takes nothing', async () => {
      const clock = new ManualClock()
      await limited({ idleTimeout: 30, maxDownloads: 1, clock }, view, async ({ origin, events, limits }) => {
        const socket = ask(origin, 'large.bin')
        await once(socket, 'data')
        socket.pause()
        await eventually(() => clock.isStill())
        clock.advance(30_000)
        await eventually(() => events.length === 2)
        assert.equal(events[1]?.stage, 'aborted')
        assert.equal(events[1]?.code, 'IDLE_TIMEOUT')
        assert.equal(limits.active, 0)
        assert.ok((await restOf(socket)) < LARGE.length, 'The body looks whole.')
      })
    })

    test('never cut a client off that takes what it is given', async () => {
      const clock = new ManualClock()
      await limited({ idleTimeout: 30, clock }, view, async ({ origin, events }) => {
        assert.deepEqual(Buffer.from(await (await fetch(`${origin}/large.bin`)).arrayBuffer()), LARGE)
        await eventually(() => events.length === 2)
        clock.advance(60_000)
        assert.equal(events[1]?.stage, 'completed')
        assert.equal(clock.waiting, 0)
      })
    })

    test('cut a download off that takes too long altogether', async () => {
      const clock = new ManualClock()
      await limited({ totalTimeout: 60, clock }, view, async ({ origin, events }) => {
        const socket = ask(origin, 'large.bin')
        await once(socket, 'data')
        socket.pause()
        clock.advance(60_000)
        await eventually(() => events.length === 2)
        assert.equal(events[1]?.code, 'TOTAL_TIMEOUT')
        assert.ok((await restOf(socket)) < LARGE.length, 'The body looks whole.')
      })
    })

    test('refuse a file from elsewhere that is too large, and break one off that turns out to be', async () => {
      await limited({ maxRemoteSize: 9 }, elsewhere, async ({ origin, events }) => {
        assert.equal((await fetch(`${origin}/known`)).status, 502)
        await assert.rejects(wholeOf(`${origin}/unknown`))
        await eventually(() => events.length === 3)
        assert.deepEqual(
          events.map(({ stage, code }) => [stage, code]),
          [
            ['failed', 'REMOTE_FILE_TOO_LARGE'],
            ['started', undefined],
            ['failed', 'REMOTE_FILE_TOO_LARGE'],
          ],
        )
      })
      await limited({ maxRemoteSize: 10 }, elsewhere, async ({ origin }) => {
        assert.equal(await (await fetch(`${origin}/known`)).text(), '0123456789')
        assert.equal(await (await fetch(`${origin}/unknown`)).text(), '0123456789')
      })
      await limited({ maxRemoteSize: 9 }, view, async ({ origin }) => {
        assert.equal(await (await fetch(`${origin}/digits.txt`)).text(), '0123456789')
      })
    })

    interface Running {
      readonly origin: string
      readonly limits: DownloadLimits
      readonly events: readonly DownloadEvent[]
    }

    async function limited(
      options: DownloadLimitsOptions,
      served: DownloadHandler,
      work: (running: Running) => Promise<void>,
    ): Promise<void> {
      const limits = new DownloadLimits(options)
      const events: DownloadEvent[] = []
      const server = await start(served, { limits, onError() {}, onDownload: (event) => void events.push(event) })
      try {
        await work({ origin: server.origin, limits, events })
      } finally {
        await server.close()
      }
    }
  })
}

test('a client of HTTP/2 that takes nothing loses its stream, and no other', async () => {
  const clock = new ManualClock()
  const limits = new DownloadLimits({ idleTimeout: 30, clock })
  const events: DownloadEvent[] = []
  const server = await startHttp2(view, { limits, onDownload: (event) => void events.push(event) })
  const session = connectHttp2(server.origin)
  try {
    const stalled = session.request({ ':path': '/large.bin' }).on('error', () => {})
    await once(stalled, 'readable')
    await eventually(() => clock.isStill())
    clock.advance(30_000)
    await eventually(() => events.length === 2)
    assert.equal(events[1]?.code, 'IDLE_TIMEOUT')
    const closed = new Promise((resolve) => stalled.once('close', resolve))
    stalled.resume()
    await closed
    assert.notEqual(stalled.rstCode, 0, 'The body looks whole.')
    const next = session.request({ ':path': '/digits.txt' })
    assert.equal(Buffer.concat(await next.toArray()).toString(), '0123456789')
  } finally {
    session.destroy()
    await server.close()
  }
})

for (const [name, start] of Object.entries({
  'by streams': startHttp2,
  'by its compatibility API': startHttp2Compat,
})) {
  test(`a client of HTTP/2, answered ${name}, that never ends its request counts until it is answered`, async () => {
    const limits = new DownloadLimits({ maxDownloads: 1 })
    const events: DownloadEvent[] = []
    const server = await start(
      StorageDownloadView.asView({ storage: new FileSystemStorage({ root: fixtures.root }), path: 'digits.txt' }),
      {
        limits,
        onDownload: (event) => void events.push(event),
      },
    )
    const session = connectHttp2(server.origin)
    try {
      for (const headers of [{ ':method': 'HEAD' }, { 'if-none-match': '*' }, { ':method': 'OPTIONS' }, {}]) {
        const request = session.request({ ':path': '/', ...headers }, { endStream: false })
        const [reply] = await once(request, 'response')
        assert.ok(Number(reply[':status']) < 400, `${reply[':status']}`)
        request.resume()
        await eventually(() => limits.active === 0)
      }
      assert.deepEqual(new Set(events.map(({ stage }) => stage)), new Set(['started', 'completed']))
    } finally {
      session.destroy()
      await server.close()
    }
  })
}

test('a web server need not cancel the body of a client that has gone', async () => {
  const limits = new DownloadLimits({ maxDownloads: 1 })
  const client = new AbortController()
  const handle = toFetchHandler(({ url }) => view({ url } as DownloadRequest), { limits })
  const response = await handle(new Request('http://localhost/large.bin', { signal: client.signal }))
  assert.equal(limits.active, 1)
  client.abort()
  assert.equal(limits.active, 0)
  await assert.rejects(response.arrayBuffer())
})

test('clients have to be told apart by the application', () => {
  assert.throws(() => new DownloadLimits({ perClient: 2 }), { name: 'ConfigurationError', message: /remoteAddress/ })
})

for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5' as unknown as number]) {
  test(`${value} is no limit`, () => {
    assert.throws(() => new DownloadLimits({ limitRate: value }), { message: /limitRate must be a number above 0/ })
  })
}

describe('the address of a client', () => {
  for (const [address, client] of [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    [undefined, undefined],
  ]) {
    test(`${address} counts as ${client}`, () => {
      assert.equal(remoteAddress({ remoteAddress: address }), client)
    })
  }

  for (const [name, start] of Object.entries(STARTS)) {
    test(`is that of the connection by ${name}`, async () => {
      const { view: asked, address } = askedBy()
      const server = await start(asked, {})
      try {
        assert.equal((await fetch(`${server.origin}/digits.txt`)).status, 200)
        assert.equal(address(), '127.0.0.1')
      } finally {
        await server.close()
      }
    })
  }

  test('is that of the connection below a stream of HTTP/2', async () => {
    const { view: asked, address } = askedBy()
    const server = await startHttp2(asked, {})
    const session = connectHttp2(server.origin)
    try {
      await session.request({ ':path': '/digits.txt' }).toArray()
      assert.equal(address(), '127.0.0.1')
    } finally {
      session.destroy()
      await server.close()
    }
  })

  test('comes with the call where a runtime tells it beside the web Request', async () => {
    const { view: asked, address } = askedBy()
    const handle = toFetchHandler(asked)
    await (await handle(new Request('http://a/digits.txt'), { remoteAddress: '192.0.2.7' })).text()
    assert.equal(address(), '192.0.2.7')
    await (await handle(new Request('http://a/digits.txt'))).text()
    assert.equal(address(), undefined)
  })

  test('is none that a client wrote into a header, whatever the server below h3 2 makes of it', async () => {
    const { view: asked, address } = askedBy()
    const handler = toH3Handler(asked)
    const request = { runtime: { node: { req: { socket: { remoteAddress: '192.0.2.7' } } } }, ip: '10.0.0.1' }
    for (const [given, expected] of [
      [request, '192.0.2.7'],
      [{ runtime: {}, ip: '10.0.0.1' }, undefined],
      [{ runtime: { bun: { server: { requestIP: () => ({ address: '192.0.2.8' }) } } } }, '192.0.2.8'],
      [{ runtime: { deno: { info: { remoteAddr: { hostname: '192.0.2.9' } } } } }, '192.0.2.9'],
    ] as const) {
      const req = Object.assign(new Request('http://a/digits.txt'), given)
      await handler({ req, context: {} } as H3RequestEvent)
      assert.equal(address(), expected)
    }
  })

  for (const [runtime, env] of Object.entries({
    Bun: { requestIP: () => ({ address: '192.0.2.7' }) },
    'Bun, with a server beside others': { server: { requestIP: () => ({ address: '192.0.2.7' }) } },
    Deno: { remoteAddr: { hostname: '192.0.2.7' } },
  })) {
    test(`is what ${runtime} tells Hono`, async () => {
      const { view: asked, address } = askedBy()
      const app = new Hono().get('*', toHonoHandler(asked))
      await (await app.request('/digits.txt', {}, env)).text()
      assert.equal(address(), '192.0.2.7')
    })
  }
})

/** A view that remembers who asked last. */
function askedBy(): { view: DownloadHandler; address: () => string | undefined } {
  let last: string | undefined
  const asked: DownloadHandler = (request) => {
    last = remoteAddress(request)
    return view(request)
  }
  return { view: asked, address: () => last }
}

function userOf({ headers }: { headers: { get(name: string): string | null } }): string | undefined {
  return headers.get('x-user') ?? undefined
}

/** The server of Hono reads a little before it sends the head, and so may still answer with a 500. */
async function wholeOf(url: string): Promise<string> {
  const reply = await fetch(url)
  assert.equal(reply.status, 200)
  return reply.text()
}

function as(user: string, origin: string): Promise<Response> {
  return fetch(`${origin}/`, { headers: { 'X-User': user } })
}

/** Gives its first bytes at once, and the rest when the gate is open. */
function heldBy(gate: { readonly opened: Promise<void> }): DownloadHandler {
  return () =>
    new DownloadResponse(
      new VirtualFile(
        async function* () {
          yield Buffer.from('01234')
          await gate.opened
          yield Buffer.from('56789')
        },
        { name: 'held.txt' },
      ),
    )
}

/** A file that says it lies elsewhere, which tells its size or does not. */
const elsewhere: DownloadHandler = ({ url }) => {
  const file =
    url === '/known'
      ? new ContentFile('0123456789', { name: 'a.txt' })
      : new VirtualFile(() => pieces(), { name: 'a.txt' })
  return new DownloadResponse(Object.assign(file, { fetch: () => file.stat() }))
}

async function* pieces(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('01234')
  await new Promise(setImmediate)
  yield Buffer.from('56789')
}

function ask(origin: string, key: string): Socket {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  socket.on('error', () => {})
  socket.write(`GET /${key} HTTP/1.1\r\nHost: a\r\n\r\n`)
  return socket
}

/** Reads until the connection ends, and gives how many bytes there were. */
async function restOf(socket: Socket): Promise<number> {
  let bytes = 0
  socket.on('data', (chunk) => {
    bytes += chunk.length
  })
  const closed = once(socket, 'close')
  socket.resume()
  await closed
  return bytes
}
