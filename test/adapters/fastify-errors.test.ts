import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import fastify, { type FastifyInstance } from 'fastify'
import { downloads, toFastifyHandler } from '../../src/adapters/fastify/index.js'
import { DownloadError, FileNotFoundError, UpstreamError } from '../../src/errors.js'
import type { DownloadHandler } from '../../src/handler.js'
import { PathDownloadView } from '../../src/views/path.js'
import { useFixtures, watchForStrayErrors } from './use.js'

const fixtures = useFixtures()
watchForStrayErrors()

const upstream = new UpstreamError('origin.internal:7010 answered 401.', { retryAfter: 7, cause: new Error('detail') })
const failing: DownloadHandler = () => {
  throw upstream
}
const files = PathDownloadView.asView({ root: fixtures.root })

/** Starts an application until the tests of this file have ended. What it logs is in `logged`. */
async function started(prepare: (app: FastifyInstance) => void) {
  const logged: string[] = []
  const app = fastify({ forceCloseConnections: true, logger: { stream: { write: (line) => void logged.push(line) } } })
  await app.register(downloads, { root: fixtures.root })
  prepare(app)
  after(() => app.close())
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  const ask = async (path: string) => {
    const reply = await fetch(origin + path)
    return { status: reply.status, retryAfter: reply.headers.get('Retry-After'), body: await reply.text() }
  }
  return { ask, logged }
}

const notFound = (code: string) => `{"statusCode":404,"code":"${code}","error":"Not Found","message":"Not Found"}`
const BAD_GATEWAY = '{"statusCode":502,"error":"Bad Gateway","message":"Bad Gateway"}'

describe("Fastify's own error handler", () => {
  test('shows a client the status and its name, no message of ours, and no code of a fault', async () => {
    const { ask, logged } = await started((app) => {
      app.get('/upstream', toFastifyHandler(failing))
      app.get('/files/*', toFastifyHandler(files))
      app.get('/plugin', (_request, reply) => reply.download('.env'))
    })
    assert.deepEqual(await ask('/upstream'), { status: 502, retryAfter: '7', body: BAD_GATEWAY })
    for (const [path, code] of [
      ['/files/.env', 'INVALID_KEY'],
      ['/files/missing.txt', 'FILE_NOT_FOUND'],
      ['/plugin', 'INVALID_KEY'],
    ] as const) {
      assert.deepEqual(await ask(path), { status: 404, retryAfter: null, body: notFound(code) })
    }
    const errors = logged.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50)
    assert.equal(errors.length, 1)
    assert.equal(errors[0].err.code, 'UPSTREAM_FAILED')
    assert.match(errors[0].err.stack, /origin\.internal:7010 answered 401[\s\S]*detail/)
  })

  test('has a status without a name for an error', async () => {
    const odd = new DownloadError('odd.internal', { status: 499, code: 'UNUSUAL' })
    const { ask } = await started((app) => {
      app.get(
        '/',
        toFastifyHandler(() => Promise.reject(odd)),
      )
    })
    const { status, body } = await ask('/')
    assert.equal(status, 499)
    assert.doesNotMatch(body, /odd/i)
  })

  test('comes after handlers that hand an error on to it, and hooks, which see the very error', async () => {
    const seen: unknown[] = []
    const { ask } = await started((app) => {
      app.addHook('onError', async (_request, _reply, error) => void seen.push(error))
      app.setErrorHandler((error, _request, reply) => {
        seen.push(error)
        return reply.send(error)
      })
      app.register((inner, _options, done) => {
        inner.setErrorHandler((error) => {
          seen.push(error)
          throw error
        })
        inner.get('/', toFastifyHandler(failing))
        done()
      })
    })
    assert.deepEqual(await ask('/'), { status: 502, retryAfter: '7', body: BAD_GATEWAY })
    assert.equal(seen.length, 3)
    for (const error of seen) assert.equal(error, upstream)
  })

  test('does not come in where a handler catches the error', async () => {
    const { ask } = await started((app) => {
      app.get('/', async (_request, reply) => {
        try {
          return await reply.download('missing.txt')
        } catch (error) {
          assert.ok(error instanceof FileNotFoundError, String(error))
          return reply.code(404).send({ own: error.code })
        }
      })
    })
    assert.deepEqual(await ask('/'), { status: 404, retryAfter: null, body: '{"own":"FILE_NOT_FOUND"}' })
  })
})

describe('an error handler of the application', () => {
  const own = (seen: unknown[]) => (error: unknown, _request: unknown, reply: { send(body: unknown): unknown }) => {
    seen.push(error)
    const { code, status, statusCode } = error as DownloadError
    return reply.send({ code, status, statusCode })
  }
  const body = '{"code":"UPSTREAM_FAILED","status":502,"statusCode":502}'

  const places: Readonly<Record<string, (app: FastifyInstance, handler: ReturnType<typeof own>) => void>> = {
    'of the whole application': (app, handler) => app.setErrorHandler(handler).get('/', toFastifyHandler(failing)),
    'of a plugin': (app, handler) =>
      app.register(async (inner) => inner.setErrorHandler(handler).get('/', toFastifyHandler(failing))),
    'around a plugin': (app, handler) =>
      app.setErrorHandler(handler).register(async (inner) => inner.get('/', toFastifyHandler(failing))),
    'of a route': (app, errorHandler) => app.get('/', { errorHandler }, toFastifyHandler(failing)),
  }

  for (const [place, prepare] of Object.entries(places)) {
    test(`${place} is given the very error`, async () => {
      const seen: unknown[] = []
      const { ask } = await started((app) => prepare(app, own(seen)))
      assert.equal((await ask('/')).body, body)
      assert.equal(seen.length, 1)
      assert.equal(seen[0], upstream)
    })
  }
})
