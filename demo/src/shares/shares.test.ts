import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { assertDownloadResponse } from 'downloadview/testing'
import { textOf } from '../testing/articles.js'
import { checkHtml } from '../testing/check-html.js'
import { type ServedDemo, serveDemo, signIn } from '../testing/serve-demo.js'
import { LIFETIMES } from './lifetimes.js'
import { stateOf } from './table.js'

let demo: ServedDemo
let alice: { Cookie: string }
before(async () => {
  demo = await serveDemo()
  alice = await signIn(demo, 'alice')
})
after(() => demo.close())

const get = (path: string) => fetch(new URL(path, demo.origin))
const post = (path: string, fields: Record<string, string> = {}) =>
  fetch(demo.origin + path, { method: 'POST', body: new URLSearchParams(fields), headers: alice, redirect: 'manual' })

async function page(): Promise<string> {
  return (await fetch(`${demo.origin}/library/letter/`, { headers: alice })).text()
}

/** The links that the page shows, the newest first. */
async function links(): Promise<string[]> {
  return [...(await page()).matchAll(/type="url" readonly value="([^"]+)"/g)].map(([, link]) => textOf(link ?? ''))
}

async function share(lifetime: string): Promise<string> {
  const reply = await post('/library/letter/shares/', { lifetime })
  assert.deepEqual([reply.status, reply.headers.get('Location')], [303, '/library/letter/#shares'])
  return (await links())[0] ?? ''
}

const idOf = (link: string) => /\/shared\/([\w-]+)\//.exec(link)?.[1] ?? ''

test('whoever has a link gets a private document, without signing in', async () => {
  const link = await share('day')
  assert.ok(link.startsWith(`${demo.origin}/shared/`), link)
  await assertDownloadResponse(get(link), { basename: 'Letter to Bob, never sent.txt', attachment: true })
  const part = await fetch(link, { headers: { Range: 'bytes=0-3' } })
  await assertDownloadResponse(part, { status: 206, content: 'Dear' })
  checkHtml(await page())
})

test('its owner sees that it was opened, without the signature that would open it again', async () => {
  const link = await share('day')
  await (await get(link)).text()
  assert.match(await page(), new RegExp(`GET /shared/${idOf(link)}/\\?…`))
})

test('a link stays the same, however often its page is looked at', async () => {
  const link = await share('week')
  await setTimeout(1100)
  assert.equal((await links())[0], link)
})

for (const { id, seconds } of LIFETIMES) {
  test(`a link for a ${id} tells that end`, async () => {
    const expires = Number(/expires=(\d+)/.exec(await share(id))?.[1])
    const left = expires - Date.now() / 1000
    assert.ok(left > seconds - 60 && left <= seconds + 1, `${left} s`)
  })
}

test('a link that was revoked is refused, and the page says so', async () => {
  const [other, link] = [await share('hour'), await share('hour')]
  assert.equal((await post(`/library/letter/shares/${idOf(link)}/revoke/`)).status, 303)
  const refusal = await get(link)
  assert.equal(refusal.status, 403)
  assert.match(await refusal.text(), /<h1>403 Forbidden.*This link is not valid, or no longer\./s)
  assert.match(await page(), /<span class="state revoked">revoked<\/span>/)
  assert.ok(!(await links()).includes(link), 'The page still shows it.')
  assert.equal((await get(other)).status, 200)
})

test('a share of another document cannot be revoked by way of one’s own', async () => {
  const link = await share('hour')
  const bob = await signIn(demo, 'bob')
  const path = `/library/diary/shares/${idOf(link)}/revoke/`
  await fetch(demo.origin + path, { method: 'POST', headers: bob, redirect: 'manual' })
  assert.equal((await get(link)).status, 200)
})

test('nobody gives a link more time, or turns it to another share', async () => {
  const [link, other] = [await share('minute'), await share('day')]
  for (const altered of [
    link.replace(/expires=\d+/, (it) => `expires=${Number(it.slice(8)) + 3600}`),
    link.replace(idOf(link), idOf(other)),
    link.replace(/&?signature=[^&]+/, ''),
    link.replace(/\?.*/, ''),
    `${link}&disposition=inline`,
    link.replace(/signature=./, (it) => (it.endsWith('A') ? 'signature=B' : 'signature=A')),
  ]) {
    assert.equal((await get(altered)).status, 403, altered)
  }
})

test('all refusals are one, so that nobody learns which it was', async () => {
  const link = await share('hour')
  await post(`/library/letter/shares/${idOf(link)}/revoke/`)
  const pages = await Promise.all(
    [link, `${link}0`, '/shared/no-such-share/'].map(async (it) => (await get(it)).text()),
  )
  assert.equal(new Set(pages).size, 1)
})

test('a share is over when it is revoked, or when its time has come', () => {
  const row = { id: 'x', document: 'y', createdAt: new Date(0), expiresAt: new Date(1000), revokedAt: null }
  assert.equal(stateOf(row, 999), 'active')
  assert.equal(stateOf(row, 1000), 'expired')
  assert.equal(stateOf({ ...row, revokedAt: new Date(5) }, 10), 'revoked')
})

test('a link ends with its document', async () => {
  const body = new FormData()
  body.append('file', new File(['content'], 'short-lived.txt'))
  const options = { method: 'POST', body, headers: alice, redirect: 'manual' } as const
  const path = (await fetch(`${demo.origin}/library/`, options)).headers.get('Location') ?? ''
  await post(`${path}shares/`, { lifetime: 'hour' })
  const html = await (await fetch(demo.origin + path, { headers: alice })).text()
  const link = textOf(/type="url" readonly value="([^"]+)"/.exec(html)?.[1] ?? '')
  assert.equal((await get(link)).status, 200)
  await post(`${path}delete/`)
  assert.equal((await get(link)).status, 403)
})

test('a time that the form does not offer is refused', async () => {
  for (const lifetime of ['', 'year', 'constructor']) {
    assert.equal((await post('/library/letter/shares/', { lifetime })).status, 403, lifetime)
  }
})
