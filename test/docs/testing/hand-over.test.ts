// #region nginx
import { test } from 'node:test'
import { StorageDownloadView } from 'downloadview'
import { xAccelRedirect } from 'downloadview/nginx'
import { assertXAccelRedirect, temporaryStorage, testRequest } from 'downloadview/testing'

test('nginx is told where the file is', async (t) => {
  const storage = await temporaryStorage({ baseUrl: '/media/' })
  t.after(() => storage.remove())
  await storage.save('hello-world.txt', 'Hello world!\n')
  const view = xAccelRedirect(StorageDownloadView.asView({ storage }), {
    sourceUrl: '/media/',
    destinationUrl: '/protected/media/',
  })
  await assertXAccelRedirect(view(testRequest({ params: { path: 'hello-world.txt' } })), {
    redirectUrl: '/protected/media/hello-world.txt',
    basename: 'hello-world.txt',
    contentType: 'text/plain; charset=utf-8',
    charset: 'utf-8',
    expires: null,
    withBuffering: null,
    limitRate: null,
  })
})
// #endregion
