import { ObjectDownloadView } from 'downloadview'
import { Router } from 'express'
import type { Document } from '../documents.js'
import type { Site } from '../site.js'

/** Files that belong to a row of the database. */
export function objectRouter({ publicDocuments, uploads, toExpressHandler }: Site): Router {
  const router = Router()

  // #region default-file
  class DocumentView extends ObjectDownloadView<Document> {
    override model = publicDocuments
    override storage = uploads
  }

  router.get('/object/default-file/:slug/', toExpressHandler(DocumentView.asView()))
  // #endregion

  // #region another-file
  const anotherFile = DocumentView.asView({ fileField: 'anotherFile' })
  router.get('/object/another-file/:slug/', toExpressHandler(anotherFile))
  // #endregion

  // #region deserialized-basename
  // Where this column is empty, the file keeps its own name.
  const deserializedBasename = DocumentView.asView({ basenameField: 'basename' })
  router.get('/object/deserialized_basename/:slug/', toExpressHandler(deserializedBasename))
  // #endregion

  // #region inline-file
  const inlineFile = DocumentView.asView({ attachment: false })
  router.get('/object/inline-file/:slug/', toExpressHandler(inlineFile))
  // #endregion

  // #region bytes-in-row
  const bytesInRow = DocumentView.asView({
    fileField: 'picture',
    // Bytes have neither a name nor a time of their own.
    basenameField: 'basename',
    modificationTimeField: 'updatedAt',
    attachment: false,
  })
  router.get('/object/bytes-in-row/:slug/', toExpressHandler(bytesInRow))
  // #endregion

  return router
}
