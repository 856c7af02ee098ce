// #region apache
import { test } from 'node:test'
import { StorageDownloadView } from 'downloadview'
import { xSendfile } from 'downloadview/apache'
import { assertXSendfile, temporaryStorage, testRequest } from 'downloadview/testing'

test('Apache is told the path of the file', async (t) => {
  const storage = await temporaryStorage()
  t.after(() => storage.remove())
  await storage.save('hello-world.txt', 'Hello world!\n')
  const view = xSendfile(StorageDownloadView.asView({ storage }), {
    sourceDir: storage.root,
    destinationDir: '/srv/media',
  })
  await assertXSendfile(view(testRequest({ params: { path: 'hello-world.txt' } })), {
    filePath: '/srv/media/hello-world.txt',
    basename: 'hello-world.txt',
    contentType: 'text/plain; charset=utf-8',
  })
})
// #endregion
