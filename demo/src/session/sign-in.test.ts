import assert from 'node:assert/strict'
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { checkHtml } from '../testing/check-html.js'
import { type ServedDemo, serveDemo, signIn } from '../testing/serve-demo.js'

let demo: ServedDemo
before(async () => {
  demo = await serveDemo()
})
after(() => demo.close())

const get = (path: string, headers: Record<string, string> = {}) => fetch(demo.origin + path, { headers })
const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(demo.origin + path, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' })

test('a button of the form signs in, and leads to where the visitor came from', async () => {
  const page = await (await get('/session/?next=/status/')).text()
  checkHtml(page)
  assert.match(page, /<form class="sign-in" action="\/session\/" method="post">/)
  assert.match(page, /name="next" value="\/status\/"/)
  const reply = await post('/session/', { user: 'bob', next: '/status/' })
  assert.deepEqual([reply.status, reply.headers.get('Location')], [303, '/status/'])
  const cookie = reply.headers.get('Set-Cookie')?.split(';', 1)[0] ?? ''
  assert.match(await (await get('/', { Cookie: cookie })).text(), /You are Bob\./)
})

test('no link leads from here to another site', async () => {
  for (const next of [
    '//evil.example/',
    'https://evil.example/',
    '/\\evil.example/',
    '/library/?x',
    'javascript:1',
    '',
  ]) {
    const reply = await post('/session/', { user: 'alice', next })
    assert.equal(reply.headers.get('Location'), '/library/', next)
    const page = await (await get(`/session/?next=${encodeURIComponent(next)}`)).text()
    assert.match(page, /name="next" value="\/library\/"/, next)
  }
})

test('who is no user cannot sign in', async () => {
  for (const user of ['eve', '', 'constructor', 'Alice']) {
    const reply = await post('/session/', { user })
    assert.deepEqual([reply.status, reply.headers.get('Set-Cookie')], [403, null], user)
  }
  assert.equal((await fetch(`${demo.origin}/session/`, { method: 'POST' })).status, 403)
})

test('another site can sign nobody in or out', async () => {
  for (const headers of [{ Origin: 'http://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }]) {
    for (const path of ['/session/', '/session/end/']) {
      const reply = await post(path, { user: 'alice' }, headers as Record<string, string>)
      assert.deepEqual([reply.status, reply.headers.get('Set-Cookie')], [403, null], path)
    }
  }
})

test('signing out takes the cookie away', async () => {
  const reply = await post('/session/end/', {}, await signIn(demo, 'alice'))
  assert.equal(reply.headers.get('Location'), '/')
  assert.match(reply.headers.get('Set-Cookie') ?? '', /^downloadview-demo=; Max-Age=0;/)
})

test('nobody else on this machine can read the secret', async () => {
  const { mode } = await stat(join(demo.dataFolder, 'secret'))
  assert.equal(mode & 0o077, 0)
})

for (const [host, status] of [
  ['evil.example', 403],
  ['127.0.0.1.evil.example', 403],
  ['localhost.evil.example:80', 403],
  ['localhost', 200],
  ['192.0.2.7:8000', 200],
  ['[::1]:8000', 200],
] as const) {
  test(`a request under the name "${host}" is answered with ${status}`, async () => {
    const asked = request(demo.origin, { headers: { Host: host }, agent: false }).end()
    const [reply] = (await once(asked, 'response')) as [IncomingMessage]
    reply.resume()
    assert.equal(reply.statusCode, status)
  })
}
