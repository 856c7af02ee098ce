import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertDownloadResponse, setupView, testRequest } from 'downloadview/testing'
import { type ServedDemo, serveDemo, signIn } from './testing/serve-demo.js'
import { DynamicPathView } from './views/storage.js'

let demo: ServedDemo
before(async () => {
  demo = await serveDemo()
})
after(() => demo.close())

const get = (path: string, headers: Record<string, string> = {}) => fetch(demo.origin + path, { headers })

const YEAR = 365 * 24 * 60 * 60 * 1000

test('the default file of a document is offered for saving', async () => {
  await assertDownloadResponse(get('/object/default-file/hello-world/'), {
    content: 'Hello world!\n',
    basename: 'file.txt',
    mimeType: 'text/plain',
    attachment: true,
  })
})

test('another field of the same document holds another file', async () => {
  await assertDownloadResponse(get('/object/another-file/hello-world/'), {
    content: 'Goodbye world!\n',
    basename: 'another_file.txt',
    mimeType: 'text/plain',
    attachment: true,
  })
})

test('a document without another file has none', async () => {
  assert.equal((await get('/object/another-file/sunset/')).status, 404)
})

test('the name comes from a field of the document', async () => {
  await assertDownloadResponse(get('/object/deserialized_basename/hello-world/'), {
    content: 'Hello world!\n',
    basename: 'hello-world.txt',
    mimeType: 'text/plain',
    attachment: true,
  })
})

test('an inline file is shown', async () => {
  await assertDownloadResponse(get('/object/inline-file/hello-world/'), {
    content: 'Hello world!\n',
    mimeType: 'text/plain',
    attachment: false,
  })
})

test('an inline drawing with a script comes in a sandbox', async () => {
  const response = await get('/object/inline-file/drawing/')
  assert.match(await response.text(), /<script>/)
  assert.match(response.headers.get('Content-Security-Policy') ?? '', /default-src 'none'.*; sandbox/)
})

test('a player gets the part of a melody that it asks for', async () => {
  const whole = Buffer.from(await (await get('/object/inline-file/melody/')).arrayBuffer())
  const part = await get('/object/inline-file/melody/', { Range: 'bytes=100000-100999' })
  await assertDownloadResponse(part, { status: 206, content: whole.subarray(100_000, 101_000), mimeType: 'audio/wav' })
  assert.equal(part.headers.get('Content-Range'), `bytes 100000-100999/${whole.length}`)
})

test('bytes of a row have a tag and a time, so that they are sent once', async () => {
  const first = await get('/object/bytes-in-row/badge/')
  const [etag, time] = [first.headers.get('ETag') ?? '', first.headers.get('Last-Modified') ?? '']
  assert.match(etag, /^"/)
  assert.equal((await get('/object/bytes-in-row/badge/', { 'If-None-Match': etag })).status, 304)
  assert.equal((await get('/object/bytes-in-row/badge/', { 'If-Modified-Since': time })).status, 304)
})

test('a private file is for its owner alone', async () => {
  await assertDownloadResponse(get('/object/private-file/letter/', await signIn(demo, 'alice')), {
    basename: 'letter.txt',
    content: 'Dear Alice,\n\nthis is for your eyes only.\n\nYours, Bob\n',
  })
  for (const headers of [{}, await signIn(demo, 'bob'), { Cookie: 'downloadview-demo=alice' }]) {
    const refusal = await get('/object/private-file/letter/?user=alice', headers)
    assert.equal(refusal.status, 403)
    assert.doesNotMatch(await refusal.text(), /eyes only/)
  }
})

test('a private file cannot be had by way of the public views', async () => {
  for (const view of ['default-file', 'inline-file', 'deserialized_basename']) {
    assert.equal((await get(`/object/${view}/letter/`, await signIn(demo, 'alice'))).status, 404, view)
  }
  for (const path of [
    '/storage/static-path/object/letter.txt',
    '/storage/static-path/..%2Fuploads/object/letter.txt',
  ]) {
    assert.equal((await get(path)).status, 404, path)
  }
})

test('a file of a storage is found by its path', async () => {
  await assertDownloadResponse(get('/storage/static-path/1.txt'), {
    content: 'Hello world!\n',
    basename: '1.txt',
    mimeType: 'text/plain',
    attachment: true,
  })
})

test('a client that has the file of a storage already is told so', async () => {
  const inFourYears = new Date(Date.now() + 4 * YEAR).toUTCString()
  const response = await get('/storage/static-path/1.txt', { 'If-Modified-Since': inFourYears })
  assert.equal(response.status, 304)
  assert.equal(await response.text(), '')
})

test('a client with an old file of a storage gets the new one', async () => {
  const response = get('/storage/static-path/1.txt', { 'If-Modified-Since': new Date('1980-01-01').toUTCString() })
  await assertDownloadResponse(response, {
    status: 200,
    content: 'Hello world!\n',
    basename: '1.txt',
    mimeType: 'text/plain',
  })
})

test('the path in a storage can be worked out', async () => {
  await assertDownloadResponse(get('/storage/dynamic-path/1.txt'), {
    content: 'Hello world!\n',
    basename: '1.TXT',
    mimeType: 'text/plain',
    attachment: true,
  })
})

test('how the path is worked out can be tested without any route', async () => {
  const request = testRequest({ params: { path: 'dummy path' } })
  assert.equal(await setupView(new DynamicPathView(), request).getPath(), 'DUMMY PATH')
})

test('a file of the disk is served', async () => {
  await assertDownloadResponse(get('/path/static-path/'), {
    content: 'Hello world!\n',
    basename: 'hello-world.txt',
    mimeType: 'text/plain',
    attachment: true,
  })
})

test('a file of the disk is found by its path below a folder', async () => {
  await assertDownloadResponse(get('/path/dynamic-path/hello-world.txt'), {
    content: 'Hello world!\n',
    basename: 'hello-world.txt',
    mimeType: 'text/plain',
    attachment: true,
  })
})

test('sendfile shows a file of the disk', async () => {
  await assertDownloadResponse(get('/path/sendfile/'), {
    content: 'Hello world!\n',
    basename: 'hello-world.txt',
    mimeType: 'text/plain',
    attachment: false,
  })
})

for (const name of ['text', 'stringio', 'generated']) {
  test(`a virtual file is made of ${name}`, async () => {
    await assertDownloadResponse(get(`/virtual/${name}/`), {
      content: 'Hello world!\n',
      basename: 'hello-world.txt',
      mimeType: 'text/plain',
      attachment: true,
    })
  })
}

test('what a generator yields arrives while it still runs', async () => {
  const response = await get('/virtual/generated/')
  const arrivals: { text: string; time: number }[] = []
  const decoder = new TextDecoder()
  assert.ok(response.body, 'The reply has no body.')
  for await (const chunk of response.body) arrivals.push({ text: decoder.decode(chunk), time: Date.now() })
  const [first, last] = [arrivals[0], arrivals.at(-1)]
  assert.ok(first && last, 'Nothing has arrived.')
  assert.deepEqual([first.text, last.text], ['Hello ', '\n'])
  // It waits for 600 ms in all.
  assert.ok(last.time - first.time >= 400, `all came within ${last.time - first.time} ms`)
})

test('no address makes the database or the disk fail', async () => {
  for (const slug of ['%00', "'", '%27--', '%F0%9F%98%80', 'a%2Fb', '..', '%2e%2e', 'x'.repeat(5000)]) {
    const paths = [`/object/default-file/${slug}/`, `/storage/static-path/${slug}`, `/path/dynamic-path/${slug}`]
    for (const path of paths) assert.equal((await get(path)).status, 404, path)
  }
})
