import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { getRequestListener } from '@hono/node-server'
import { Hono, type MiddlewareHandler } from 'hono'
import { compress } from 'hono/compress'
import { setCookie } from 'hono/cookie'
import { cors } from 'hono/cors'
import { etag } from 'hono/etag'
import { secureHeaders } from 'hono/secure-headers'
import { toHonoHandler } from '../../src/adapters/hono/index.js'
import { PathDownloadView } from '../../src/views/path.js'
import { rawRequest } from '../http/raw.js'
import { BIG, DIGITS } from './fixtures.js'
import { listen } from './servers.js'
import { useFixtures, watchForStrayErrors } from './use.js'

const fixtures = useFixtures()
watchForStrayErrors()

const after: MiddlewareHandler = async (c, next) => {
  await next()
  c.header('X-After', String(c.res.status))
  setCookie(c, 'seen', '1')
}

/** Asks an application on Node with some middleware around a view. */
async function ask(key: string, middleware: readonly MiddlewareHandler[], headers: Record<string, string> = {}) {
  const app = new Hono()
  for (const each of middleware) app.use(each)
  app.get('/:path{.+}', toHonoHandler(PathDownloadView.asView({ root: fixtures.root, attachment: false })))
  const server = await listen(getRequestListener(app.fetch))
  try {
    return await rawRequest(server.origin, { target: `/${key}`, headers })
  } finally {
    await server.close()
  }
}

for (const [key, content] of [
  ['digits.txt', Buffer.from(DIGITS)],
  ['big.bin', BIG],
] as const) {
  describe(`middleware around ${key}`, () => {
    test('adds headers and cookies after next()', async () => {
      const reply = await ask(key, [after])
      assert.equal(reply.status, 200)
      assert.equal(reply.get('X-After'), '200')
      assert.match(reply.get('Set-Cookie') ?? '', /^seen=1/)
      assert.equal(reply.get('Content-Length'), String(content.length))
      assert.ok(reply.body.equals(content), 'The bytes differ.')
    })

    test('has set headers before, which go along unless the download says it itself', async () => {
      const before: MiddlewareHandler = async (c, next) => {
        c.header('X-Before', 'yes')
        c.header('Cache-Control', 'no-store')
        c.header('Content-Disposition', 'attachment')
        c.header('Content-Length', '3')
        setCookie(c, 'one', '1')
        setCookie(c, 'two', '2')
        await next()
      }
      for (const middleware of [[before], [before, after]]) {
        const reply = await ask(key, middleware)
        assert.equal(reply.get('X-Before'), 'yes')
        assert.equal(reply.get('Cache-Control'), 'no-store')
        assert.match(reply.get('Content-Disposition') ?? '', /^inline/)
        assert.equal(reply.get('Content-Length'), String(content.length))
        assert.match(reply.get('Set-Cookie') ?? '', /one=1.*two=2/)
        assert.ok(reply.body.equals(content), 'The bytes differ.')
      }
      assert.equal((await ask(key, [before], { 'If-None-Match': '*' })).get('X-Before'), 'yes')
    })

    test('sees the status of a part, and of nothing new', async () => {
      assert.equal((await ask(key, [after], { Range: 'bytes=0-1' })).get('X-After'), '206')
      const reply = await ask(key, [after], { 'If-None-Match': '*' })
      assert.equal(reply.status, 304)
      assert.equal(reply.get('X-After'), '304')
    })

    test('of Hono that sets headers, before and after, has its way', async () => {
      const reply = await ask(key, [secureHeaders(), cors({ origin: 'https://example.com' }), etag()], {
        Origin: 'https://example.com',
      })
      assert.equal(reply.get('Access-Control-Allow-Origin'), 'https://example.com')
      assert.equal(reply.get('X-Frame-Options'), 'SAMEORIGIN')
      assert.match(reply.get('ETag') ?? '', /^"/)
      assert.ok(reply.body.equals(content), 'The bytes differ.')
    })

    test('writes over the bytes of its own reply alone', async () => {
      const spoil: MiddlewareHandler = async (c, next) => {
        await next()
        const bytes = new Uint8Array(await c.res.arrayBuffer())
        c.res = new Response(bytes.fill(120), c.res)
      }
      for (let round = 0; round < 3; round++) {
        assert.equal(
          (await ask(key, [spoil])).body.every((byte) => byte === 120),
          true,
        )
        assert.ok((await ask(key, [])).body.equals(content), 'The bytes differ.')
      }
    })
  })
}

test('compression of Hono takes a small file and a large one', async () => {
  fixtures.write('small.txt', 'a line\n'.repeat(2000))
  fixtures.write('large.txt', 'a line\n'.repeat(100_000))
  for (const [key, lines] of [
    ['small.txt', 2000],
    ['large.txt', 100_000],
  ] as const) {
    const reply = await ask(key, [compress()], { 'Accept-Encoding': 'gzip' })
    assert.equal(reply.get('Content-Encoding'), 'gzip')
    assert.equal(gunzipSync(reply.body).toString(), 'a line\n'.repeat(lines))
  }
})
