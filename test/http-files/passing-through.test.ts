import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { HttpClient } from '../../src/files/http/client.js'
import { HttpDownloadView } from '../../src/views/http.js'
import { type RawReply, rawRequest } from '../http/raw.js'
import { serve } from '../http/serve.js'
import { startNginxOrigin } from './nginx-origin.js'

const TEXT = '0123456789'
const LARGE = randomBytes(3_000_000)
const UNUSUAL = 'Rücknahme 100% & "so" #1?.txt'

const nginx = await startNginxOrigin()
for (const [name, content] of Object.entries({
  'digits.txt': TEXT,
  'large.bin': LARGE,
  'empty.txt': '',
  [UNUSUAL]: TEXT,
  'text.txt.gz': gzipSync(TEXT),
})) {
  writeFileSync(join(nginx.folder, name), content)
}
mkdirSync(join(nginx.folder, 'folder'))
const client = new HttpClient({ allowedHosts: ['127.0.0.1'] })
after(async () => {
  await client.close()
  await nginx.stop()
})

class AnyFileView extends HttpDownloadView {
  override client = client
  override getUrl() {
    return nginx.origin + this.request.url
  }
}
const { origin } = await serve(AnyFileView.asView())

describe('a file of an nginx', () => {
  const ask = (target: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawReply> =>
    rawRequest(origin, { target, headers, method })

  test('comes whole, with its type, length, validators and name', async () => {
    const reply = await ask('/digits.txt')
    const there = await fetch(`${nginx.origin}/digits.txt`)
    assert.equal(reply.status, 200)
    assert.equal(String(reply.body), TEXT)
    for (const name of ['Content-Type', 'Content-Length', 'ETag', 'Last-Modified', 'Accept-Ranges']) {
      assert.equal(reply.get(name), there.headers.get(name), name)
    }
    assert.equal(reply.get('Content-Disposition'), 'attachment; filename="digits.txt"')
    assert.equal(reply.get('Server'), undefined)
  })

  test('has the type and the name that its view gives it', async () => {
    class Typed extends AnyFileView {
      override mimeType = 'application/x-own'
      override basename = 'own.bin'
    }
    const own = await serve(Typed.asView())
    const reply = await rawRequest(own.origin, { target: '/digits.txt' })
    assert.equal(reply.get('Content-Type'), 'application/x-own')
    assert.equal(reply.get('Content-Disposition'), 'attachment; filename="own.bin"')
    assert.equal(String(reply.body), TEXT)
  })

  test('comes whole when it is large', async () => {
    const reply = await ask('/large.bin')
    assert.equal(sha256(reply.body), sha256(LARGE))
  })

  for (const [range, status, contentRange, body] of [
    ['bytes=2-4', 206, 'bytes 2-4/10', '234'],
    ['bytes=7-', 206, 'bytes 7-9/10', '789'],
    ['bytes=-3', 206, 'bytes 7-9/10', '789'],
    ['bytes=0-', 206, 'bytes 0-9/10', TEXT],
    ['bytes=5-100', 206, 'bytes 5-9/10', '56789'],
    ['bytes=10-', 416, 'bytes */10', ''],
    ['bytes=999999999999999999999999-', 416, 'bytes */10', ''],
    ['bytes=5-999999999999999999999999', 206, 'bytes 5-9/10', '56789'],
    ['bytes=-999999999999999999999999', 206, 'bytes 0-9/10', TEXT],
    ['bytes=4-2', 200, undefined, TEXT],
  ] as const) {
    test(`gives for "${range}" a ${status}`, async () => {
      const reply = await ask('/digits.txt', { Range: range })
      assert.equal(reply.status, status)
      assert.equal(reply.get('Content-Range'), contentRange)
      assert.equal(String(reply.body), body)
    })
  }

  test('gives several ranges', async () => {
    const reply = await ask('/digits.txt', { Range: 'bytes=0-1, 8-9' })
    assert.equal(reply.status, 206)
    const [, boundary] = /boundary=(.+)$/.exec(reply.get('Content-Type') ?? '') ?? []
    const parts = String(reply.body).split(`--${boundary}`)
    assert.deepEqual(
      parts.slice(1, -1).map((part) => part.trim().split('\r\n\r\n')[1]),
      ['01', '89'],
    )
  })

  test('answers conditions', async () => {
    const whole = await ask('/digits.txt')
    const [etag, modified] = [whole.get('ETag') ?? '', whole.get('Last-Modified') ?? '']
    const statuses: [Record<string, string>, number][] = [
      [{ 'If-None-Match': etag }, 304],
      [{ 'If-None-Match': `W/${etag}` }, 304],
      [{ 'If-None-Match': '*' }, 304],
      [{ 'If-None-Match': '"other"' }, 200],
      [{ 'If-Modified-Since': modified }, 304],
      [{ 'If-Modified-Since': modified, 'If-None-Match': '"other"' }, 200],
      [{ 'If-Match': '"other"' }, 412],
      [{ 'If-Match': etag }, 200],
      [{ 'If-Range': etag, Range: 'bytes=0-0' }, 206],
      [{ 'If-Range': '"other"', Range: 'bytes=0-0' }, 200],
      [{ 'If-None-Match': etag, Range: 'bytes=0-0' }, 304],
    ]
    for (const [headers, status] of statuses) {
      const reply = await ask('/digits.txt', headers)
      assert.equal(reply.status, status, JSON.stringify(headers))
      assert.equal(reply.get('ETag'), etag, JSON.stringify(headers))
      assert.equal(String(reply.body), status === 200 ? TEXT : status === 206 ? '0' : '')
    }
  })

  test('answers a HEAD with the headers of the GET', async () => {
    const [head, whole] = [await ask('/digits.txt', {}, 'HEAD'), await ask('/digits.txt')]
    const fields = (reply: RawReply) => reply.fields.filter(([name]) => name !== 'Date')
    assert.deepEqual(fields(head), fields(whole))
  })

  test('may be empty', async () => {
    for (const headers of [{}, { Range: 'bytes=0-' }, { Range: 'bytes=-5' }]) {
      const reply = await ask('/empty.txt', headers)
      assert.deepEqual([reply.status, reply.get('Content-Length'), reply.body.length], [200, '0', 0])
    }
  })

  test('keeps an unusual name', async () => {
    const reply = await ask(`/${encodeURIComponent(UNUSUAL)}`)
    assert.equal(String(reply.body), TEXT)
    assert.match(String(reply.get('Content-Disposition')), /filename\*=UTF-8''R%C3%BCcknahme%20100%25%20%26%20/)
  })

  test('is decoded when it comes as gzip, and then has no length and no ranges', async () => {
    for (const headers of [{}, { Range: 'bytes=2-4' }]) {
      const reply = await ask('/text.txt.gz', headers)
      assert.deepEqual([reply.status, String(reply.body)], [200, TEXT])
      assert.equal(reply.get('Content-Encoding'), undefined)
      assert.equal(reply.get('Content-Length'), undefined)
      assert.equal(reply.get('Accept-Ranges'), 'none')
      assert.match(String(reply.get('ETag')), /^W\/"/)
      const again = await ask('/text.txt.gz', { 'If-None-Match': String(reply.get('ETag')) })
      assert.equal(again.status, 304)
    }
  })

  test('is found where redirects lead, and keeps its name', async () => {
    const reply = await ask('/moved/digits.txt', { Range: 'bytes=1-2' })
    assert.deepEqual([reply.status, String(reply.body)], [206, '12'])
  })

  test('is missing, forbidden or a folder as there, and nothing of their pages is shown', async () => {
    for (const [target, status] of [
      ['/missing.txt', 404],
      ['/closed', 403],
      ['/folder/', 403],
      ['/moved/missing.txt', 404],
    ] as const) {
      for (const method of ['GET', 'HEAD']) {
        const reply = await ask(target, {}, method)
        assert.equal(reply.status, status, target)
        assert.doesNotMatch(String(reply.body), /nginx|closed|html/)
        assert.equal(reply.get('Content-Disposition'), undefined)
      }
    }
  })
})

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
