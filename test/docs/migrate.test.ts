import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import fastifyStatic from '@fastify/static'
import { downloads } from 'downloadview/fastify'
import { toFetchHandler } from 'downloadview/fetch'
import fastify from 'fastify'
import { type RawReply, type RawRequest, rawRequest } from '../http/raw.js'
import { type Answers, answerOf, DIFFERENCES, nameIn, OURS, THEIRS, typeOf } from './migrate/differences.js'
import { enterFolder } from './migrate/folder.js'
import { optionsIn } from './migrate/options.js'
import { FOLDER_ROUTES } from './migrate/routes.js'
import { serveExpress, start } from './migrate/servers.js'
import { root } from './quotes.js'

const folder = await enterFolder()

const MOVES = [
  { page: 'express', prefix: '/files', ours: OURS },
  { page: 'fastify-static', prefix: '/files', ours: OURS },
  { page: 'koa', prefix: '', ours: OURS },
  // There is no router that knows methods in between.
  { page: 'sirv', prefix: '', ours: { ...OURS, 'a POST': [405] } as Answers },
] as const

for (const { page, prefix, ours } of MOVES) {
  const [there, here] = [await start(page, 'before'), await start(page, 'after')]
  const theirs: Answers = THEIRS[page]
  const both = (request: RawRequest) => Promise.all([rawRequest(there, request), rawRequest(here, request)])

  describe(`what docs/migrate/${page}.md says`, () => {
    for (const path of ['/a.txt', '/a.txt?v=1', '/', '/docs/', '/docs/index.html', '/%C3%A9%20b.txt']) {
      for (const method of ['GET', 'HEAD']) {
        test(`${method} ${path} gives the same file as before`, async () => {
          const [old, own] = await both({ method, target: prefix + path })
          assert.equal(old.status, 200)
          assert.deepEqual(fileIn(own), fileIn(old))
        })
      }
    }

    test('files are cached for as long as before', async () => {
      for (const reply of await both({ target: `${prefix}/a.txt` })) {
        assert.match(reply.get('Cache-Control') ?? 'none', /\bmax-age=3600\b/)
      }
    })

    test('whoever has the file is told so, by the tag that came with it', async () => {
      for (const origin of theirs['the strength of the tag'][1] === 'none' ? [here] : [there, here]) {
        const tag = (await rawRequest(origin, { target: `${prefix}/a.txt` })).get('ETag') ?? 'none'
        const again = await rawRequest(origin, { target: `${prefix}/a.txt`, headers: { 'If-None-Match': tag } })
        assert.equal(again.status, 304)
      }
    })

    test('a file that is not there is a 404, as before', async () => {
      const replies = await both({ target: `${prefix}/missing.txt` })
      assert.deepEqual(
        replies.map(({ status }) => status),
        [404, 404],
      )
    })

    for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/docs/..%5c..%5csecret.txt']) {
      test(`${path} leads to no file outside, as before`, async () => {
        for (const { status, body } of await both({ target: prefix + path })) {
          assert.match(String(status), /^40[034]$/)
          assert.notEqual(String(body), 'secret')
        }
      })
    }

    for (const what of Object.keys(DIFFERENCES) as (keyof Answers)[]) {
      const isSame = String(theirs[what]) === String(ours[what])
      test(`${what}: ${isSame ? 'as before' : 'otherwise than before'}`, async () => {
        const [request] = DIFFERENCES[what]
        const [old, own] = await both({ ...request, target: prefix + request.target })
        assert.deepEqual(answerOf(old, what, theirs[what]), theirs[what], 'before')
        assert.deepEqual(answerOf(own, what, ours[what]), ours[what], 'after')
      })
    }

    test('its last table has all that differs, and nothing else', () => {
      const [, differing = ''] = readPage(page).split('\n## What differs\n')
      const rows = [...(differing.split('\n## ')[0] as string).matchAll(/^\| (\w[^|]*) \|/gm)].map(([, what]) => what)
      const whatDiffers = Object.keys(DIFFERENCES) as (keyof Answers)[]
      assert.deepEqual(rows.sort(), whatDiffers.filter((what) => String(theirs[what]) !== String(ours[what])).sort())
    })

    if (page === 'sirv') return

    test('a handler replies with the same file, and offers it under the same name', async () => {
      for (const target of ['/invoices/7', '/invoices/7/download']) {
        const [old, own] = await both({ target })
        assert.equal(old.status, 200)
        assert.deepEqual(fileIn(own), fileIn(old))
        assert.equal(nameIn(own), target.endsWith('download') ? nameIn(old) : '7.pdf')
      }
      assert.equal(nameIn((await both({ target: '/invoices/7/download' }))[0]), 'invoice-7.pdf')
    })

    test('a handler lets no shared cache keep what it replied with, otherwise than before', async () => {
      const [old, own] = await both({ target: '/invoices/7' })
      assert.equal(own.get('Cache-Control'), 'private, no-cache')
      assert.match(old.get('Cache-Control') ?? 'none', page === 'koa' ? /^max-age=0$/ : /^public, max-age=\d+$/)
    })

    test('a handler replies with nothing that is not below its folder', async () => {
      for (const [id, status] of [
        ['8', 404],
        ['..%2fsecret', 403],
      ]) {
        const [old, own] = await both({ target: `/invoices/${id}` })
        assert.deepEqual([old.status, own.status], [status, 404], String(id))
      }
    })
  })
}

test('a file that changes while sirv runs has its old length there, and a new one is not found', async () => {
  const [there, here] = [await start('sirv', 'before'), await start('sirv', 'after')]
  writeFileSync(join(folder, 'public', 'log.txt'), 'one, two')
  writeFileSync(join(folder, 'public', 'new.txt'), 'new')
  const lengthOf = async (origin: string) => {
    return (await rawRequest(origin, { method: 'HEAD', target: '/log.txt' })).get('Content-Length')
  }
  assert.deepEqual([await lengthOf(there), await lengthOf(here)], ['3', '8'])
  assert.equal((await rawRequest(there, { target: '/new.txt' })).status, 404)
  assert.equal((await rawRequest(here, { target: '/new.txt' })).status, 200)
})

test('sirv compares a tag as one text, and tells no charset of plain text', async () => {
  const seen = []
  for (const side of ['before', 'after'] as const) {
    const origin = await start('sirv', side)
    const file = await rawRequest(origin, { target: '/a.txt' })
    const headers = { 'If-None-Match': `"old", ${file.get('ETag')}` }
    seen.push([file.get('Content-Type'), (await rawRequest(origin, { target: '/a.txt', headers })).status])
  }
  assert.deepEqual(seen, [
    ['text/plain', 200],
    ['text/plain; charset=utf-8', 304],
  ])
})

test('a file that Fastify does not find goes to its error handler, and not to that of unknown routes', async () => {
  const [old, own] = [await start('fastify-static', 'before'), await start('fastify-static', 'after')]
  const messageOf = async (origin: string) => String((await rawRequest(origin, { target: '/files/missing.txt' })).body)
  assert.match(await messageOf(old), /Route GET:\/files\/missing\.txt not found/)
  assert.match(await messageOf(own), /"statusCode":404,"code":"FILE_NOT_FOUND"/)
})

test('@fastify/static and the plugin of this library can be there together', async () => {
  const app = fastify()
  after(() => app.close())
  await app.register(fastifyStatic, { root: join(folder, 'public'), prefix: '/files/', decorateReply: false })
  await app.register(downloads, { root: join(folder, 'invoices') })
  app.get('/invoice', (_request, reply) => reply.download('7.pdf'))
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  assert.equal(String((await rawRequest(origin, { target: '/files/a.txt' })).body), '0123456789')
  assert.equal(String((await rawRequest(origin, { target: '/invoice' })).body), '%PDF-7')
})

test('a missing file tells nothing of the disk, otherwise than with koa-send', async () => {
  const [old, own] = await Promise.all(
    (['before', 'after'] as const).map(async (side) => rawRequest(await start('koa', side), { target: '/invoices/8' })),
  )
  assert.ok(String(old?.body).includes(folder), String(old?.body))
  assert.ok(!String(own?.body).includes(folder), String(own?.body))
})

test('routes after the files of Express are still asked, with the error handler of the page', async () => {
  const { app } = await import('./migrate/express-after.js')
  app.get('/files/made', (_req, res) => void res.send('made'))
  const origin = await serveExpress(app)
  assert.equal(String((await rawRequest(origin, { target: '/files/made' })).body), 'made')
  assert.equal((await rawRequest(origin, { target: '/files/missing' })).status, 404)
})

test('a single page answers for what is no file, and tells caches to ask again', async () => {
  const { CleanView, SinglePageView } = await import('./migrate/sirv-views.js')
  const single = toFetchHandler(SinglePageView.asView(), { route: '/*path' })
  const route = await single(new Request('http://a/settings/profile'))
  assert.deepEqual([route.status, await route.text()], [200, '<p>home'])
  assert.equal(route.headers.get('Cache-Control'), 'no-cache')
  assert.equal(await (await single(new Request('http://a/a.txt'))).text(), '0123456789')
  assert.equal((await single(new Request('http://a/missing.js'))).status, 404)
  const clean = toFetchHandler(CleanView.asView(), { route: '/*path' })
  assert.equal(await (await clean(new Request('http://a/page'))).text(), '<p>page')
  assert.equal((await clean(new Request('http://a/missing'))).status, 404)
})

describe('what docs/migrate/django-sendfile.md says', async () => {
  const { app } = await import('./migrate/django-sendfile.js')
  const origin = await serveExpress(app)

  test('a report is handed over to nginx, under its other name', async () => {
    const reply = await rawRequest(origin, { target: '/reports/2026', headers: { 'x-user': 'alice' } })
    assert.equal(reply.status, 200)
    assert.equal(reply.get('X-Accel-Redirect'), '/protected/report-2026.pdf')
    assert.equal(reply.get('Content-Type'), 'application/pdf')
    assert.equal(nameIn(reply), 'Bilanz für 2026.pdf')
  })

  test('a report is nothing for others, and nothing when it is missing', async () => {
    assert.equal((await rawRequest(origin, { target: '/reports/2026' })).status, 403)
    const missing = await rawRequest(origin, { target: '/reports/2025', headers: { 'x-user': 'alice' } })
    assert.equal(missing.status, 404)
    assert.equal(missing.get('X-Accel-Redirect'), undefined)
  })
})

describe('the routes for folders', () => {
  const page = readPage('README')
  for (const { framework, route, serve, finds } of FOLDER_ROUTES) {
    test(`${route} of ${framework} finds ${finds.join(' and ') || 'no folder'}, and nothing that is spelled another way`, async () => {
      assert.ok(page.includes(`\`${route}\``), 'The page names the route.')
      const get = await serve(route)
      const found = { '/files/': '<p>home', '/files/docs/': '<p>docs', '/files/docs/index.html': '<p>docs' }
      for (const [path, body] of Object.entries(found)) {
        const isFound = finds.includes(path) || path.endsWith('.html')
        assert.deepEqual(await get(path), isFound ? [200, body] : [404], path)
      }
      for (const path of ['/files', '/files/docs', '/files//', '/files/docs//', '/files/a.txt/', '/files/missing/']) {
        // Routers may answer by themselves what they do not know.
        const [status] = await get(path)
        assert.equal(status, path === '/files/a.txt/' && framework.startsWith('h3') ? 200 : 404, path)
      }
    })
  }
})

describe('the tables of options', () => {
  const require = createRequire(import.meta.url)
  const SOURCES = [
    ['express', 'express/lib/response.js'],
    ['express', 'serve-static'],
    ['express', 'send'],
    ['fastify-static', '@fastify/static'],
    ['koa', 'koa-send'],
    ['koa', 'koa-static'],
    ['sirv', 'sirv'],
  ] as const
  for (const [page, source] of SOURCES) {
    test(`docs/migrate/${page}.md leaves out no option of ${source}`, () => {
      const options = optionsIn(readFileSync(require.resolve(source), 'utf8'))
      assert.ok(options.length > 1, `Found: ${options}`)
      const text = readPage(page)
      assert.deepEqual(
        options.filter((option) => !new RegExp(`^\\| [^|]*\`${option}\``, 'm').test(text)),
        [],
      )
    })
  }
})

function readPage(name: string): string {
  return readFileSync(join(root, 'docs/migrate', `${name}.md`), 'utf8')
}

/** What a client gets to know of a file. */
function fileIn(reply: RawReply) {
  const { status, body } = reply
  const [length, modified] = [reply.get('Content-Length'), reply.get('Last-Modified')]
  return { status, body: String(body), type: typeOf(reply), length, modified }
}
