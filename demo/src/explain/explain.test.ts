import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { textOf } from '../testing/articles.js'
import { checkHtml } from '../testing/check-html.js'
import { type ServedDemo, serveDemo, signIn } from '../testing/serve-demo.js'
import { TRIES } from './tries.js'

let demo: ServedDemo
let alice: { Cookie: string }
before(async () => {
  demo = await serveDemo()
  alice = await signIn(demo, 'alice')
})
after(() => demo.close())

const get = (path: string, headers: Record<string, string> = {}) => fetch(demo.origin + path, { headers })

/** The result of an attempt, as text. */
async function attempt(id: string, document = 'invoice', headers: Record<string, string> = alice): Promise<string> {
  const html = await (await get(`/library/${document}/?try=${id}`, headers)).text()
  checkHtml(html)
  return textOf(/<div class="attempt".*?<h3/s.exec(html)?.[0] ?? '')
}

/** What each attempt at the invoice, which has 1628 bytes, must tell. */
const TOLD: Record<keyof typeof TRIES, RegExp[]> = {
  whole: [
    /^ *Reply200 OK|200 OK/,
    /Content-Length: 1628/,
    /The client got 1,628 bytes\. The application sent 1,628 bytes/,
  ],
  head: [/HEAD \/library\/invoice\/download\//, /200 OK/, /The client got 0 bytes/],
  range: [/Range: bytes=0-999/, /206 Partial Content/, /Content-Range: bytes 0-999\/1628/, /The client got 1000 bytes/],
  resume: [/If-Range: "/, /206 Partial Content/, /Content-Range: bytes 100-1627\/1628/],
  changed: [/If-Range: "another-version"/, /200 OK/, /The client got 1,628 bytes/],
  cached: [/If-None-Match: "/, /304 Not Modified/, /The client got 0 bytes/],
  beyond: [/416 Range Not Satisfiable/, /Content-Range: bytes \*\/1628/],
  stranger: [/404 Not Found/, /The application sent 0 bytes of the document/],
}

test('there is a check for each attempt', () => {
  assert.deepEqual(Object.keys(TOLD).sort(), Object.keys(TRIES).sort())
})

for (const [id, patterns] of Object.entries(TOLD)) {
  test(`the attempt “${TRIES[id]?.label}” was made, and its result is told`, async () => {
    const text = await attempt(id)
    for (const pattern of patterns) assert.match(text, pattern)
    assert.match(text, /No: no proxy stands in front\./)
  })
}

test('an attempt is made as whoever asks for it', async () => {
  assert.match(await attempt('whole', 'sunset', {}), /200 OK/)
  assert.equal((await get('/library/invoice/?try=whole')).status, 404)
})

test('what is no attempt makes none', async () => {
  for (const id of ['', 'constructor', 'http://127.0.0.1/']) assert.equal(await attempt(encodeURIComponent(id)), '', id)
})

test('the latest downloads are told as they happened, in the words of the events', async () => {
  const path = '/library/letter/download/'
  await (await get(path, { ...alice, Range: 'bytes=5-9' })).text()
  await (await get(path, await signIn(demo, 'bob'))).text()
  await (await get(path, { ...alice, 'If-Match': '"other"' })).text()
  const html = await (await get('/library/letter/', alice)).text()
  const records = [...html.matchAll(/<li><details>(.*?)<\/details>/gs)].map(([, it]) =>
    textOf(it ?? '').replace(/\s+/g, ' '),
  )
  assert.equal(records.length, 3)
  assert.match(records[0] ?? '', /GET 412 completed.*If-Match: "other"/)
  assert.match(records[1] ?? '', /GET 404 failed Bob.*Fault ?FILE_NOT_FOUND/)
  assert.match(
    records[2] ?? '',
    /GET 206 completed, bytes 5–9 Alice.*Range: bytes=5-9.*Content-Range: bytes 5-9\/.*The application sent 5 bytes of 5 bytes/,
  )
})

test('what others download is for the owner to know', async () => {
  await (await get('/library/welcome/download/', { ...(await signIn(demo, 'bob')), Range: 'bytes=0-6' })).text()
  const seenBy = async (headers: Record<string, string>) => {
    return /<ol class="records"/.test(await (await get('/library/welcome/', headers)).text())
  }
  assert.deepEqual(
    [await seenBy(alice), await seenBy(await signIn(demo, 'bob')), await seenBy({})],
    [true, true, false],
  )
})

test('a cookie is told to nobody, nor is a path of the server', async () => {
  await attempt('whole')
  const html = await (await get('/library/invoice/', alice)).text()
  assert.ok(!html.includes(alice.Cookie.split('.').at(-1) ?? ''), 'The cookie is on the page.')
  assert.ok(!html.includes(demo.dataFolder), 'A path is on the page.')
})

test('a download that breaks off is told as one', async () => {
  const stop = new AbortController()
  const reply = await fetch(`${demo.origin}/library/chance/download/`, { headers: alice, signal: stop.signal })
  const reader = reply.body?.getReader()
  await reader?.read()
  stop.abort()
  const bob = await signIn(demo, 'bob')
  while (!/aborted/.test(await (await get('/library/chance/', bob)).text()))
    await new Promise((next) => setTimeout(next, 50))
  assert.match(await (await get('/library/chance/', bob)).text(), /aborted/)
})
