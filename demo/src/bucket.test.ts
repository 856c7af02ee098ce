import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { assertDownloadResponse } from 'downloadview/testing'
import type { S3Server } from '../../test/support/servers/s3.js'
import { startSwift } from '../../test/support/servers/swift.js'
import { parseCommandLine } from './command-line.js'
import { createDemo } from './demo.js'
import { sunsetPng } from './seed/pictures.js'
import { type ServedDemo, serveDemo } from './testing/serve-demo.js'

let swift: S3Server
let demo: ServedDemo
before(async () => {
  swift = await startSwift()
  process.env['AWS_ACCESS_KEY_ID'] = swift.credentials.accessKeyId
  process.env['AWS_SECRET_ACCESS_KEY'] = swift.credentials.secretAccessKey
  const env = { ...process.env, S3_BUCKET: await swift.createBucket(), S3_ENDPOINT: swift.endpoint }
  demo = await serveDemo({ bucket: parseCommandLine([], env).bucket })
})
after(async () => {
  await demo?.close()
  await swift?.close()
})

const get = (path: string, options?: RequestInit) => fetch(demo.origin + path, options)

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
