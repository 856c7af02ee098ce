import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { after, describe, test } from 'node:test'
import fastify, { type FastifyError, type FastifyInstance } from 'fastify'
import { downloads, toFastifyHandler } from '../../src/adapters/fastify/index.js'
import { PermissionDeniedError } from '../../src/errors.js'
import { ContentFile } from '../../src/files/content.js'
import type { DownloadContext } from '../../src/handler.js'
import { DownloadResponse } from '../../src/responses/download.js'
import { MemoryStorage } from '../../src/storages/memory.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { scratchFolder } from '../support/scratch.js'

const folder = await scratchFolder({ after: (work) => after(work as () => void) })
mkdirSync(`${folder}/files`)
writeFileSync(`${folder}/files/a b.txt`, '0123456789')
writeFileSync(`${folder}/secret.txt`, 'secret')

/** Starts an application, with the plugin, until the tests of this file have ended. */
async function started(prepare: (app: FastifyInstance) => void | Promise<void>): Promise<string> {
  const app = fastify({ forceCloseConnections: true })
  await app.register(downloads, { root: `${folder}/files` })
  await prepare(app)
  after(() => app.close())
  return app.listen({ host: '127.0.0.1', port: 0 })
}

describe('reply.download()', () => {
  test('lets a client save a path, a file, or what a view finds', async () => {
    const storage = new MemoryStorage()
    await storage.save('7.txt', 'of a view')
    const view = StorageDownloadView.asView({ storage, path: '7.txt' })
    const origin = await started((app) => {
      app.get('/path', (_request, reply) => reply.download('a b.txt', { basename: 'report.txt' }))
      app.get('/file', (_request, reply) => reply.download(new ContentFile('of a file', { name: 'c.txt' })))
      app.get('/view', (_request, reply) => reply.download(view))
    })
    for (const [path, text, name] of [
      ['/path', '0123456789', 'report.txt'],
      ['/file', 'of a file', 'c.txt'],
      ['/view', 'of a view', '7.txt'],
    ] as const) {
      const reply = await fetch(origin + path)
      assert.equal(await reply.text(), text)
      assert.equal(reply.headers.get('Content-Disposition'), `attachment; filename="${name}"`)
    }
  })

  test('knows ranges, conditions and HEAD', async () => {
    const origin = await started((app) => {
      app.get('/', (_request, reply) => reply.download('a b.txt'))
    })
    const part = await fetch(origin, { headers: { Range: 'bytes=2-4' } })
    assert.deepEqual([part.status, await part.text()], [206, '234'])
    const again = await fetch(origin, { headers: { 'If-None-Match': String(part.headers.get('ETag')) } })
    assert.equal(again.status, 304)
    const head = await fetch(origin, { method: 'HEAD' })
    assert.deepEqual([head.status, head.headers.get('Content-Length')], [200, '10'])
  })

  test('never leaves its root', async () => {
    const origin = await started((app) => {
      app.get<{ Params: { '*': string } }>('/*', (request, reply) => reply.sendfile(request.params['*']))
    })
    assert.equal((await fetch(`${origin}/a%20b.txt`)).status, 200)
    for (const path of ['..%2Fsecret.txt', '%2e%2e/secret.txt', '%2Fetc%2Fpasswd', '.hidden', 'missing.txt']) {
      assert.equal((await fetch(`${origin}/${path}`)).status, 404, path)
    }
  })

  test('gives its errors to the error handler of the application', async () => {
    const seen: FastifyError[] = []
    const origin = await started((app) => {
      app.setErrorHandler((error: FastifyError, _request, reply) => {
        seen.push(error)
        reply.code(error.statusCode ?? 500).send({ own: true })
      })
      app.get('/', (_request, reply) => reply.download('missing.txt'))
      app.get(
        '/denied',
        toFastifyHandler(() => {
          throw new PermissionDeniedError()
        }),
      )
    })
    for (const [path, status, code] of [
      ['/', 404, 'FILE_NOT_FOUND'],
      ['/denied', 403, 'PERMISSION_DENIED'],
    ] as const) {
      const reply = await fetch(origin + path)
      assert.deepEqual([reply.status, await reply.json(), seen.at(-1)?.code], [status, { own: true }, code])
    }
  })
})

describe('hooks of Fastify', () => {
  test('set headers before a download, and hear of its end', async () => {
    const ended: (number | undefined)[] = []
    const origin = await started((app) => {
      app.addHook('onRequest', async (_request, reply) => void reply.header('X-Own', 'a').header('Vary', 'Origin'))
      app.addHook('onResponse', async (_request, reply) => void ended.push(reply.raw.statusCode))
      app.get('/', (_request, reply) => reply.download('a b.txt'))
    })
    const reply = await fetch(origin)
    assert.equal(await reply.text(), '0123456789')
    assert.deepEqual([reply.headers.get('X-Own'), reply.headers.get('Vary')], ['a', 'Origin'])
    assert.deepEqual(ended, [200])
  })

  test('see the user of a request in views', async () => {
    const origin = await started((app) => {
      app.decorateRequest('user', '')
      app.addHook('onRequest', async (request) => void Object.assign(request, { user: request.headers['x-user'] }))
      const view = toFastifyHandler(({ context }) => new DownloadResponse(new ContentFile(JSON.stringify(context))), {
        context: (request) => ({ user: (request as unknown as { user: string }).user }) as DownloadContext,
      })
      app.get('/', view)
    })
    assert.equal(await (await fetch(origin, { headers: { 'X-User': 'ann' } })).text(), '{"user":"ann"}')
  })
})
