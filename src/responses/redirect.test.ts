import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigurationError } from '../errors.js'
import { StorageFile } from '../files/storage.js'
import { VirtualFile } from '../files/virtual.js'
import { MemoryStorage } from '../storages/memory.js'
import type { PresignOptions } from '../storages/storage.js'
import { testRequest } from '../testing/test-request.js'
import { StorageDownloadView } from '../views/storage.js'
import { DownloadResponse, type DownloadResponseOptions } from './download.js'
import { negotiate } from './negotiate.js'

/** A storage that makes addresses, and remembers what they were to allow. */
class PresigningStorage extends MemoryStorage {
  readonly made: PresignOptions[] = []
  asked = 0

  override async stat(key: string) {
    this.asked++
    return super.stat(key)
  }

  async presignedUrl(key: string, options: PresignOptions = {}): Promise<string> {
    this.made.push(options)
    return `https://storage.example/${key}?signature=s`
  }
}

async function redirected(options: DownloadResponseOptions = {}, method = 'GET') {
  const storage = new PresigningStorage()
  const response = new DownloadResponse(new StorageFile(storage, 'report.pdf'), { delivery: 'redirect', ...options })
  return { reply: await negotiate(testRequest({ method }), response), storage }
}

describe('a redirect', () => {
  test('leads to the storage, and is kept by nobody', async () => {
    const { reply, storage } = await redirected()
    assert.deepEqual(
      [reply.status, Object.fromEntries(reply.headers), reply.body],
      [
        302,
        {
          Location: 'https://storage.example/report.pdf?signature=s',
          'Cache-Control': 'no-store',
          'Referrer-Policy': 'no-referrer',
          'Content-Length': '0',
        },
        undefined,
      ],
    )
    assert.equal(storage.asked, 0)
  })

  test('tells the storage the name, and the type if it was set on purpose', async () => {
    const { storage } = await redirected({ basename: 'Rücknahme.pdf', mimeType: 'application/pdf', urlExpiresIn: 60 })
    assert.deepEqual(storage.made, [
      {
        method: 'GET',
        expiresIn: 60,
        contentType: 'application/pdf',
        contentDisposition: `attachment; filename="Rucknahme.pdf"; filename*=UTF-8''R%C3%BCcknahme.pdf`,
        cacheControl: 'private, no-cache',
      },
    ])
    assert.equal((await redirected()).storage.made[0]?.contentType, undefined)
    const asHeader = await redirected({ headers: { 'Content-Type': 'text/x-own' } })
    assert.equal(asHeader.storage.made[0]?.contentType, 'text/x-own')
  })

  test('of a HEAD is for a HEAD', async () => {
    assert.equal((await redirected({}, 'HEAD')).storage.made[0]?.method, 'HEAD')
  })

  test('keeps the cookies of the view and no header of the file', async () => {
    const headers = [
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
      ['ETag', '"own"'],
    ] as const
    const { reply } = await redirected({ headers })
    assert.deepEqual(new Map(reply.headers).get('Set-Cookie'), ['a=1', 'b=2'])
    assert.equal(reply.headers.has('ETag'), false)
  })

  test('is not for replies that are no plain download', async () => {
    const storage = new PresigningStorage()
    await storage.save('report.pdf', 'text')
    const response = new DownloadResponse(new StorageFile(storage, 'report.pdf'), { delivery: 'redirect', status: 404 })
    assert.equal((await negotiate(testRequest(), response)).status, 404)
  })

  test('needs a storage that makes addresses', async () => {
    const response = new DownloadResponse(new VirtualFile('text'), { delivery: 'redirect' })
    await assert.rejects(negotiate(testRequest(), response), ConfigurationError)
  })
})

test('a view chooses the delivery for each request', async () => {
  const storage = new PresigningStorage()
  await storage.save('report.pdf', 'text')
  class ReportView extends StorageDownloadView {
    override storage = storage
    override getDelivery() {
      return this.request.headers.get('Save-Data') === 'on' ? 'redirect' : 'stream'
    }
  }
  const view = ReportView.asView({ path: 'report.pdf', urlExpiresIn: 9 })
  for (const [headers, delivery] of [
    [{}, 'stream'],
    [{ 'Save-Data': 'on' }, 'redirect'],
  ] as const) {
    const response = await view(testRequest({ headers }))
    assert.ok(response instanceof DownloadResponse, 'It is no DownloadResponse.')
    assert.deepEqual([response.delivery, response.urlExpiresIn], [delivery, 9])
  }
})
