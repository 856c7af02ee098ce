import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { assertDownloadResponse } from 'downloadview/testing'
import { linksBelow, type PageLink } from './testing/articles.js'
import { type ServedDemo, serveDemo, signIn } from './testing/serve-demo.js'

let demo: ServedDemo
let alice: { Cookie: string }
let bob: { Cookie: string }
before(async () => {
  demo = await serveDemo()
  alice = await signIn(demo, 'alice')
  bob = await signIn(demo, 'bob')
})
after(() => demo.close())

const get = (path: string, headers: Record<string, string> = {}) => fetch(demo.origin + path, { headers })

async function linkNoted(note: string, route = '/signed/file/*path'): Promise<PageLink> {
  const link = (await linksBelow(demo.origin, route, alice)).find((it) => it.note === note)
  assert.ok(link, `no link "${note}"`)
  return link
}

async function ticket(): Promise<Uint8Array> {
  return readFile(join(demo.dataFolder, 'tickets/ticket.pdf'))
}

test('every signed link does what the page says of it', async () => {
  const links = [
    ...(await linksBelow(demo.origin, '/signed/file/*path')),
    ...(await linksBelow(demo.origin, '/signed/for-user/*path', alice)),
  ]
  assert.deepEqual(
    links.map(({ note, status }) => [note, status]),
    [
      ['for an hour', undefined],
      ['signed to be shown', undefined],
      ['expired', 403],
      ['altered', 403],
      ['not signed', 403],
      ['for you, Alice', undefined],
    ],
  )
  for (const { href, note, label, status = 200 } of links) {
    const reply = await get(href, alice)
    assert.equal(reply.status, status, note)
    if (status === 200) await assertDownloadResponse(reply, { basename: label, content: await ticket() })
    else assert.match(await reply.text(), /<h1>403 Forbidden/)
  }
})

test('a signed link says whether the file is shown', async () => {
  await assertDownloadResponse(get((await linkNoted('for an hour')).href), { attachment: true })
  await assertDownloadResponse(get((await linkNoted('signed to be shown')).href), { attachment: false })
})

test('the good link ends in an hour, and the expired one ended an hour ago', async () => {
  const endOf = ({ href }: PageLink) => Number(/expires=(\d+)/.exec(href)?.[1]) * 1000 - Date.now()
  const hour = 60 * 60 * 1000
  const good = endOf(await linkNoted('for an hour'))
  // It lives up to a tenth longer, so that each visit of the page can have the same link.
  assert.ok(good > 0.9 * hour && good < 1.2 * hour, `in ${good} ms`)
  const expired = endOf(await linkNoted('expired'))
  assert.ok(expired < -0.9 * hour, `in ${expired} ms`)
})

test('the refusals cannot be told apart', async () => {
  const notes = ['expired', 'altered', 'not signed']
  const pages = await Promise.all(notes.map(async (note) => (await get((await linkNoted(note)).href)).text()))
  assert.equal(new Set(pages).size, 1)
})

test('a link for Alice is nobody else’s, and none for everybody', async () => {
  const { href } = await linkNoted('for you, Alice', '/signed/for-user/*path')
  for (const headers of [{}, bob, { Cookie: 'downloadview-demo=alice' }])
    assert.equal((await get(href, headers)).status, 403)
  // The same signature opens no other address.
  assert.equal((await get(href.replace('for-user', 'file'), alice)).status, 403)
  const everybodys = await linkNoted('for an hour')
  assert.equal((await get(everybodys.href.replace('/file/', '/for-user/'), alice)).status, 403)
  const [passedOn] = await linksBelow(demo.origin, '/signed/for-user/*path', bob)
  assert.deepEqual([passedOn?.href, passedOn?.status], [href, 403])
})

test('the files of signed links cannot be had in any other way', async () => {
  for (const path of [
    '/storage/static-path/ticket.pdf',
    '/storage/static-path/..%2Ftickets/ticket.pdf',
    '/tickets/ticket.pdf',
  ]) {
    assert.equal((await get(path)).status, 404, path)
  }
})

test('another demo takes no link of this one', async () => {
  const other = await serveDemo()
  const { href } = await linkNoted('for an hour')
  const status = (await fetch(other.origin + href)).status
  await other.close()
  assert.equal(status, 403)
})
