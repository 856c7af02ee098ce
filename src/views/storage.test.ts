import assert from 'node:assert/strict'
import { utimes } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { toFetchHandler } from '../adapters/fetch/handler.js'
import { FileNotFoundError, PermissionDeniedError, StorageError } from '../errors.js'
import { StorageFile } from '../files/storage.js'
import type { DownloadHandler, Params } from '../handler.js'
import { MemoryStorage } from '../storages/memory.js'
import type { Storage } from '../storages/storage.js'
import { setupView } from '../testing/setup-view.js'
import { type TemporaryStorage, temporaryStorage } from '../testing/temporary-storage.js'
import { testRequest } from '../testing/test-request.js'
import { StorageDownloadView } from './storage.js'

const CHANGED = new Date('2024-05-06T07:08:09.500Z')
const CHANGED_DATE = 'Mon, 06 May 2024 07:08:09 GMT'

let storage: TemporaryStorage

before(async () => {
  storage = await temporaryStorage()
  await storage.save('1.txt', 'Hello world!\n')
  await storage.save('2.TXT', 'upper')
  await storage.save('sub/é b.txt', 'sub')
  await utimes(storage.path('1.txt'), CHANGED, CHANGED)
})

after(() => storage.remove())

describe('StorageDownloadView', () => {
  test('serves the file that the route names', async () => {
    const response = await fetchFrom(StorageDownloadView.asView({ storage }), {}, { path: '1.txt' })
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('Content-Disposition'), 'attachment; filename="1.txt"')
    assert.equal(response.headers.get('Content-Type'), 'text/plain; charset=utf-8')
    assert.equal(await response.text(), 'Hello world!\n')
  })

  test('offers a file in a folder under the last part of its key', async () => {
    const response = await fetchFrom(StorageDownloadView.asView({ storage }), {}, { path: ['sub', 'é b.txt'] })
    const disposition = `attachment; filename="e_b.txt"; filename*=UTF-8''%C3%A9%20b.txt`
    assert.equal(response.headers.get('Content-Disposition'), disposition)
    assert.equal(await response.text(), 'sub')
  })

  test('serves a path of its own, and lets the route win', async () => {
    const view = StorageDownloadView.asView({ storage, path: '1.txt' })
    assert.equal(await (await fetchFrom(view)).text(), 'Hello world!\n')
    assert.equal(await (await fetchFrom(view, {}, { path: '2.TXT' })).text(), 'upper')
  })

  test('reads the parameter that pathParam names', async () => {
    const view = StorageDownloadView.asView({ storage, pathParam: 'key' })
    assert.equal((await fetchFrom(view, {}, { key: '1.txt', path: 'missing.txt' })).status, 200)
  })

  test('answers conditions with the modification time of the file', async () => {
    const statusSince = async (date: string) => {
      const view = StorageDownloadView.asView({ storage, path: '1.txt' })
      return (await fetchFrom(view, { headers: { 'If-Modified-Since': date } })).status
    }
    assert.equal(await statusSince(CHANGED_DATE), 304)
    assert.equal(await statusSince(new Date(Date.now() + 4 * 365 * 86_400_000).toUTCString()), 304)
    assert.equal(await statusSince('Fri, 04 Jan 1980 00:00:00 GMT'), 200)
  })

  test('finds nothing where there is no file, or a folder (U02, U35)', async () => {
    for (const path of ['missing.txt', 'sub', 'missing/1.txt', '1.txt/below-a-file']) {
      assert.equal((await fetchFrom(StorageDownloadView.asView({ storage, path }))).status, 404, path)
    }
  })

  test('refuses whatever is not a canonical key, before the storage is asked (U36)', async () => {
    const view = StorageDownloadView.asView({ storage: new MemoryStorage() })
    for (const path of [
      '',
      '.',
      '../1.txt',
      'sub/../1.txt',
      '/1.txt',
      'sub//a',
      '1.txt\0',
      'sub\\a',
      storage.path('1.txt'),
    ]) {
      assert.equal((await fetchFrom(view, {}, { path })).status, 404, JSON.stringify(path))
      assert.equal((await fetchFrom(StorageDownloadView.asView({ storage, path }))).status, 404, JSON.stringify(path))
    }
  })

  test('serves the file that index names in place of its folder', async () => {
    const site = new MemoryStorage()
    await site.save('index.html', 'home')
    await site.save('docs/index.html', 'docs')
    const view = StorageDownloadView.asView({ storage: site, index: 'index.html', attachment: false })
    const bodyOf = async (path: string | string[]) => (await fetchFrom(view, {}, { path })).text()
    assert.equal(await bodyOf(''), 'home')
    assert.equal(await bodyOf('docs/'), 'docs')
    assert.equal(await bodyOf(['docs', '']), 'docs')
    const response = await fetchFrom(StorageDownloadView.asView({ storage: site, index: 'index.html', path: '' }))
    assert.equal(response.headers.get('Content-Disposition'), 'attachment; filename="index.html"')
    assert.equal(await response.text(), 'home')
  })

  test('never guesses that a name is a folder, nor that a file is one', async () => {
    await storage.save('folder/index.html', 'index')
    const view = StorageDownloadView.asView({ storage, index: 'index.html' })
    for (const path of ['folder', '1.txt/', 'sub/', 'missing/']) {
      assert.equal((await fetchFrom(view, {}, { path })).status, 404, path)
    }
    assert.equal((await fetchFrom(view, {}, { path: 'folder/' })).status, 200)
  })

  test('finds no folder without an index', async () => {
    const site = new MemoryStorage()
    await site.save('docs/index.html', 'docs')
    for (const path of ['docs/', '', ['docs', '']]) {
      const response = await fetchFrom(StorageDownloadView.asView({ storage: site }), {}, { path })
      assert.equal(response.status, 404, JSON.stringify(path))
    }
  })

  test('refuses a folder that is spelled another way, though its index is there', async () => {
    await storage.save('index.html', 'home')
    await storage.save('folder/index.html', 'index')
    const view = StorageDownloadView.asView({ storage, index: 'index.html' })
    for (const path of ['/', './', 'folder/../', 'folder//', '/folder/', 'folder/./', 'folder\\', ['', '']]) {
      assert.equal((await fetchFrom(view, {}, { path })).status, 404, JSON.stringify(path))
    }
    assert.equal(await (await fetchFrom(view, {}, { path: '' })).text(), 'home')
  })

  test('believes the media type that was stored with the file, unless the view knows better', async () => {
    const memory = new MemoryStorage()
    await memory.save('a.bin', 'x', { contentType: 'text/csv' })
    const typeOf = async (view: DownloadHandler) => (await fetchFrom(view)).headers.get('Content-Type')
    const options = { storage: memory, path: 'a.bin' }
    assert.equal(await typeOf(StorageDownloadView.asView(options)), 'text/csv; charset=utf-8')
    assert.equal(await typeOf(StorageDownloadView.asView({ ...options, mimeType: 'image/png' })), 'image/png')
  })

  test('takes a storage that fails for a fault, not for a missing file', async () => {
    class BrokenStorage extends MemoryStorage {
      override async stat(): Promise<never> {
        throw new StorageError('The bucket is down.')
      }
    }
    const view = StorageDownloadView.asView({ storage: new BrokenStorage(), path: '1.txt' })
    await assert.rejects(async () => view(testRequest()), StorageError)
  })

  test('needs a storage, and says so at the start', () => {
    class InvoiceView extends StorageDownloadView {}
    assert.throws(() => InvoiceView.asView({ path: '1.txt' }), {
      name: 'ConfigurationError',
      message: 'InvoiceView has no storage: set `storage` or override getStorage().',
    })
  })

  test('without any path is a fault that names the view, the parameter and the mend', async () => {
    class InvoiceView extends StorageDownloadView {}
    await assert.rejects(async () => InvoiceView.asView({ storage })(testRequest({ params: { file: '1.txt' } })), {
      name: 'ConfigurationError',
      message:
        'InvoiceView: the route has no parameter "path". Add it to the route, or set `path` or override getPath().',
    })
  })
})

describe('hooks of StorageDownloadView', () => {
  test('getPath can build on the default', async () => {
    class UpperView extends StorageDownloadView {
      override async getPath(): Promise<string> {
        return (await super.getPath()).toUpperCase()
      }
    }
    const response = await fetchFrom(UpperView.asView({ storage }), {}, { path: '2.txt' })
    assert.equal(response.headers.get('Content-Disposition'), 'attachment; filename="2.TXT"')
    assert.equal(response.headers.get('Content-Type'), 'text/plain; charset=utf-8')
    assert.equal(await response.text(), 'upper')
  })

  test('getPath can be tried alone, without a route', async () => {
    class UpperView extends StorageDownloadView<{ path: string }> {
      override async getPath(): Promise<string> {
        return (await super.getPath()).toUpperCase()
      }
    }
    const view = setupView(new UpperView(), { params: { path: 'dummy path' } })
    assert.equal(await view.getPath(), 'DUMMY PATH')
  })

  test('getPath may refuse, and nothing is looked up', async () => {
    class GuardedStorage extends MemoryStorage {
      override async stat(): Promise<never> {
        throw new Error('looked up')
      }
    }
    class PrivateView extends StorageDownloadView {
      override getPath(): string {
        throw new PermissionDeniedError()
      }
    }
    assert.equal((await fetchFrom(PrivateView.asView({ storage: new GuardedStorage() }))).status, 403)
  })

  test('getPath tells the key that is opened, index and all', async () => {
    const keyOf = (path: string, index?: string) => {
      return setupView(Object.assign(new StorageDownloadView(), { index }), { params: { path } }).getPath()
    }
    assert.equal(await keyOf('docs/', 'index.html'), 'docs/index.html')
    assert.equal(await keyOf('', 'index.html'), 'index.html')
    assert.equal(await keyOf('docs', 'index.html'), 'docs')
    assert.equal(await keyOf('docs/'), 'docs/')
  })

  test('getStorage decides by request, at once or later, and no storage is then needed at the start', async () => {
    const tenants: Record<string, Storage> = { a: new MemoryStorage(), b: new MemoryStorage() }
    for (const [name, tenant] of Object.entries(tenants)) await tenant.save('1.txt', `of ${name}`)
    class TenantView extends StorageDownloadView<{ tenant: string }> {
      override getStorage() {
        const found = tenants[this.params.tenant]
        if (found === undefined) throw new FileNotFoundError()
        return this.params.tenant === 'b' ? delay(1).then(() => found) : found
      }
    }
    const view = TenantView.asView({ path: '1.txt' })
    const replies = await Promise.all(['a', 'b', 'a'].map((tenant) => fetchFrom(view, {}, { tenant })))
    assert.deepEqual(await Promise.all(replies.map((reply) => reply.text())), ['of a', 'of b', 'of a'])
    assert.equal((await fetchFrom(view, {}, { tenant: 'c' })).status, 404)
  })

  test('getFile wraps the file without looking for it', async () => {
    const view = setupView(Object.assign(new StorageDownloadView(), { storage, path: 'missing.txt' }))
    const file = await view.getFile()
    assert.ok(file instanceof StorageFile, String(file))
    assert.deepEqual([file.storage, file.name], [storage, 'missing.txt'])
    await assert.rejects(file.stat(), FileNotFoundError)
  })

  test('getFile can be overridden to refuse a file that was found', async () => {
    class SmallView extends StorageDownloadView {
      override async getFile() {
        const file = await super.getFile()
        const { size = 0 } = await file.stat()
        if (size > 5) throw new PermissionDeniedError()
        return file
      }
    }
    const view = SmallView.asView({ storage })
    assert.equal((await fetchFrom(view, {}, { path: '1.txt' })).status, 403)
    assert.equal((await fetchFrom(view, {}, { path: '2.TXT' })).status, 200)
    assert.equal((await fetchFrom(view, {}, { path: '3.txt' })).status, 404)
  })
})

function fetchFrom<P extends Params>(handler: DownloadHandler<P>, init: RequestInit = {}, params = {} as P) {
  return toFetchHandler(handler)(new Request('http://localhost/', init), { params })
}
