import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PathDownloadView, sendfile } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import { Router } from 'express'

/** Files of the local disk. */
export const pathRouter = Router()

const fixtures = fileURLToPath(new URL('../../fixtures', import.meta.url))

// #region static-path
const staticPath = PathDownloadView.asView({ path: join(fixtures, 'hello-world.txt') })
pathRouter.get('/path/static-path/', toExpressHandler(staticPath))
// #endregion

// #region dynamic-path
// What the address names must lie below the root, however it is spelled and wherever links lead.
const dynamicPath = PathDownloadView.asView({ root: fixtures })
pathRouter.get('/path/dynamic-path/*path', toExpressHandler(dynamicPath))
// #endregion

// #region sendfile
pathRouter.get(
  '/path/sendfile/',
  toExpressHandler((request) => sendfile(request, join(fixtures, 'hello-world.txt'))),
)
// #endregion
