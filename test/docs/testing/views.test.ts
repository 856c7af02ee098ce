// #region download
import { test } from 'node:test'
import { StorageDownloadView } from 'downloadview'
import { assertDownloadResponse, testRequest, withTemporaryStorage } from 'downloadview/testing'

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
