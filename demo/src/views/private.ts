// #region private-file
import { ObjectDownloadView, PermissionDeniedError } from 'downloadview'
import { type Request, Router } from 'express'
// #endregion
import type { Document } from '../documents.js'
import type { Site } from '../site.js'

// #region private-file
class PrivateFileView extends ObjectDownloadView<Document, { slug: string }> {
  override async getObject() {
    const document = await super.getObject()
    if (document.owner !== this.request.context.user) throw new PermissionDeniedError()
    return document
  }
}

declare module 'downloadview' {
  /** What views know of whoever asks. */
  interface DownloadContext {
    user?: string | undefined
  }
}
// #endregion

/** Files that only their owner may have. */
export function privateRouter({ allDocuments, uploads, sessions, toExpressHandler }: Site): Router {
  const router = Router()

  // #region private-file
  /** What your login knows of whoever asks. */
  const contextOf = (request: Request) => ({ user: sessions.userOf(request) })

  const privateFile = PrivateFileView.asView({ model: allDocuments, storage: uploads })
  router.get('/object/private-file/:slug/', toExpressHandler(privateFile, { context: contextOf }))
  // #endregion

  return router
}
