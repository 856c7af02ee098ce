import { ObjectDownloadView } from 'downloadview'
import { type Request, Router } from 'express'
import type { Site } from '../site.js'
import { assertReadable } from './permission.js'
import type { LibraryDocument } from './table.js'

/** The bytes of documents: saved, or shown. */
export function libraryDownloads({ library, libraryFiles, sessions, downloads, toExpressHandler }: Site): Router {
  const router = Router()
  const follow = downloads.follow(({ id }: { id: string }) => id)
  const context = (request: Request) => ({ user: sessions.userOf(request) })

  // #region library-file
  class LibraryFileView extends ObjectDownloadView<LibraryDocument, { id: string }> {
    override model = library
    override storage = libraryFiles
    override basenameField = 'name' as const
    override mimeTypeField = 'contentType' as const

    override async getObject() {
      const document = await super.getObject()
      assertReadable(document, this.request.context.user)
      return document
    }
  }

  const saved = LibraryFileView.asView()
  // Somebody else's page or drawing could hold a script. It is shown in a sandbox, where none runs.
  const shown = LibraryFileView.asView({ attachment: false })
  const options = { context, onDownload: downloads.hear }
  router.get('/library/:id/download/', follow, toExpressHandler(saved, options))
  router.get('/library/:id/inline/', follow, toExpressHandler(shown, options))
  // #endregion

  return router
}
