import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StorageDownloadView } from 'downloadview'
import { assertDownloadResponse, setupView, testRequest, withTemporaryStorage } from 'downloadview/testing'

class UpperView extends StorageDownloadView {
  override async getPath() {
    return (await super.getPath()).toUpperCase()
  }
}

// #region download
test('a file is streamed by its path', async () => {
  await withTemporaryStorage(async (storage) => {
    await storage.save('1.txt', 'Hello world!\n')
    const view = StorageDownloadView.asView({ storage })
    await assertDownloadResponse(view(testRequest({ params: { path: '1.txt' } })), {
      content: 'Hello world!\n',
      basename: '1.txt',
      mimeType: 'text/plain',
      attachment: true,
    })
  })
})
// #endregion

// #region hook
test('the path is made of the address', async () => {
  const view = setupView(new UpperView(), { params: { path: 'dummy path' } })
  assert.equal(await view.getPath(), 'DUMMY PATH')
})
// #endregion
