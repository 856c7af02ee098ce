import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { S3Storage } from 'downloadview/storages/s3'
import { assertDownloadResponse } from 'downloadview/testing'
import type { S3Server } from '../../test/support/servers/s3.js'
import { startSwift } from '../../test/support/servers/swift.js'
import { parseCommandLine } from './command-line.js'
import { createDemo } from './demo.js'
import { sunsetPng } from './seed/pictures.js'
import { type ServedDemo, serveDemo, signIn } from './testing/serve-demo.js'

let swift: S3Server
let demo: ServedDemo
let bucket: S3Storage
before(async () => {
  swift = await startSwift()
  process.env['AWS_ACCESS_KEY_ID'] = swift.credentials.accessKeyId
  process.env['AWS_SECRET_ACCESS_KEY'] = swift.credentials.secretAccessKey
  const name = await swift.createBucket()
  const env = { ...process.env, S3_BUCKET: name, S3_ENDPOINT: swift.endpoint }
  demo = await serveDemo({ bucket: parseCommandLine([], env).bucket })
  bucket = S3Storage.connect({
    bucket: name,
    endpoint: swift.endpoint,
    region: 'us-east-1',
    prefix: 'downloadview-demo',
  })
})
after(async () => {
  bucket?.close()
  await demo?.close()
  await swift?.close()
})

const get = (path: string, options?: RequestInit) => fetch(demo.origin + path, options)

async function storedKeys(): Promise<string[]> {
  const keys: string[] = []
  for await (const key of bucket.list()) keys.push(key)
  return keys.sort()
}

const POSTCARD = { basename: 'postcard.png', contentType: 'image/png', attachment: false }

test('a bucket of a real server is served like the one of the demo', async () => {
  const content = sunsetPng()
  await assertDownloadResponse(get('/copies/object-storage/postcard/'), { ...POSTCARD, content })
  const part = await get('/copies/object-storage/postcard/', { headers: { Range: 'bytes=1000-1999' } })
  await assertDownloadResponse(part, { status: 206, content: content.subarray(1000, 2000) })
  const [there, here] = await Promise.all(['object-storage', 'disk'].map((place) => get(`/copies/${place}/postcard/`)))
  assert.equal(there?.headers.get('ETag'), here?.headers.get('ETag'))
  await Promise.all([there?.body?.cancel(), here?.body?.cancel()])
})

test('a redirect leads to the real server', async () => {
  const redirect = await get('/copies/redirected/postcard/', { redirect: 'manual' })
  const location = redirect.headers.get('Location') ?? ''
  assert.ok(location.startsWith(`${swift.endpoint}/`), location)
  await assertDownloadResponse(fetch(location), { ...POSTCARD, content: sunsetPng() })
})

test('what is uploaded to the library goes into the bucket, is sent from there, and goes with its document', async () => {
  const headers = await signIn(demo, 'alice')
  const others = await storedKeys()
  const bytes = randomBytes(300_000)
  const body = new FormData()
  body.append('file', new File([bytes], 'Größe "M".bin', { type: 'application/octet-stream' }))
  const uploaded = await get('/library/', { method: 'POST', body, headers, redirect: 'manual' })
  const page = uploaded.headers.get('Location') ?? ''
  assert.deepEqual([uploaded.status, (await storedKeys()).length], [303, others.length + 1])
  await assertDownloadResponse(get(`${page}download/`, { headers }), { content: bytes })
  const part = await get(`${page}download/`, { headers: { ...headers, Range: 'bytes=299000-' } })
  await assertDownloadResponse(part, { status: 206, content: bytes.subarray(299_000) })
  assert.equal((await get(`${page}download/`)).status, 404, 'It is Alice’s alone.')
  await get(`${page}delete/`, { method: 'POST', headers, redirect: 'manual' })
  assert.deepEqual([(await get(page, { headers })).status, await storedKeys()], [404, others])
})

test('the demo starts no object storage of its own then', async () => {
  assert.ok(!(await readdir(demo.dataFolder)).includes('objects'), 'There is a folder of objects.')
})

test('a bucket that is not there is told when the demo starts, and nothing stays open', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'downloadview-demo-'))
  const bucket = { bucket: 'no-such-bucket', endpoint: swift.endpoint }
  await assert.rejects(createDemo({ dataFolder, bucket }), /^UpstreamError: S3 bucket "no-such-bucket" is not there/)
  // Another one may now have the folder.
  await (await createDemo({ dataFolder })).close()
  await rm(dataFolder, { recursive: true, force: true })
})
