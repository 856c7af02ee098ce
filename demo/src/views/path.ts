import { join } from 'node:path'
import { PathDownloadView, sendfile } from 'downloadview'
import { Router } from 'express'
import { FIXTURES } from '../downloadview.config.js'
import type { Site } from '../site.js'

/** Files of the local disk. */
export function pathRouter({ toExpressHandler }: Site): Router {
  const router = Router()

  // #region static-path
  const staticPath = PathDownloadView.asView({ path: join(FIXTURES, 'hello-world.txt') })
  router.get('/path/static-path/', toExpressHandler(staticPath))
  // #endregion

  // #region dynamic-path
  // What the address names must lie below the root, however it is spelled and wherever links lead.
  const dynamicPath = PathDownloadView.asView({ root: FIXTURES })
  router.get('/path/dynamic-path/*path', toExpressHandler(dynamicPath))
  // #endregion

  // #region sendfile
  router.get(
    '/path/sendfile/',
    toExpressHandler((request) => sendfile(request, join(FIXTURES, 'hello-world.txt'))),
  )
  // #endregion

  return router
}
