import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import express5, { type Express, type Request } from 'express'
import express4 from 'express4'
import { toExpressHandler } from '../../src/adapters/express/index.js'
import { DownloadError, FileNotFoundError, PermissionDeniedError } from '../../src/errors.js'
import { ContentFile } from '../../src/files/content.js'
import type { DownloadContext, Params } from '../../src/handler.js'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { PathDownloadView } from '../../src/views/path.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { VirtualDownloadView } from '../../src/views/virtual.js'
import { rawRequest } from '../http/raw.js'
import { FOLDER_MARK, SECRET } from './fixtures.js'
import { listen } from './servers.js'
import type { Reply } from './site.js'
import { useFixtures, watchForStrayErrors } from './use.js'

const fixtures = useFixtures()
watchForStrayErrors()
const { root } = fixtures
const storage = new FileSystemStorage({ root })

for (const [name, create, wildcard] of [
  ['Express 5', express5, '*path'],
  ['Express 4', express4, ':path(*)'],
] as const) {
  describe(name, () => {
    test('an error goes to next(), with all that an error handler needs', async () => {
      for (const [error, status, code] of [
        [new PermissionDeniedError(), 403, 'PERMISSION_DENIED'],
        [new FileNotFoundError(), 404, 'FILE_NOT_FOUND'],
        [new DownloadError('Later.', { status: 503, code: 'LATER', retryAfter: 3 }), 503, 'LATER'],
      ] as const) {
        const ask = await served(create(), (app) => {
          app.get('/', toExpressHandler(thrower(error)))
          app.use(((error, _req, res, _next) => {
            const { status, statusCode, code, expose, retryAfter } = error
            res.status(statusCode).json({ status, code, expose, retryAfter })
          }) as express5.ErrorRequestHandler)
        })
        const reply = await ask('/')
        assert.equal(reply.status, status)
        const { retryAfter, ...told } = JSON.parse(reply.body.toString())
        assert.deepEqual(told, { status, code, expose: status < 500 })
        assert.equal(retryAfter, error.retryAfter)
      }
    })

    test('what the download would have said is not left on the reply of an error', async () => {
      const ask = await served(create(), (app) => {
        app.get(`/files/${wildcard}`, toExpressHandler(PathDownloadView.asView({ root, headers: { 'X-Own': '1' } })))
        app.use(plainErrors)
      })
      const reply = await ask('/files/missing.txt')
      assert.equal(reply.status, 404)
      for (const header of [
        'Content-Disposition',
        'ETag',
        'Last-Modified',
        'Accept-Ranges',
        'X-Own',
        'Cache-Control',
      ]) {
        assert.equal(reply.get(header), undefined, header)
      }
    })

    test('a file that is missing does not go to the next handler, an error to none but error handlers', async () => {
      let asked = 0
      const ask = await served(create(), (app) => {
        app.get(`/files/${wildcard}`, toExpressHandler(PathDownloadView.asView({ root })))
        app.use((_req, res) => {
          asked++
          res.send('next')
        })
      })
      assert.equal((await ask('/files/missing.txt')).status, 404)
      assert.equal(asked, 0)
    })

    test('views see the context that earlier handlers have made', async () => {
      const ask = await served(create(), (app) => {
        app.use((req, _res, next) => {
          ;(req as unknown as { user: string }).user = String(req.query['user'])
          next()
        })
        app.get(
          '/',
          toExpressHandler(ContextView.asView(), {
            context: async (req) => ({ user: (req as unknown as { user: string }).user }) as DownloadContext,
          }),
        )
      })
      assert.equal((await ask('/?user=ann')).body.toString(), 'ann')
      assert.equal((await ask('/?user=bob')).body.toString(), 'bob')
    })

    test('views see the request of Express itself', async () => {
      const ask = await served(create(), (app) => {
        app.get('/', toExpressHandler(RawView.asView()))
      })
      assert.equal((await ask('/?q=found')).body.toString(), 'found')
    })

    test('parameters are decoded once', async () => {
      const ask = await served(create(), (app) => {
        app.get('/:a/x/:b', toExpressHandler(ParamsView.asView()))
      })
      const params = async (target: string) => JSON.parse((await ask(target)).body.toString())
      assert.deepEqual(await params('/1/x/2'), { a: '1', b: '2' })
      assert.deepEqual(await params('/a%20b/x/%C3%A9'), { a: 'a b', b: 'é' })
      assert.deepEqual(await params('/%2520/x/%2525'), { a: '%20', b: '%25' })
    })

    for (const target of ['/a%2Fb/x/2', '/a%2fb/x/2', '/1/x/a%5Cb', '/1/x/%2e%2e%2fb', '/1/x/b%00']) {
      test(`an encoded separator in a parameter is refused: ${target}`, async () => {
        let asked = false
        const ask = await served(create(), (app) => {
          const view = toExpressHandler((request) => {
            asked = true
            return ParamsView.asView()(request)
          })
          app.get('/:a/x/:b', view)
          app.use(plainErrors)
        })
        const reply = await ask(target)
        assert.equal(reply.status, 404)
        assert.equal(reply.body.toString(), 'INVALID_KEY')
        assert.equal(asked, false)
      })
    }

    test('a wildcard is a key for views of paths and of storages', async () => {
      for (const view of [PathDownloadView.asView({ root }), StorageDownloadView.asView({ storage })]) {
        const ask = await served(create(), (app) => {
          app.get(`/files/${wildcard}`, toExpressHandler(view))
          app.use(plainErrors)
        })
        assert.equal((await ask('/files/digits.txt')).body.toString(), '0123456789')
        assert.equal((await ask('/files/folder/deeper/inmost.txt')).body.toString(), 'inmost')
        assert.equal((await ask('/files/na%C3%AFve%20caf%C3%A9.txt')).body.toString(), 'accents')
        for (const target of ['/files/folder%2Finner.txt', '/files/folder//inner.txt', '/files/../secret.txt']) {
          assert.equal((await ask(target)).status, 404, target)
        }
      }
    })

    test('a router below another path works as well', async () => {
      const ask = await served(create(), (app) => {
        const router = name === 'Express 5' ? express5.Router() : express4.Router()
        router.get(`/download/${wildcard}`, toExpressHandler(PathDownloadView.asView({ root })))
        app.use('/:tenant/files', router)
        app.use(plainErrors)
      })
      assert.equal((await ask('/acme/files/download/folder/inner.txt')).body.toString(), 'inner')
      assert.equal((await ask('/acme%2Fb/files/download/digits.txt')).status, 404)
    })

    test('a handler without a route serves below its mount', async () => {
      const ask = await served(create(), (app) => {
        app.use('/one', toExpressHandler(PathDownloadView.asView({ path: fixtures.path('digits.txt') })))
      })
      assert.equal((await ask('/one')).body.toString(), '0123456789')
      assert.equal((await ask('/one/more')).body.toString(), '0123456789')
      assert.equal((await ask('/two')).status, 404)
    })

    test('app.get() answers HEAD, and leaves the other methods to Express', async () => {
      const ask = await served(create(), (app) => {
        app.get(`/files/${wildcard}`, toExpressHandler(PathDownloadView.asView({ root })))
      })
      const head = await ask('/files/digits.txt', 'HEAD')
      assert.equal(head.status, 200)
      assert.equal(head.get('Content-Length'), '10')
      assert.equal((await ask('/files/digits.txt', 'POST')).status, 404)
      assert.equal((await ask('/files/digits.txt', 'OPTIONS')).status, 200)
    })

    test('an earlier handler that ended the reply is not disturbed', async () => {
      const ask = await served(create(), (app) => {
        app.use((_req, res, next) => {
          res.send('answered')
          next()
        })
        app.get(`/files/${wildcard}`, toExpressHandler(PathDownloadView.asView({ root })))
        app.use(plainErrors)
      })
      assert.equal((await ask('/files/digits.txt')).body.toString(), 'answered')
      assert.equal((await ask('/files/missing.txt')).body.toString(), 'answered')
    })

    for (const environment of ['development', 'production']) {
      test(`in ${environment}, the error page of Express shows no path of a file`, async (context) => {
        context.mock.method(console, 'error', () => {})
        const ask = await served(create(), (app) => {
          app.set('env', environment)
          app.get(`/files/${wildcard}`, toExpressHandler(PathDownloadView.asView({ root })))
          app.get(`/storage/${wildcard}`, toExpressHandler(StorageDownloadView.asView({ storage })))
        })
        for (const target of [
          'missing.txt',
          'folder',
          'fifo',
          'link-outside.txt',
          'link-loop.txt',
          '.env',
          '..%2fsecret.txt',
          'a%00',
          `${'long'.repeat(300)}`,
          'digits.txt/x',
          '%zz',
        ]) {
          for (const prefix of ['/files/', '/storage/']) {
            const reply = await ask(prefix + target)
            assert.ok(reply.status === 404 || reply.status === 400, `${target}: ${reply.status}`)
            const shown = reply.fields.flat().join('\n') + reply.body.toString()
            for (const path of [FOLDER_MARK, root, SECRET]) assert.ok(!shown.includes(path), shown)
            // What Express cannot decode it answers with an error of its own, and shows where that came from.
            if (target !== '%zz') assert.doesNotMatch(shown, /node_modules|\.[jt]s:\d/)
          }
        }
      })
    }
  })
}

describe('wildcards', () => {
  test('Express 5 gives an array, each part decoded', async () => {
    const ask = await served(express5(), (app) => {
      app.get('/*rest', toExpressHandler(ParamsView.asView()))
    })
    assert.deepEqual(JSON.parse((await ask('/a%20b/c')).body.toString()), { rest: ['a b', 'c'] })
  })

  test('Express 4 gives a text under the name 0, which pathParam can be', async () => {
    const ask = await served(express4(), (app) => {
      app.get('/path/*', toExpressHandler(PathDownloadView.asView({ root, pathParam: '0' })))
      app.get('/storage/*', toExpressHandler(StorageDownloadView.asView({ storage, pathParam: '0' })))
      app.get('/params/*', toExpressHandler(ParamsView.asView()))
      app.use(plainErrors)
    })
    assert.deepEqual(JSON.parse((await ask('/params/a%20b/c')).body.toString()), { 0: 'a b/c' })
    for (const prefix of ['/path', '/storage']) {
      assert.equal((await ask(`${prefix}/digits.txt`)).body.toString(), '0123456789')
      assert.equal((await ask(`${prefix}/folder/inner.txt`)).body.toString(), 'inner')
      for (const key of [
        '',
        '/digits.txt',
        'folder%2finner.txt',
        '../secret.txt',
        'folder//inner.txt',
        'digits.txt/',
      ]) {
        assert.equal((await ask(`${prefix}/${key}`)).status, 404, key)
      }
    }
  })
})

async function served(
  app: Express,
  setUp: (app: Express) => void,
): Promise<(target: string, method?: string) => Promise<Reply>> {
  app.set('env', 'test')
  setUp(app)
  const server = await listen(app)
  after(() => server.close())
  return (target, method) => rawRequest(server.origin, { target, method })
}

const plainErrors: express5.ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent) next(error)
  else
    res
      .status(error.status ?? 500)
      .type('text/plain')
      .end(String(error.code))
}

function thrower(error: unknown) {
  return () => {
    throw error
  }
}

class ContextView extends VirtualDownloadView {
  override getFile(): ContentFile {
    return new ContentFile((this.request.context as { user: string }).user)
  }
}

class RawView extends VirtualDownloadView {
  override getFile(): ContentFile {
    return new ContentFile(String((this.request.raw as Request).query['q']))
  }
}

class ParamsView extends VirtualDownloadView<Params> {
  override getFile(): ContentFile {
    return new ContentFile(JSON.stringify(this.params))
  }
}
