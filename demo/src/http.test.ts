import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertDownloadResponse } from 'downloadview/testing'
import { avatarPng } from './seed/pictures.js'
import { linksBelow } from './testing/articles.js'
import { type ServedDemo, serveDemo } from './testing/serve-demo.js'

let demo: ServedDemo
before(async () => {
  demo = await serveDemo()
})
after(() => demo.close())

const get = (path: string, headers: Record<string, string> = {}) => fetch(demo.origin + path, { headers })

test('a text of another server is passed on', async () => {
  await assertDownloadResponse(get('/http/simple_url/'), {
    content: 'Hello world!\n',
    basename: 'hello-world.txt',
    mimeType: 'text/plain',
    attachment: true,
  })
})

test('a picture of another server is shown, as what that server says it is', async () => {
  await assertDownloadResponse(get('/http/avatar_url/'), {
    content: avatarPng(),
    basename: 'avatar.png',
    contentType: 'image/png',
    attachment: false,
  })
})

test('ranges and conditions go to the other server', async () => {
  const whole = avatarPng()
  const part = await get('/http/avatar_url/', { Range: 'bytes=100-199' })
  await assertDownloadResponse(part, { status: 206, content: whole.subarray(100, 200) })
  assert.equal(part.headers.get('Content-Range'), `bytes 100-199/${whole.length}`)
  const etag = part.headers.get('ETag') ?? ''
  assert.equal((await get('/http/avatar_url/', { 'If-None-Match': etag })).status, 304)
})

test('no address that leads into this machine or to a cloud is asked, and the page says why', async () => {
  const links = await linksBelow(demo.origin, '/http/any_url/')
  assert.equal(links.length, 4)
  for (const { href, status } of links) {
    const refusal = await get(href)
    assert.deepEqual([refusal.status, status], [502, 502], href)
    const page = await refusal.text()
    assert.match(page, /<h1>502 Bad Gateway<\/h1>\n +<p class="lead">This address is none of the public internet/, href)
    assert.doesNotMatch(page, /allowedHosts|Hello world/)
  }
})

test('the first of these is really an address of the file', async () => {
  const [link] = await linksBelow(demo.origin, '/http/any_url/')
  const url = new URL(link?.href ?? '', demo.origin).searchParams.get('url') ?? ''
  assert.equal(await (await fetch(url)).text(), 'Hello world!\n')
})

test('what is typed and is no address is a page that is not there', async () => {
  for (const query of ['', '?url=', '?url=hello', '?url=%00', '?uri=http://127.0.0.1/']) {
    const reply = await get(`/http/any_url/${query}`)
    assert.equal(reply.status, 404, query)
    assert.match(await reply.text(), /<p class="lead">That is no address\.<\/p>/)
  }
})

test('no file of the disk is taken for an address', async () => {
  const reply = await get('/http/any_url/?url=file:///etc/passwd')
  assert.equal(reply.status, 502)
  assert.doesNotMatch(await reply.text(), /root:/)
})

test('the form of the page asks for an address, and works without a script', async () => {
  const page = await (await get('/features/http/')).text()
  assert.match(
    page,
    /<form action="\/http\/any_url\/">\s+<label for="any-url">[^<]+<\/label>\s+<input id="any-url" name="url"/,
  )
})
