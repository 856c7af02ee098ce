import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import { H3, toNodeHandler } from 'h3'
import { Hono, type MiddlewareHandler } from 'hono'
import { toH3Handler } from '../../src/adapters/h3/index.js'
import { toHonoHandler } from '../../src/adapters/hono/index.js'
import type { AdapterOptions } from '../../src/adapters/options.js'
import { DownloadLimits } from '../../src/limits/download-limits.js'
import type { RunningServer } from '../adapters/servers.js'
import { watchForStrayErrors } from '../adapters/use.js'
import { sleep } from '../adapters/wait.js'
import { eventually } from '../support/eventually.js'
import { breakIt, brokenOnceRead } from './broken-once-read.js'
import { RawConnection, rawRequest, writeRequest } from './raw.js'
import { made } from './serve.js'
import { transports } from './transports.js'

watchForStrayErrors()

const contents = made({
  whole: () => [pieces('one', 'two')],
  broken: () => [brokenOnceRead],
  'broken-known': () => [brokenOnceRead, { size: 6 }],
  stalled: () => [stalled],
})

async function* pieces(...all: string[]): AsyncGenerator<string> {
  for (const piece of all) {
    yield piece
    await sleep(20)
  }
}

async function* stalled(): AsyncGenerator<string> {
  yield 'one'
  await sleep(60_000)
}

type Options = Pick<AdapterOptions<never>, 'onError' | 'limits'>
type Transport = keyof typeof transports

const frameworks: Readonly<Record<string, (options: Options, transport?: Transport) => Promise<RunningServer>>> = {
  'Hono 4': (options, transport) => startHono([], options, transport),
  'h3 2': (options, transport = 'tcp') => {
    const app = new H3({ silent: true }).get('/**', toH3Handler(contents, options))
    return transports[transport](toNodeHandler(app) as Parameters<typeof transports.tcp>[0])
  },
}

function startHono(middleware: MiddlewareHandler[], options: Options, transport: Transport = 'tcp') {
  const app = new Hono()
  for (const each of middleware) app.use(each)
  app.get('*', toHonoHandler(contents, options))
  // h3 takes no replies of the class that Hono would put in the place of Node's.
  return transports[transport](getRequestListener(app.fetch, { overrideGlobalObjects: false }))
}

for (const [name, start] of Object.entries(frameworks)) {
  describe(name, async () => {
    const faults: unknown[] = []
    const onError = (error: unknown) => void faults.push(error)
    const server = await untilTheEnd(start({ onError }))
    const tls = await untilTheEnd(start({ onError }, 'tls'))

    for (const [transport, { origin }] of Object.entries({ TCP: server, TLS: tls })) {
      test(`HTTP/1.0 over ${transport}: a body of unknown length that breaks is reset`, async () => {
        faults.length = 0
        const connection = await begin(origin, '/broken')
        breakIt()
        assert.equal(await connection.ended(), 'reset')
        assert.deepEqual(faults.map(String), ['Error: Broken on purpose.'])
      })
    }

    test('HTTP/1.0: a body of unknown length that comes to its end ends in order', async () => {
      const reply = await rawRequest(server.origin, { target: '/whole', version: '1.0' })
      assert.deepEqual([reply.framing, String(reply.body), reply.isComplete], ['close', 'onetwo', true])
    })

    test('HTTP/1.0: what is shorter than its length needs no reset, which may cost the client what it has not read', async () => {
      const connection = await begin(server.origin, '/broken-known')
      breakIt()
      assert.equal(await connection.ended(), 'closed')
    })

    test('HTTP/1.0: a body of unknown length that is cut off by its limits is reset', async () => {
      const limits = new DownloadLimits({ totalTimeout: 0.2 })
      const limited = await untilTheEnd(start({ onError, limits }))
      const connection = await begin(limited.origin, '/stalled')
      assert.equal(await connection.ended(), 'reset')
    })

    test('HTTP/1.1: a body that breaks lacks its last chunk, and ends in order', async () => {
      faults.length = 0
      const connection = await RawConnection.open(server.origin)
      connection.send(writeRequest({ target: '/broken' }))
      assert.equal((await connection.head()).framing, 'chunked')
      assert.equal(String(await connection.chunk()), 'one')
      breakIt()
      assert.equal(await connection.chunk(), undefined)
      assert.equal(await connection.ended(), 'closed')
      await eventually(() => faults.length === 1)
    })
  })
}

test('Hono 4, HTTP/1.0: a body whose length middleware took away is reset when it breaks', async () => {
  const withoutLength: MiddlewareHandler = async (c, next) => {
    await next()
    c.res.headers.delete('Content-Length')
  }
  const server = await untilTheEnd(startHono([withoutLength], { onError() {} }))
  const connection = await begin(server.origin, '/broken-known')
  breakIt()
  assert.equal(await connection.ended(), 'reset')
})

async function untilTheEnd(starting: Promise<RunningServer>): Promise<RunningServer> {
  const server = await starting
  after(() => server.close())
  return server
}

/** Asks by HTTP/1.0, and reads the first piece of the body. */
async function begin(origin: string, target: string): Promise<RawConnection> {
  const connection = await RawConnection.open(origin)
  connection.send(writeRequest({ target, version: '1.0' }))
  assert.notEqual((await connection.head()).framing, 'chunked')
  assert.equal(String(await connection.take(3)), 'one')
  return connection
}
