import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { after, before, describe, test } from 'node:test'
import {
  Controller,
  ForbiddenException,
  Get,
  HttpException,
  type ModuleMetadata,
  type NestApplicationOptions,
} from '@nestjs/common'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { DownloadException, DownloadModule } from '../../src/adapters/nest/index.js'
import { FileNotFoundError, UpstreamError } from '../../src/errors.js'
import { VirtualFile } from '../../src/files/virtual.js'
import type { DownloadContext } from '../../src/handler.js'
import { XAccelRedirectMiddleware } from '../../src/middleware/nginx/middleware.js'
import { rawRequest } from '../http/raw.js'
import { eventually } from '../support/eventually.js'
import { startNest } from './frameworks/nest.js'
import * as controllers from './frameworks/nest-controllers.js'
import { decorate } from './frameworks/nest-decorate.js'
import type { RunningServer } from './servers.js'
import type { Ask, Reply } from './site.js'
import { useFixtures, watchForStrayErrors } from './use.js'
import { createGate } from './wait.js'

const fixtures = useFixtures()
watchForStrayErrors()

/** The platforms, and how each writes a route to everything below a folder. */
const PLATFORMS = [
  { name: 'Express', platform: () => new ExpressAdapter(), below: 'files/*path' },
  { name: 'Fastify', platform: () => new FastifyAdapter({ forceCloseConnections: 'idle' }), below: 'files/*' },
]

for (const { name, platform, below } of PLATFORMS) {
  describe(`NestJS on ${name}`, () => {
    let server: RunningServer
    const origin = () => server.origin

    /** An application whose controllers are served while the tests of a `describe` run. */
    function useApp(
      parts: ModuleMetadata,
      options?: NestApplicationOptions,
    ): (target: string, ask?: Ask) => Promise<Reply> {
      before(async () => {
        server = await startNest(parts, platform(), options)
      })
      after(() => server.close())
      return (target, ask) => rawRequest(origin(), { target, ...ask })
    }

    describe('a controller', () => {
      const ask = useApp({
        imports: [DownloadModule.forRoot()],
        controllers: [controllers.kinds(fixtures.root, below)],
      })

      for (const [what, target] of [
        ['a view', '/view'],
        ['a promise of a view', '/promise'],
        ['an observable of a view', '/observable'],
        ['a file', '/file'],
        ['a download response', '/response'],
        ['sendfile', '/sendfile'],
      ] as const) {
        test(`returns ${what}, which is sent with all that belongs to it`, async () => {
          const reply = await ask(target)
          assert.deepEqual([reply.status, String(reply.body)], [200, '0123456789'])
          assert.match(reply.get('Content-Disposition') ?? '', /filename="digits\.txt"/)
          const head = await ask(target, { method: 'HEAD' })
          assert.deepEqual([head.status, String(head.body), head.get('Content-Length')], [200, '', '10'])
          const range = await ask(target, { headers: { Range: 'bytes=2-4' } })
          assert.deepEqual([range.status, String(range.body)], [206, '234'])
          assert.equal((await ask(target, { headers: { Range: 'bytes=20-' } })).status, 416)
          const etag = reply.get('ETag')
          assert.ok(etag, 'There is no tag.')
          const unchanged = await ask(target, { headers: { 'If-None-Match': etag } })
          assert.deepEqual([unchanged.status, String(unchanged.body)], [304, ''])
        })
      }

      test('returns a reply without a body', async () => {
        const reply = await ask('/empty')
        assert.deepEqual([reply.status, String(reply.body), reply.get('X-Own')], [204, '', '1'])
      })

      test('gives views the parameters of the route, those of wildcards as well', async () => {
        assert.equal(String((await ask('/files/folder/deeper/inmost.txt')).body), 'inmost')
        assert.equal(String((await ask('/named/7')).body), 'number 7')
        assert.equal((await ask('/files/..%2fsecret.txt')).status, 404)
      })

      test('answers a POST with the status of the download, not with that of Nest', async () => {
        assert.equal((await ask('/made', { method: 'POST' })).status, 200)
      })

      test('adds headers by @Header() and to the response', async () => {
        const reply = await ask('/headers')
        assert.deepEqual([reply.get('X-Decorated'), reply.get('X-Set')], ['yes', 'too'])
        assert.equal(reply.get('Cache-Control'), 'public, max-age=60')
        assert.equal(String(reply.body), '0123456789')
      })

      test('still returns everything else', async () => {
        assert.deepEqual(JSON.parse(String((await ask('/json')).body)), { name: 'a', open: false })
        assert.equal(String((await ask('/text')).body), 'text')
        assert.equal(String((await ask('/nothing')).body), '')
        assert.equal(String((await ask('/streamable')).body), 'bytes')
      })
    })

    describe('guards and the context', () => {
      const asked: string[] = []
      const ask = useApp({
        imports: [
          DownloadModule.forRoot({
            context: (host) => ({ user: host.switchToHttp().getRequest().user }) as DownloadContext,
          }),
        ],
        controllers: [controllers.guarded(asked)],
      })

      test('run before the view, which sees the user that they found', async () => {
        const reply = await ask('/guarded', { headers: { 'X-User': 'ann' } })
        assert.deepEqual([reply.status, String(reply.body), asked], [200, 'for ann', ['ann']])
      })

      test('refuse, and the view is not asked', async () => {
        asked.length = 0
        const reply = await ask('/guarded')
        assert.deepEqual([reply.status, asked], [403, []])
      })
    })

    describe('an error before the reply', () => {
      const caught: unknown[] = []
      const logged: unknown[] = []
      const logger = { log() {}, warn() {}, error: (error: unknown) => void logged.push(error) }
      const parts = { imports: [DownloadModule.forRoot()], controllers: [controllers.failing(caught)] }
      const ask = useApp(parts, { logger })

      test("is answered by Nest's own filter with its status", async () => {
        const missing = await ask('/plain/missing')
        assert.equal(missing.status, 404)
        assert.deepEqual(JSON.parse(String(missing.body)), {
          statusCode: 404,
          message: 'File not found.',
          error: 'Not Found',
        })
        assert.equal((await ask('/plain/refused')).status, 403)
        assert.equal((await ask('/plain/nest')).status, 403)
        assert.equal((await ask('/plain/upstream')).status, 502)
        assert.equal((await ask('/plain/bug')).status, 500)
      })

      test('shows nothing of a fault', async () => {
        for (const target of ['/plain/upstream', '/plain/bug']) {
          assert.doesNotMatch(String((await ask(target)).body), /secret/)
        }
      })

      test('carries its headers', async () => {
        assert.equal((await ask('/plain/login')).get('WWW-Authenticate'), 'Basic')
        assert.equal((await ask('/plain/busy')).get('Retry-After'), '7')
        assert.equal((await ask('/plain/bad-headers')).status, 401)
      })

      test('has no body for a HEAD', async () => {
        const reply = await ask('/plain/missing', { method: 'HEAD' })
        assert.deepEqual([reply.status, String(reply.body)], [404, ''])
      })

      test('reaches filters as an HttpException with the error itself as its cause', async () => {
        caught.length = 0
        const reply = await ask('/filtered/missing')
        assert.deepEqual([reply.status, String(reply.body)], [404, 'filtered'])
        const [error] = caught
        assert.ok(error instanceof DownloadException && error instanceof HttpException, String(error))
        assert.ok(error.cause instanceof FileNotFoundError, String(error.cause))
        assert.equal(error.cause.path, '/secret/missing')
      })

      test('reaches filters with its status where it is a fault, and is logged', async () => {
        caught.length = 0
        logged.length = 0
        assert.equal((await ask('/filtered/upstream')).status, 502)
        const [error] = caught
        assert.ok(error instanceof DownloadException, String(error))
        assert.ok(error.cause instanceof UpstreamError, String(error.cause))
        assert.doesNotMatch(error.message, /secret/)
        assert.deepEqual(logged, [error.cause])
      })

      test('is not logged where it is an answer', async () => {
        logged.length = 0
        await ask('/plain/missing')
        await ask('/filtered/missing')
        assert.deepEqual(logged, [])
      })

      test('reaches filters as it is where it is none of ours', async () => {
        caught.length = 0
        assert.equal((await ask('/filtered/bug')).status, 500)
        assert.equal((await ask('/filtered/nest')).status, 403)
        assert.deepEqual(
          caught.map((error) => (error as Error).constructor),
          [RangeError, ForbiddenException],
        )
      })
    })

    describe('the service', () => {
      const ask = useApp({ imports: [DownloadModule.forRoot()], controllers: [controllers.answering()] })

      test('sends from a handler that answers by itself', async () => {
        const reply = await ask('/service/7', { headers: { Range: 'bytes=-1' } })
        assert.deepEqual([reply.status, String(reply.body), reply.get('X-Set')], [206, '7', 'too'])
      })

      test('leaves errors to the filters', async () => {
        assert.equal((await ask('/service/missing')).status, 404)
      })
    })

    describe('the module', () => {
      class SettingsModule {}
      const settings = {
        module: SettingsModule,
        providers: [{ provide: 'settings', useValue: { destinationUrl: '/internal' } }],
        exports: ['settings'],
      }
      const ask = useApp({
        imports: [
          DownloadModule.forRootAsync({
            imports: [settings],
            inject: ['settings'],
            useFactory: async ({ destinationUrl }: { destinationUrl: string }) => ({
              middleware: new XAccelRedirectMiddleware({ sourceDir: fixtures.root, destinationUrl }),
            }),
          }),
        ],
        controllers: [controllers.kinds(fixtures.root, below)],
      })

      test('makes its options from what other modules provide', async () => {
        const reply = await ask('/view')
        assert.deepEqual([reply.status, reply.get('X-Accel-Redirect')], [200, '/internal/digits.txt'])
        assert.equal(String(reply.body), '')
      })
    })

    describe('the interceptor alone', () => {
      const ask = useApp({ controllers: [controllers.alone()] })

      test('needs no module', async () => {
        assert.equal(String((await ask('/alone')).body), '0123456789')
      })
    })

    describe('interceptors around it', () => {
      const files: controllers.WatchedFile[] = []
      const ask = useApp({ imports: [DownloadModule.forRoot()], controllers: [controllers.intercepted(files)] })

      test('that fail leave no file open, and are answered', async () => {
        const file = new controllers.WatchedFile()
        files.push(file)
        const reply = await ask('/failing')
        assert.equal(reply.status, 403)
        await eventually(() => file.closed > 0)
        assert.deepEqual([file.opened, file.closed], [0, 1])
      })

      test('that answer with something else leave no file open either', async () => {
        const file = new controllers.WatchedFile()
        files.push(file)
        assert.equal(String((await ask('/replacing')).body), 'replaced')
        await eventually(() => file.closed > 0)
        assert.deepEqual([file.opened, file.closed], [0, 1])
      })

      for (const way of ['failing', 'wrapping']) {
        test(`that are ${way} for a client that has left leave no file open`, async () => {
          const file = new controllers.WatchedFile()
          files.push(file)
          const request = get(`${origin()}/late/${way}`, { agent: false }).on('error', () => {})
          await eventually(() => files.length === 0)
          request.destroy()
          await eventually(() => file.closed > 0)
          assert.deepEqual([file.opened, file.closed], [0, 1])
        })
      }

      test('that let it pass have it closed once', async () => {
        const file = new controllers.WatchedFile()
        files.push(file)
        assert.equal(String((await ask('/wrapping')).body), 'watched')
        await eventually(() => file.closed > 0)
        assert.deepEqual([file.opened, file.closed], [1, 1])
      })

      test('that wrap what handlers return let downloads pass', async () => {
        files.push(new controllers.WatchedFile())
        assert.equal(String((await ask('/wrapping')).body), 'watched')
        assert.deepEqual(JSON.parse(String((await ask('/wrapping-json')).body)), { data: { a: 1 } })
      })

      test('that wait for the end of the handler do not wait for the end of the body', async () => {
        assert.equal(String((await ask('/waiting')).body), 'the handler is done')
      })

      test('may be there twice', async () => {
        assert.equal(String((await ask('/twice')).body), '0123456789')
      })
    })

    test('an application that closes sends what it has begun', async () => {
      const gate = createGate()
      async function* letters() {
        yield 'begun, '
        await gate.opened
        yield 'ended'
      }
      class SlowController {
        slow() {
          return new VirtualFile(letters(), { name: 'slow.txt' })
        }
      }
      decorate(SlowController, [Controller()], { slow: [Get('slow')] })
      const parts = { imports: [DownloadModule.forRoot()], controllers: [SlowController] }
      const closing = await startNest(parts, platform(), { forceCloseConnections: false })
      const request = get(`${closing.origin}/slow`, { agent: false })
      const [reply] = (await once(request, 'response')) as [IncomingMessage]
      const pieces = reply.setEncoding('utf8')[Symbol.asyncIterator]()
      assert.equal((await pieces.next()).value, 'begun, ')
      const closed = closing.close()
      gate.open()
      assert.equal((await pieces.next()).value, 'ended')
      assert.equal((await pieces.next()).done, true)
      assert.ok(reply.complete, 'The body broke off.')
      await closed
      await assert.rejects(fetch(`${closing.origin}/slow`))
    })
  })
}
