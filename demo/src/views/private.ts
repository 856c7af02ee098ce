import { ObjectDownloadView, PermissionDeniedError } from 'downloadview'
import { type Request, Router } from 'express'
import type { Document } from '../documents.js'
import type { Site } from '../site.js'

/** Files that only their owner may have. */
export function privateRouter({ allDocuments, uploads, toExpressHandler }: Site): Router {
  const router = Router()

  // #region private-file
  const privateFile = PrivateFileView.asView({ model: allDocuments, storage: uploads })
  router.get('/object/private-file/:slug/', toExpressHandler(privateFile, { context: contextOf }))
  // #endregion

  return router
}

// #region private-file
class PrivateFileView extends ObjectDownloadView<Document, { slug: string }> {
  override async getObject() {
    const document = await super.getObject()
    if (document.owner !== this.request.context.user) throw new PermissionDeniedError()
    return document
  }
}

/** Stands in for your login: here, whoever asks with `?user=alice` is Alice. */
function contextOf({ query }: Request) {
  return { user: typeof query['user'] === 'string' ? query['user'] : undefined }
}

declare module 'downloadview' {
  /** What views know of whoever asks. */
  interface DownloadContext {
    user?: string | undefined
  }
}
// #endregion
