import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { download, headerOf, LAST_MODIFIED, requestWith, useFolder } from '../../test/proxies/downloads.js'
import { ConfigurationError } from '../errors.js'
import { ContentFile } from '../files/content.js'
import { StorageFile } from '../files/storage.js'
import { VirtualFile } from '../files/virtual.js'
import type { HeaderMap } from '../headers/header-map.js'
import { DownloadResponse } from '../responses/download.js'
import { EmptyResponse } from '../responses/empty.js'
import { ProxiedDownloadResponse } from '../responses/proxied.js'
import { MemoryStorage } from '../storages/memory.js'
import { joinLocation, ProxiedDownloadMiddleware, type Target } from './proxied.js'

/** Names the file in a header, but for names that begin with an "x". */
class HandOver extends ProxiedDownloadMiddleware {
  protected override location({ segments, query }: Target): string | undefined {
    return segments.at(-1)?.startsWith('x') ? undefined : joinLocation('/there/', segments) + query
  }

  protected override get readsFoldersOnly(): boolean {
    return false
  }

  protected override proxiedResponse(response: DownloadResponse, headers: HeaderMap, location: string) {
    const proxied = new ProxiedDownloadResponse(response, headers)
    proxied.headers.set('X-There', location)
    return proxied
  }
}

const path = useFolder({ 'files/a.txt': '', 'files/report.txt': '' })
const handOver = new HandOver({ sourceUrl: '/media/', sourceDir: path('files') }, 'rule 1')
const decide = (response: DownloadResponse, headers = {}) => handOver.decide(response, requestWith(headers))

test('a file that fits is handed over, and the reason tells where', async () => {
  const { outcome, reason } = await decide(download({ url: '/media/deep/a.txt?v=1' }))
  assert.ok(outcome instanceof ProxiedDownloadResponse, 'It is no ProxiedDownloadResponse.')
  assert.equal(headerOf(outcome, 'X-There'), '/there/deep/a.txt?v=1')
  assert.equal(reason, 'handed over as "/there/deep/a.txt"')
})

test('a file that does not fit stays the very same download, and the reason tells why', async () => {
  const response = download({ url: '/other/a.txt' })
  const { outcome, reason } = await decide(response)
  assert.equal(outcome, response)
  assert.match(reason, /is not below sourceUrl .+; the file is not on the local disk/)
  assert.equal(await handOver.processDownloadResponse(response, requestWith()), response)
})

test('a name that the server cannot be told is streamed', async () => {
  const response = download({ url: '/media/x.txt' })
  const { outcome, reason } = await decide(response)
  assert.equal(outcome, response)
  assert.equal(reason, 'this server cannot be told a name like this one')
})

for (const status of [201, 203, 206, 404, 410, 500]) {
  test(`a download with status ${status} is streamed`, async () => {
    const response = download({ url: '/media/a.txt' }, { status })
    const { outcome, reason } = await decide(response)
    assert.equal(outcome, response)
    assert.equal(reason, `its status is ${status}, and only a 200 may be handed over`)
  })
}

test('bytes that are encoded already are streamed', async () => {
  for (const options of [{ encoding: 'gzip' }, { headers: { 'content-encoding': 'br' } }]) {
    const response = download({ url: '/media/a.txt' }, options)
    const { outcome, reason } = await decide(response)
    assert.equal(outcome, response)
    assert.equal(reason, 'its bytes are encoded, which not every proxy would tell the client')
  }
})

test('a condition that the application answers is a reason to stay', async () => {
  const response = download({ url: '/media/a.txt' }, { wasModifiedSince: () => false })
  const { outcome, reason } = await decide(response, { 'If-Modified-Since': LAST_MODIFIED })
  assert.equal(outcome, response)
  assert.match(reason, /a 304 is all it gets/)
})

test('what is no download passes untouched', async () => {
  const empty = new EmptyResponse(405)
  assert.equal(await handOver.processResponse(empty, requestWith()), empty)
  const { outcome } = await decide(download({ url: '/media/a.txt' }))
  assert.equal(await handOver.processResponse(outcome, requestWith()), outcome)
})

describe('the reply that is handed over', () => {
  test('has the headers of streaming, but for those about the bytes that follow', async () => {
    const { outcome } = await decide(
      download(
        { url: '/media/a.txt' },
        { headers: { 'content-length': '5', 'Accept-Ranges': 'none', 'Content-Range': 'x' } },
      ),
    )
    assert.deepEqual(Object.fromEntries(outcome.headers), {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Disposition': 'attachment; filename="report.txt"',
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'private, no-cache',
      ETag: '"tag"',
      'Last-Modified': LAST_MODIFIED,
      'X-There': '/there/a.txt',
    })
  })

  test('keeps the headers and cookies of the view', async () => {
    const headers = { 'Set-Cookie': ['a=1', 'b=2'], 'X-Test': 'header', 'Cache-Control': 'no-store', ETag: '"mine"' }
    const { outcome } = await decide(download({ url: '/media/a.txt' }, { headers }))
    const sent = Object.fromEntries(outcome.headers)
    assert.deepEqual(sent['Set-Cookie'], ['a=1', 'b=2'])
    assert.equal(sent['X-Test'], 'header')
    assert.equal(sent['Cache-Control'], 'no-store')
    assert.equal(sent['ETag'], '"mine"')
  })

  test('offers the file’s own name, whatever its address is', async () => {
    const { outcome } = await decide(download({ name: 'folder/a b é.txt', url: '/media/0a1b2c?X-Signature=abc' }))
    const expected = `attachment; filename="a_b_e.txt"; filename*=UTF-8''a%20b%20%C3%A9.txt`
    assert.equal(headerOf(outcome, 'Content-Disposition'), expected)
    assert.ok(outcome instanceof ProxiedDownloadResponse, 'It is no ProxiedDownloadResponse.')
    assert.equal(outcome.basename, 'a b é.txt')
  })

  test('keeps the disposition that the view has set', async () => {
    const headers = { 'Content-Disposition': 'attachment; filename="mine"' }
    const { outcome } = await decide(download({ url: '/media/a.txt' }, { headers }))
    assert.equal(headerOf(outcome, 'Content-Disposition'), 'attachment; filename="mine"')
  })

  test('knows the file and how it is offered', async () => {
    const response = download({ url: '/media/a.txt' }, { attachment: false })
    const { outcome } = await decide(response)
    assert.ok(outcome instanceof ProxiedDownloadResponse, 'It is no ProxiedDownloadResponse.')
    assert.equal(outcome.file, response.file)
    assert.equal(outcome.attachment, false)
    assert.equal(outcome.status, 200)
  })
})

describe('files without an address', () => {
  test('of a storage that has no addresses are streamed', async () => {
    const storage = new MemoryStorage()
    await storage.save('a.txt', 'a')
    const response = new DownloadResponse(new StorageFile(storage, 'a.txt'))
    assert.equal((await decide(response)).outcome, response)
  })

  test('that are virtual are streamed, even when they are named like a path below sourceDir', async () => {
    for (const file of [
      new VirtualFile('a', { name: path('files/a.txt') }),
      new ContentFile('a', { name: '/media/a.txt' }),
    ]) {
      const response = new DownloadResponse(file)
      assert.equal((await decide(response)).outcome, response)
    }
  })

  test('that are virtual and were given one are handed over', async () => {
    const { outcome } = await decide(new DownloadResponse(new VirtualFile('a', { url: '/media/a.txt' })))
    assert.equal(headerOf(outcome, 'X-There'), '/there/a.txt')
  })
})

test('a decorator hands over what its view gives', async () => {
  const view = handOver.wrap(() => download({ path: path('files/a.txt') }))
  assert.equal(headerOf(await view(requestWith()), 'X-There'), '/there/a.txt')
})

test('a middleware without an owner names its class in errors', () => {
  class OwnHandOver extends HandOver {}
  assert.throws(
    () => new OwnHandOver({}),
    new ConfigurationError('OwnHandOver has neither sourceDir nor sourceUrl: it would match nothing. Set one of them.'),
  )
})

test('a destination and names are joined by one separator', () => {
  assert.equal(joinLocation('/there', ['a', 'b']), '/there/a/b')
  assert.equal(joinLocation('/there//', ['a']), '/there/a')
  assert.equal(joinLocation('/', ['a']), '/a')
})

describe('a file that lives elsewhere', () => {
  class DistantStorage extends MemoryStorage {
    asked = 0
    override async stat(key: string) {
      this.asked++
      return super.stat(key)
    }
    async fetch() {
      this.asked++
      return undefined
    }
  }

  test('is handed over without being asked for, since the server is going to', async () => {
    const storage = new DistantStorage({ baseUrl: '/media/' })
    const { outcome } = await decide(new DownloadResponse(new StorageFile(storage, 'a.txt')))
    assert.equal(headerOf(outcome, 'X-There'), '/there/a.txt')
    assert.equal(headerOf(outcome, 'Content-Type'), 'text/plain; charset=utf-8')
    assert.equal(storage.asked, 0)
  })

  test('is streamed where the server only sends files of its own disk (U43)', async () => {
    class OfFolders extends HandOver {
      protected override get readsFoldersOnly(): boolean {
        return true
      }
    }
    const storage = new DistantStorage({ baseUrl: '/media/' })
    const response = new DownloadResponse(new StorageFile(storage, 'a.txt'))
    const { outcome, reason } = await new OfFolders({ sourceUrl: '/media/' }).decide(response, requestWith())
    assert.equal(outcome, response)
    assert.equal(reason, 'it lives elsewhere, and this server only sends files of its own disk')
    assert.equal(storage.asked, 0)
  })

  test('is asked for its type where its name does not tell', async () => {
    const storage = new DistantStorage({ baseUrl: '/media/' })
    await storage.save('a', 'text', { contentType: 'image/x-own' })
    const { outcome } = await decide(new DownloadResponse(new StorageFile(storage, 'a')))
    assert.equal(headerOf(outcome, 'Content-Type'), 'image/x-own')
    assert.equal(storage.asked, 1)
  })

  for (const delivery of ['stream', 'redirect'] as const) {
    test(`stays here when its view says "${delivery}"`, async () => {
      const { outcome, reason } = await decide(download({ url: '/media/a.txt' }, { delivery }))
      assert.ok(!(outcome instanceof ProxiedDownloadResponse), 'It was handed over.')
      assert.match(reason, /its view/)
    })
  }
})
