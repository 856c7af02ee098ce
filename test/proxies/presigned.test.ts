import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { after, describe, test } from 'node:test'
import { toNodeHandler } from '../../src/adapters/node/index.js'
import { createCanaryHandler, createHealthChecks, writeCanaries } from '../../src/health/index.js'
import { type DownloadConfig, defineConfig } from '../../src/middleware/config.js'
import { SmartDownloadMiddleware } from '../../src/middleware/smart.js'
import { S3Storage } from '../../src/storages/s3/index.js'
import type { Storage } from '../../src/storages/storage.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { listen } from '../adapters/servers.js'
import { type RawReply, rawRequest } from '../http/raw.js'
import { startSwift } from '../support/servers/swift.js'
import { KEYS } from './keys.js'
import { proxies, startProxy } from './servers.js'

const LARGE = randomBytes(5_000_000)

const swift = await startSwift()
const bucket = await swift.createBucket()
const baseUrl = `${swift.endpoint}/${bucket}/`
const storage = S3Storage.connect({ ...swift, bucket, baseUrl })
for (const key of KEYS) await storage.save(key, `content of ${key}`)
await storage.save('large.bin', LARGE, { contentType: 'application/x-stored' })

const config = defineConfig({
  backend: 'nginx',
  rules: [{ sourceUrl: baseUrl, destinationUrl: '/private-files/', presigned: true }],
})
/** What the application has told nginx, reply by reply. */
const told: ReturnType<ServerResponse['getHeaders']>[] = []
const view = StorageDownloadView.asView({ storage, headers: { 'X-Request-Id': '7' } })
const middleware = new SmartDownloadMiddleware(config)
const handler = toNodeHandler(view, { route: '/*path', middleware })
let refusing = handler
const application = await listen((req: IncomingMessage, res: ServerResponse) => {
  if (req.url === '/up') return void res.writeHead(204).end()
  res.once('finish', () => told.push(res.getHeaders()))
  if (req.url?.startsWith('/refused/')) refusing(req, res)
  else handler(req, res)
})
const nginx = await startProxy(proxies.nginx, {
  ...(config as DownloadConfig),
  server: { application: application.origin },
})
after(async () => {
  await nginx.stop()
  await application.close()
  storage.close()
  await swift.close()
})

const ask = (key: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawReply> =>
  rawRequest(nginx.origin, { target: `/${encodeURIComponent(key)}`, headers, method })

describe('private files of an object storage that nginx reads by itself', () => {
  for (const key of KEYS) {
    test(`arrive whatever they are called: ${key}`, async () => {
      const reply = await ask(key)
      assert.deepEqual([reply.status, String(reply.body)], [200, `content of ${key}`])
      const headers = told.at(-1)
      assert.equal(headers?.['x-accel-redirect'], `/private-files/${encodeURIComponent(key)}`)
      assert.match(String(headers['x-downloadview-presigned']), /X-Amz-Signature=/)
    })
  }

  test('have our headers, and none that tells of the storage', async () => {
    const reply = await ask('Ünï 日本 😀.txt')
    assert.match(String(reply.get('Content-Disposition')), /^attachment; filename=.*filename\*=UTF-8''%C3%9Cn%C3%AF/)
    assert.equal(reply.get('Content-Type'), 'text/plain; charset=utf-8')
    assert.equal(reply.get('Cache-Control'), 'private, no-cache')
    assert.equal(reply.get('X-Content-Type-Options'), 'nosniff')
    assert.equal(reply.get('X-Request-Id'), '7')
    assert.doesNotMatch(String(reply.fields), /Signature|X-Downloadview|X-Accel/i)
    const names = reply.fields.map(([name]) => name.toLowerCase()).filter((name) => name.startsWith('x-'))
    assert.deepEqual(names.sort(), ['x-content-type-options', 'x-request-id'])
  })

  test('come whole when they are large, by ranges, and not again when they are unchanged', async () => {
    const whole = await ask('large.bin')
    assert.equal(sha256(whole.body), sha256(LARGE))
    const part = await ask('large.bin', { Range: 'bytes=1000000-2999999' })
    assert.deepEqual([part.status, part.get('Content-Range')], [206, `bytes 1000000-2999999/${LARGE.length}`])
    assert.equal(sha256(part.body), sha256(LARGE.subarray(1_000_000, 3_000_000)))
    const etag = String(whole.get('ETag'))
    assert.equal((await ask('large.bin', { 'If-None-Match': etag })).status, 304)
    assert.equal((await ask('large.bin', { Range: 'bytes=9000000-' })).status, 416)
  })

  test('answer a HEAD', async () => {
    const reply = await ask('large.bin', {}, 'HEAD')
    assert.deepEqual([reply.status, reply.get('Content-Length')], [200, String(LARGE.length)])
  })

  test('that are missing are a 404, in which the storage has no say', async () => {
    const reply = await ask('missing.txt')
    assert.equal(reply.status, 404)
    assert.doesNotMatch(`${reply.fields} ${reply.body}`, /NoSuchKey|RequestId|x-amz/i)
  })

  test('that the storage refuses are a 502, in which it has no say', async () => {
    class ExpiredView extends StorageDownloadView {
      override storage: Storage = storage
      override async getFile() {
        const file = await super.getFile()
        const forged = async () => `${baseUrl}${file.name}?X-Amz-Signature=wrong&X-Amz-Credential=someone`
        return Object.defineProperty(file, 'presignedUrl', { value: forged })
      }
    }
    refusing = toNodeHandler(ExpiredView.asView(), { route: '/refused/*path', middleware })
    const reply = await rawRequest(nginx.origin, { target: '/refused/large.bin' })
    assert.equal(told.at(-1)?.['x-accel-redirect'], '/private-files/large.bin')
    assert.equal(reply.status, 502)
    assert.doesNotMatch(`${reply.fields} ${reply.body}`, /Denied|Code|x-amz|someone/i)
  })

  test('are not to be had from outside, not even with the header of the application', async () => {
    const target = '/private-files/a%20b.txt'
    const headers = { 'X-Downloadview-Presigned': '/other' }
    assert.equal((await rawRequest(nginx.origin, { target })).status, 404)
    assert.equal((await rawRequest(nginx.origin, { target, headers })).status, 404)
    assert.equal((await ask('a b.txt', headers)).status, 200)
  })
})

test('the checks of a deployment prove a presigned rule on the live servers', async () => {
  const storages = { 1: storage }
  const canaries = toNodeHandler(createCanaryHandler(config, { storages }), { route: '/-/downloadview/:rule/:name' })
  const app = await listen((req: IncomingMessage, res: ServerResponse) => {
    if (req.url === '/up') res.writeHead(204).end()
    else canaries(req, res)
  })
  const server = await startProxy(proxies.nginx, { ...(config as DownloadConfig), server: { application: app.origin } })
  try {
    await writeCanaries(config, { storages })
    const options = { config, storages, publicUrl: server.origin, applicationUrl: app.origin }
    const { ok, checks } = await createHealthChecks(options).run({ all: true })
    assert.equal(ok, true, JSON.stringify(checks.filter((check) => !check.ok)))
  } finally {
    await server.stop()
    await app.close()
  }
})

test('clients are sent to the storage by a redirect, which gives the file under our name', async () => {
  const redirecting = toNodeHandler(
    StorageDownloadView.asView({ storage, delivery: 'redirect', basename: 'Ü "1".txt', mimeType: 'text/x-own' }),
    { route: '/*path' },
  )
  const server = await listen(redirecting)
  for (const key of KEYS) {
    const reply = await fetch(`${server.origin}/${encodeURIComponent(key)}`)
    assert.equal(await reply.text(), `content of ${key}`)
    assert.equal(reply.redirected, true)
    assert.equal(reply.headers.get('Content-Type'), 'text/x-own; charset=utf-8')
    assert.equal(
      reply.headers.get('Content-Disposition'),
      `attachment; filename="U_\\"1\\".txt"; filename*=UTF-8''%C3%9C%20%221%22.txt`,
    )
  }
  await server.close()
})

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
