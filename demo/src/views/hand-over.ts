import { join } from 'node:path'
import {
  type DownloadHandler,
  DownloadResponse,
  FileSystemStorage,
  SmartDownloadMiddleware,
  StorageDownloadView,
} from 'downloadview'
import * as apache from 'downloadview/apache'
import * as lighttpd from 'downloadview/lighttpd'
import * as nginx from 'downloadview/nginx'
import { Router } from 'express'
import { pagesConfig } from '../downloadview.config.js'
import type { Site } from '../site.js'

/** Files that the application does not send: it tells the server in front where they are. */
export function handOverRouter({ mediaFolder, toExpressHandler }: Site): Router {
  const router = Router()

  // #region files
  const nginxFile = helloOf(mediaFolder, 'nginx')
  const apacheFile = helloOf(mediaFolder, 'apache')
  const lighttpdFile = helloOf(mediaFolder, 'lighttpd')
  // #endregion

  // #region optimized-by-middleware
  // One for the whole application: it finds the rule for each file by itself.
  const middleware = new SmartDownloadMiddleware(pagesConfig(mediaFolder))
  router.get('/nginx/optimized-by-middleware/', toExpressHandler(nginxFile, { middleware }))
  router.get('/apache/optimized-by-middleware/', toExpressHandler(apacheFile, { middleware }))
  router.get('/lighttpd/optimized-by-middleware/', toExpressHandler(lighttpdFile, { middleware }))
  // #endregion

  // #region optimized-by-decorator
  const byNginx = nginx.xAccelRedirect(nginxFile, {
    sourceUrl: '/media/nginx/',
    destinationUrl: '/nginx-optimized-by-decorator/',
  })
  router.get('/nginx/optimized-by-decorator/', toExpressHandler(byNginx))

  const byApache = apache.xSendfile(apacheFile, {
    sourceDir: join(mediaFolder, 'apache'),
    destinationDir: '/apache-optimized-by-decorator',
  })
  router.get('/apache/optimized-by-decorator/', toExpressHandler(byApache))

  const byLighttpd = lighttpd.xSendfile(lighttpdFile, {
    sourceDir: join(mediaFolder, 'lighttpd'),
    destinationDir: '/lighttpd-optimized-by-decorator',
  })
  router.get('/lighttpd/optimized-by-decorator/', toExpressHandler(byLighttpd))
  // #endregion

  // #region modified_headers
  const modifiedByNginx = nginx.xAccelRedirect(withTestHeader(nginxFile), {
    sourceUrl: '/media/nginx/',
    destinationUrl: '/nginx-modified-headers/',
  })
  router.get('/nginx/modified_headers/', toExpressHandler(modifiedByNginx))

  const modifiedByApache = apache.xSendfile(withTestHeader(apacheFile), {
    sourceDir: join(mediaFolder, 'apache'),
    destinationDir: '/apache-modified-headers',
  })
  router.get('/apache/modified_headers/', toExpressHandler(modifiedByApache))

  const modifiedByLighttpd = lighttpd.xSendfile(withTestHeader(lighttpdFile), {
    sourceDir: join(mediaFolder, 'lighttpd'),
    destinationDir: '/lighttpd-modified-headers',
  })
  router.get('/lighttpd/modified_headers/', toExpressHandler(modifiedByLighttpd))
  // #endregion

  return router
}

// #region files
function helloOf(mediaFolder: string, server: string): DownloadHandler {
  const storage = new FileSystemStorage({ root: join(mediaFolder, server), baseUrl: `/media/${server}/` })
  return StorageDownloadView.asView({ storage, path: 'hello-world.txt' })
}
// #endregion

// #region modified_headers
function withTestHeader(view: DownloadHandler): DownloadHandler {
  return async (request) => {
    const response = await view(request)
    if (response instanceof DownloadResponse) response.headers.set('X-Test', 'header')
    return response
  }
}
// #endregion

/**
 * The same pages when a real server is in front. The folders above are examples, and no two servers are there at once:
 * the site's own middleware tells the one that is there the real folders.
 */
export function frontedHandOverRouter({ mediaFolder, toExpressHandler }: Site): Router {
  const router = Router()
  for (const server of ['nginx', 'apache', 'lighttpd']) {
    const file = helloOf(mediaFolder, server)
    router.get(`/${server}/optimized-by-middleware/`, toExpressHandler(file))
    router.get(`/${server}/optimized-by-decorator/`, toExpressHandler(file))
    router.get(`/${server}/modified_headers/`, toExpressHandler(withTestHeader(file)))
  }
  return router
}
