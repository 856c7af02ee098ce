import { fileField, ObjectDownloadView } from 'downloadview'
import { Router } from 'express'
import { assertSameOrigin } from '../session/same-origin.js'
import type { Site } from '../site.js'
import { receiveFile } from '../upload/receive-file.js'
import type { UploadedFile } from '../upload/table.js'

/** Files that visitors bring. */
export function uploadRouter({ uploads, uploadedFiles, toExpressHandler }: Site): Router {
  const router = Router()

  // #region upload
  const upload = fileField({ storage: uploads, folder: 'upload' })

  router.post('/upload/', async (request, response) => {
    assertSameOrigin(request)
    await receiveFile(request, { limit: MAX_BYTES }, async ({ name, contentType, content, signal }) => {
      // Under a name that no other file has. When the signal ends it, nothing is left behind.
      const file = await upload.save(name, content, { contentType, signal })
      try {
        const size = (await upload.from(file)?.stat())?.size ?? 0
        await uploadedFiles.add({ file, name, contentType, size })
      } catch (error) {
        await upload.delete(file)
        throw error
      }
    })
    response.redirect(303, '/features/upload/')
  })
  // #endregion

  // #region uploaded-file
  class UploadedFileView extends ObjectDownloadView<UploadedFile, { id: string }> {
    override model = uploadedFiles
    override storage = uploads
    override basenameField = 'name' as const
    override mimeTypeField = 'contentType' as const
  }

  router.get('/upload/file/:id/', toExpressHandler(UploadedFileView.asView()))
  // #endregion

  // #region shown-upload
  // Somebody else's page or drawing could hold a script. It is shown in a sandbox, where none runs.
  const shownUpload = UploadedFileView.asView({ attachment: false })
  router.get('/upload/shown/:id/', toExpressHandler(shownUpload))
  // #endregion

  return router
}

// #region upload
const MAX_BYTES = 50 * 2 ** 20
// #endregion
