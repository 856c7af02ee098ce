import type { DownloadResponse } from '../../src/responses/download.js'
import {
  assertDownloadResponse,
  setupView,
  temporaryStorage,
  testRequest,
  testStorage,
  withTemporaryStorage,
} from '../../src/testing/index.js'
import { StorageDownloadView } from '../../src/views/storage.js'

class DynamicPathView extends StorageDownloadView<{ path: string }> {
  override getPath(): string {
    return this.params.path.toUpperCase()
  }
}

/** A view stays what it is when it is set up. */
setupView(new DynamicPathView(), { params: { path: 'a' } }).getPath() satisfies string
setupView(new DynamicPathView(), testRequest({ params: { path: 'a' } })) satisfies DynamicPathView
setupView(new StorageDownloadView(), { url: '/a', method: 'HEAD' })
// @ts-expect-error the view needs a path
setupView(new DynamicPathView(), { params: { key: 'a' } })
// @ts-expect-error so does a request that was made for another one
setupView(new DynamicPathView(), testRequest({ params: { key: 'a' } }))
// @ts-expect-error an instance is set up, not a class
setupView(DynamicPathView, { params: { path: 'a' } })
// @ts-expect-error there is no such thing in a request
setupView(new DynamicPathView(), { query: { path: 'a' } })

testRequest({ headers: { Range: 'bytes=0-' }, params: { id: '1' } }).params.id satisfies string
testRequest({ headers: new Headers() })
// @ts-expect-error a header is text
testRequest({ headers: { 'Content-Length': 7 } })

async function assertions(response: Response, outcome: DownloadResponse): Promise<void> {
  await assertDownloadResponse(response, { basename: 'a.txt', content: 'text', attachment: true, status: 206 })
  await assertDownloadResponse(outcome, {
    contentType: 'text/plain',
    mimeType: 'text/plain',
    content: new Uint8Array(),
  })
  // @ts-expect-error there is no such check
  await assertDownloadResponse(response, { filename: 'a.txt' })
  // @ts-expect-error what is left out is not compared; `undefined` could not fail
  await assertDownloadResponse(response, { basename: undefined })
  // @ts-expect-error a status is a number
  await assertDownloadResponse(response, { status: '200' })
  // @ts-expect-error a file is no response
  await assertDownloadResponse(outcome.file, {})
}

async function storages(): Promise<void> {
  await using storage = await temporaryStorage({ baseUrl: '/media' })
  storage.root satisfies string
  // @ts-expect-error its folder is a new one
  await temporaryStorage({ root: '/srv' })
  const size: number | undefined = await withTemporaryStorage(async (each) => (await each.stat('a'))?.size)
  // @ts-expect-error the function gives a number
  const text: string = await withTemporaryStorage(() => 7)
  testStorage('temporary', () => temporaryStorage())
  testStorage('temporary', () => ({ storage, dispose: () => storage.remove() }))
  // @ts-expect-error what removes it is called dispose
  testStorage('temporary', () => ({ storage, remove: () => storage.remove() }))
  console.log(size, text)
}

export { assertions, storages }
