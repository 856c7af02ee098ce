import assert from 'node:assert/strict'
import { describe, mock, test } from 'node:test'
import { format } from 'node:util'
import { getRequestListener } from '@hono/node-server'
import fastify from 'fastify'
import { H3, toNodeHandler } from 'h3'
import { createApp, createRouter, eventHandler, toNodeListener } from 'h3-1'
import { Hono } from 'hono'
import { toFastifyHandler } from '../../src/adapters/fastify/index.js'
import { type H3NodeEvent, toH3Handler } from '../../src/adapters/h3/index.js'
import { toHonoHandler } from '../../src/adapters/hono/index.js'
import { DownloadError, FileNotFoundError, StorageError } from '../../src/errors.js'
import type { DownloadHandler, Params } from '../../src/handler.js'
import { rawRequest } from '../http/raw.js'
import { listen, type RunningServer } from './servers.js'

/** Applications that say nothing of errors. Express and Koa write down what they like, whatever an adapter says. */
const applications: Readonly<Record<string, (view: DownloadHandler) => Promise<RunningServer>>> = {
  'Fastify 5': async (view) => {
    const write = (line: string) => {
      if (JSON.parse(line).level >= 50) console.error(line)
    }
    const app = fastify({ logger: { stream: { write } } })
    app.get('/', toFastifyHandler(view))
    const origin = await app.listen({ host: '127.0.0.1', port: 0 })
    return { origin, close: () => app.close() }
  },
  'Hono 4': (view) => {
    const app = new Hono().get('/', toHonoHandler(view))
    // h3 takes no replies of the class that Hono would put in the place of Node's.
    return listen(getRequestListener(app.fetch, { overrideGlobalObjects: false }))
  },
  'h3 2': (view) => listen(toNodeHandler(new H3().get('/', toH3Handler(view)))),
  'h3 1': (view) => {
    const handler = toH3Handler<Params, H3NodeEvent>(view)
    return listen(toNodeListener(createApp().use(createRouter().use('/', eventHandler(handler)))))
  },
}

for (const [name, start] of Object.entries(applications)) {
  describe(`${name}, without an error handler of the application`, () => {
    test('an answer is its status, and nothing to write down', async () => {
      const { status, logged } = await ask(start, new FileNotFoundError())
      assert.equal(status, 404)
      assert.deepEqual(logged, [])
    })

    test('a fault is its status, and is written down once, with its cause', async () => {
      const cause = new Error('the secret detail')
      const { status, body, logged } = await ask(start, new StorageError('It broke.', { cause }))
      assert.equal(status, 500)
      assert.doesNotMatch(body, /secret detail/)
      assert.equal(logged.length, 1, logged.join('\n'))
      assert.match(logged[0] as string, /It broke\.[\s\S]*the secret detail/)
    })

    test('an error of the application is a 500, and is written down once', async () => {
      const { status, logged } = await ask(start, new Error('a bug'))
      assert.equal(status, 500)
      assert.equal(logged.length, 1, logged.join('\n'))
      assert.match(logged[0] as string, /a bug/)
    })

    test('the client is told when to come back', async () => {
      const { status, retryAfter } = await ask(start, new DownloadError('Busy.', { status: 503, retryAfter: 7 }))
      assert.deepEqual([status, retryAfter], [503, '7'])
    })

    test('HEAD fails as GET does', async () => {
      assert.equal((await ask(start, new FileNotFoundError(), 'HEAD')).status, 404)
    })
  })
}

async function ask(start: (view: DownloadHandler) => Promise<RunningServer>, error: Error, method = 'GET') {
  const server = await start(() => {
    throw error
  })
  const log = mock.method(console, 'error', () => {})
  try {
    const reply = await rawRequest(server.origin, { target: '/', method })
    const logged = log.mock.calls.map(({ arguments: args }) => format(...args))
    return { status: reply.status, body: String(reply.body), retryAfter: reply.get('Retry-After'), logged }
  } finally {
    log.mock.restore()
    await server.close()
  }
}
