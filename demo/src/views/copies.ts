import { ObjectDownloadView } from 'downloadview'
import { Router } from 'express'
import type { Document } from '../documents.js'
import type { Site } from '../site.js'

/** One document that lies in three places. */
export function copiesRouter({ publicDocuments: model, uploads, objects, toExpressHandler }: Site): Router {
  const router = Router()

  // #region disk
  const onDisk = CopyView.asView({ model, storage: uploads })
  router.get('/copies/disk/:slug/', toExpressHandler(onDisk))
  // #endregion

  // #region object-storage
  const inObjectStorage = CopyView.asView({ model, storage: objects })
  router.get('/copies/object-storage/:slug/', toExpressHandler(inObjectStorage))
  // #endregion

  // #region row
  const inRow = CopyView.asView({ model, fileField: 'picture' })
  router.get('/copies/row/:slug/', toExpressHandler(inRow))
  // #endregion

  // #region redirected
  // The bytes do not come through the application. The address is good for a minute.
  const redirected = CopyView.asView({ model, storage: objects, delivery: 'redirect', urlExpiresIn: 60 })
  router.get('/copies/redirected/:slug/', toExpressHandler(redirected))
  // #endregion

  return router
}

// #region view
class CopyView extends ObjectDownloadView<Document, { slug: string }> {
  override attachment = false
  override basenameField = 'basename' as const
  override modificationTimeField = 'updatedAt' as const

  override async getObject() {
    const document = await super.getObject()
    // Of the bytes, wherever they lie: a download can begin at one place and go on at another.
    if (document.sha256 !== null) this.headers = { ETag: `"${document.sha256}"` }
    return document
  }
}
// #endregion
