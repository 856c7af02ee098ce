import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { type ApiError, type Bucket, Storage } from '@google-cloud/storage'
import { type GcsServer, startGcsStandIn } from './gcs-stand-in.js'

let server: GcsServer
let bucket: Bucket

before(async () => {
  server = await startGcsStandIn()
  const { endpoint, projectId, credentials } = server
  bucket = new Storage({ apiEndpoint: endpoint, projectId, credentials }).bucket(await server.createBucket())
})
after(() => server?.close())

for (const resumable of [false, true]) {
  test(`an upload that is ${resumable ? '' : 'not '}resumable can be downloaded, with what it said of itself`, async () => {
    const file = bucket.file(`folder/ünï 100% ${resumable}.txt`)
    await file.save('0123456789', { resumable, contentType: 'text/plain', metadata: { metadata: { own: 'mine' } } })
    assert.equal(String((await file.download())[0]), '0123456789')
    const [{ size, contentType, generation, metadata }] = await file.getMetadata()
    assert.deepEqual([size, contentType, metadata], ['10', 'text/plain', { own: 'mine' }])
    assert.match(String(generation), /^\d+$/)
  })
}

test('a resumable upload in several parts is put together', async () => {
  const content = Buffer.alloc(600 * 1024, 'abcdefghij')
  await bucket.file('parts').save(content, { resumable: true, chunkSize: 256 * 1024 })
  assert.deepEqual((await bucket.file('parts').download())[0], content)
})

test('a range gives a part, and tells which and of what generation', async () => {
  const file = bucket.file('range')
  await file.save('0123456789', { resumable: false })
  const stream = file.createReadStream({ start: 2, end: 4 })
  const head = new Promise<{ statusCode: number; headers: Record<string, string> }>((resolve) =>
    stream.once('response', resolve),
  )
  assert.equal(String(await buffer(stream)), '234')
  const { headers, ...reply } = await head
  assert.deepEqual([reply.statusCode, headers['content-range']], [206, 'bytes 2-4/10'])
  assert.equal(headers['x-goog-generation'], String((await file.getMetadata())[0].generation))
})

test('a range after the end is refused', async () => {
  await bucket.file('short').save('0123456789', { resumable: false })
  await assert.rejects(buffer(bucket.file('short').createReadStream({ start: 20, end: 30 })), hasCode(416))
})

test('an object that is there is not written over by an upload for a new one', async () => {
  for (const resumable of [false, true]) {
    const file = bucket.file(`once ${resumable}`)
    const options = { resumable, preconditionOpts: { ifGenerationMatch: 0 } }
    await file.save('first', options)
    await assert.rejects(file.save('second', options), hasCode(412))
    assert.equal(String((await file.download())[0]), 'first')
  }
})

test('a former generation is gone', async () => {
  const file = bucket.file('changed')
  await file.save('first', { resumable: false })
  const { generation } = (await file.getMetadata())[0]
  await file.save('second', { resumable: false })
  await assert.rejects(bucket.file('changed', { generation: generation ?? 0 }).download(), hasCode(404))
})

test('a missing object is told from a missing bucket', async () => {
  await assert.rejects(bucket.file('none').getMetadata(), { code: 404, message: `No such object: ${bucket.name}/none` })
  await assert.rejects(bucket.file('none').download(), hasCode(404))
  const other = bucket.storage.bucket('none')
  await assert.rejects(other.getFiles(), { code: 404, message: 'The specified bucket does not exist.' })
})

test('a deleted object is gone', async () => {
  const file = bucket.file('deleted')
  await file.save('content', { resumable: false })
  await file.delete()
  assert.deepEqual(await file.exists(), [false])
  await assert.rejects(file.delete(), hasCode(404))
})

test('a listing goes on page by page, below a prefix', async () => {
  for (const name of ['list/c', 'list/a', 'list/b', 'other']) {
    await bucket.file(name).save('content', { resumable: false })
  }
  const [first, next] = await bucket.getFiles({ prefix: 'list/', maxResults: 2, autoPaginate: false })
  const [second] = await bucket.getFiles({ ...next, autoPaginate: false })
  const names = [first, second].map((page) => page.map(({ name }) => name))
  assert.deepEqual(names, [['list/a', 'list/b'], ['list/c']])
})

test('a signed address gives the object under the name that it says, and one that is changed or old is refused', async (context) => {
  const file = bucket.file('folder/signed 1.txt')
  await file.save('content', { resumable: false })
  const expires = Date.now() + 60_000
  const responseDisposition = `attachment; filename="it's (a) b.txt"`
  const [url] = await file.getSignedUrl({ version: 'v4', action: 'read', expires, responseDisposition })
  const good = await fetch(url)
  assert.equal(await good.text(), 'content')
  assert.equal(good.headers.get('content-disposition'), responseDisposition)
  const changed = await fetch(url.replace('signed%201', 'other'))
  assert.deepEqual([changed.status, /SignatureDoesNotMatch/.test(await changed.text())], [403, true])
  context.mock.timers.enable({ apis: ['Date'], now: Date.now() - 60_000 })
  const [old] = await file.getSignedUrl({ version: 'v4', action: 'read', expires: Date.now() + 30_000 })
  context.mock.timers.reset()
  const late = await fetch(old)
  assert.deepEqual([late.status, /ExpiredToken/.test(await late.text())], [400, true])
  const anonymous = await fetch(url.replace(/\?.*/, ''))
  await anonymous.body?.cancel()
  assert.equal(anonymous.status, 403)
})

/** Of the client's own error, or of the one below it, which resumable uploads end with. */
const hasCode = (code: number) => (error: ApiError & { status?: number }) =>
  Number(error.code) === code || error.status === code
