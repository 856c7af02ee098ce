import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { DownloadRequest } from '../handler.js'
import { MemoryStorage } from '../storages/memory.js'
import { StorageDownloadView } from '../views/storage.js'
import { setupView } from './setup-view.js'
import { testRequest } from './test-request.js'

class DynamicPathView extends StorageDownloadView<{ path: string }> {
  override storage = new MemoryStorage()
  override getPath(): string {
    return this.params.path.toUpperCase()
  }
}

describe('setupView', () => {
  test('lets a hook be called without any routing', () => {
    assert.equal(setupView(new DynamicPathView(), { params: { path: 'dummy path' } }).getPath(), 'DUMMY PATH')
  })

  test('gives back the very view', () => {
    const view = new DynamicPathView()
    assert.equal(setupView(view), view)
  })

  test('gives the view a request of its own', () => {
    const request = testRequest({ params: { path: 'a' }, url: '/a' })
    assert.equal(setupView(new DynamicPathView(), request).request, request)
  })

  test('gives the view a request whose fields are getters', () => {
    class OwnRequest implements DownloadRequest<{ path: string }> {
      readonly raw = undefined
      get method(): string {
        return 'GET'
      }
      get url(): string {
        return '/own'
      }
      get headers(): Headers {
        return new Headers()
      }
      get params() {
        return { path: 'own' }
      }
      get context() {
        return {}
      }
      get signal(): AbortSignal {
        return new AbortController().signal
      }
    }
    assert.equal(setupView(new DynamicPathView(), new OwnRequest()).getPath(), 'OWN')
  })

  test('completes a request that only seems to be one', () => {
    const { headers: _, ...rest } = testRequest({ params: { path: 'a' } })
    const { request } = setupView(new DynamicPathView(), { ...rest, headers: { Range: 'bytes=0-1' } })
    assert.equal(request.headers.get('range'), 'bytes=0-1')
  })

  test('lets the view answer as a handler does', async () => {
    const view = setupView(new DynamicPathView(), { params: { path: 'a' }, method: 'OPTIONS' })
    assert.equal((await view.dispatch()).status, 204)
  })
})
