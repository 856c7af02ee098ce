import { StorageDownloadView } from 'downloadview'
import { Router } from 'express'
import type { Site } from '../site.js'

// #region dynamic-path
export class DynamicPathView extends StorageDownloadView {
  override async getPath() {
    const path = await super.getPath()
    return path.toUpperCase()
  }
}
// #endregion

/** Files of a storage, by the name that the address tells. */
export function storageRouter({ shelf, toExpressHandler }: Site): Router {
  const router = Router()

  // #region static-path
  const staticPath = StorageDownloadView.asView({ storage: shelf })
  router.get('/storage/static-path/*path', toExpressHandler(staticPath))
  // #endregion

  // #region dynamic-path
  const dynamicPath = DynamicPathView.asView({ storage: shelf })
  router.get('/storage/dynamic-path/*path', toExpressHandler(dynamicPath))
  // #endregion

  return router
}
