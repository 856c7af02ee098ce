import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { assertDownloadResponse } from 'downloadview/testing'
import { linksBelow } from './testing/articles.js'
import { type ServedDemo, serveDemo } from './testing/serve-demo.js'

let demo: ServedDemo
before(async () => {
  demo = await serveDemo()
})
after(() => demo.close())

const PLACES = ['disk', 'object-storage', 'row']

const get = (place: string, headers: Record<string, string> = {}, options: RequestInit = {}) =>
  fetch(`${demo.origin}/copies/${place}/postcard/`, { headers, ...options })

const postcard = () => readFile(join(demo.dataFolder, 'uploads/object/postcard.png'))

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** What tells a client which file it has. */
const TELLING = [
  'Content-Type',
  'Content-Disposition',
  'Content-Length',
  'Content-Range',
  'ETag',
  'Last-Modified',
  'Accept-Ranges',
  'Cache-Control',
]

async function copyAt(place: string, headers?: Record<string, string>) {
  const reply = await get(place, headers)
  const told = TELLING.map((name) => [name, reply.headers.get(name)])
  return { status: reply.status, told, hash: hashOf(new Uint8Array(await reply.arrayBuffer())) }
}

test('the three copies are one: the same bytes under the same headers', async () => {
  const [first, ...others] = await Promise.all(PLACES.map((place) => copyAt(place)))
  assert.equal(first?.status, 200)
  assert.equal(first?.hash, hashOf(await postcard()))
  assert.equal(new Map(first?.told.map(([name, value]) => [name, value])).get('ETag'), `"${first?.hash}"`)
  for (const other of others) assert.deepEqual(other, first)
})

for (const range of [
  'bytes=0-0',
  'bytes=1000-29999',
  'bytes=-500',
  'bytes=40000-',
  'bytes=9999999-',
  'bytes=0-9,100-109',
]) {
  test(`the three copies answer ${range} alike`, async () => {
    const parts = await Promise.all(PLACES.map((place) => copyAt(place, { Range: range })))
    const [first] = parts
    assert.equal(first?.status, range === 'bytes=9999999-' ? 416 : 206)
    // Several ranges are parted by something random.
    if (range.includes(','))
      return assert.deepEqual(
        parts.map(({ status }) => status),
        [206, 206, 206],
      )
    for (const part of parts) assert.deepEqual(part, first)
  })
}

test('a client that has one copy has them all', async () => {
  const { headers } = await get('disk')
  const conditions = [
    { 'If-None-Match': headers.get('ETag') ?? '' },
    { 'If-Modified-Since': headers.get('Last-Modified') ?? '' },
  ]
  for (const place of PLACES) {
    for (const condition of conditions) assert.equal((await get(place, condition)).status, 304, place)
    assert.equal((await get(place, { 'If-Match': '"another"' })).status, 412, place)
  }
})

test('a download that begins on the disk goes on in the bucket and ends in the row', async () => {
  const whole = await postcard()
  const etag = (await get('disk')).headers.get('ETag') ?? ''
  const parts = []
  for (const [place, range] of [
    ['disk', 'bytes=0-9999'],
    ['object-storage', 'bytes=10000-29999'],
    ['row', 'bytes=30000-'],
  ] as const) {
    const reply = await get(place, { Range: range, 'If-Range': etag })
    assert.equal(reply.status, 206, place)
    parts.push(new Uint8Array(await reply.arrayBuffer()))
  }
  assert.equal(hashOf(Buffer.concat(parts)), hashOf(whole))
})

test('a redirect leads to the bucket, which gives the file under the same name', async () => {
  const redirect = await get('redirected', {}, { redirect: 'manual' })
  assert.equal(redirect.status, 302)
  assert.equal(redirect.headers.get('Cache-Control'), 'no-store')
  const location = redirect.headers.get('Location') ?? ''
  assert.match(location, /^http:\/\/127\.0\.0\.1:\d+\/demo\/object\/postcard\.png\?.*X-Amz-Expires=60&/)
  await assertDownloadResponse(fetch(location), {
    content: await postcard(),
    basename: 'postcard.png',
    contentType: 'image/png',
    attachment: false,
  })
  const part = await fetch(location, { headers: { Range: 'bytes=10-19' } })
  await assertDownloadResponse(part, { status: 206, content: (await postcard()).subarray(10, 20) })
})

test('an address of the bucket is good for that file and nothing else', async () => {
  const location = (await get('redirected', {}, { redirect: 'manual' })).headers.get('Location') ?? ''
  for (const other of [
    location.replace('postcard', 'melody'),
    location.replace('X-Amz-Expires=60', 'X-Amz-Expires=600000'),
    location.replace('inline', 'attachment'),
    location.replace(/\?.*/, ''),
  ]) {
    assert.equal((await fetch(other)).status, 403, other)
  }
  for (const method of ['PUT', 'DELETE']) assert.equal((await fetch(location, { method })).status, 403, method)
  assert.equal((await get('object-storage')).status, 200)
})

test('the page of copies links to each of them', async () => {
  for (const place of [...PLACES, 'redirected']) {
    const [link, ...others] = await linksBelow(demo.origin, `/copies/${place}/:slug/`)
    assert.deepEqual([link?.href, others], [`/copies/${place}/postcard/`, []])
  }
})

test('a row without a copy in a place is a page that is not there', async () => {
  for (const place of PLACES) {
    assert.equal((await fetch(`${demo.origin}/copies/${place}/no-such-row/`)).status, 404, place)
  }
  assert.equal((await fetch(`${demo.origin}/copies/object-storage/hello-world/`)).status, 404)
})
