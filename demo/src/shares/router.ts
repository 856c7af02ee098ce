import { FileNotFoundError, ObjectDownloadView, PermissionDeniedError } from 'downloadview'
import { requireSignature } from 'downloadview/signing'
import { Router, urlencoded } from 'express'
import { assertOwned } from '../library/permission.js'
import type { LibraryDocument } from '../library/table.js'
import { actorOf } from '../session/router.js'
import type { Site } from '../site.js'
import { LIFETIMES } from './lifetimes.js'
import { stateOf } from './table.js'

/** Links that owners give away: made, ended, and opened by whoever has one. */
export function sharesRouter(site: Site): Router {
  const { downloads, library, libraryFiles, shares, shareSigner, toExpressHandler } = site
  const follow = downloads.follow(async ({ share }: { share: string }) => (await shares.find(share))?.document)
  const router = Router()

  router.post('/library/:id/shares/', urlencoded({ extended: false, limit: '1kb' }), async (request, response) => {
    const document = await library.find(request.params)
    assertOwned(document, actorOf(request, response))
    const { lifetime }: Record<string, unknown> = request.body ?? {}
    const seconds = LIFETIMES.find((it) => it.id === lifetime)?.seconds
    if (seconds === undefined) throw new PermissionDeniedError('Links live for one of the times of the form.')
    await shares.add(document.id, seconds)
    response.redirect(303, `/library/${document.id}/#shares`)
  })

  router.post('/library/:id/shares/:share/revoke/', async (request, response) => {
    const document = await library.find({ id: request.params.id })
    assertOwned(document, actorOf(request, response))
    await shares.revoke(document.id, request.params.share)
    response.redirect(303, `/library/${document.id}/#shares`)
  })

  // #region shared-file
  class SharedFileView extends ObjectDownloadView<LibraryDocument, { share: string }> {
    override storage = libraryFiles
    override basenameField = 'name' as const
    override mimeTypeField = 'contentType' as const

    override async getObject() {
      const share = await shares.find(this.params.share)
      // The signature is good. Its owner may still have thought better of it.
      if (share === undefined || stateOf(share) !== 'active') throw new PermissionDeniedError(NO_LONGER)
      const document = await library.find({ id: share.document })
      if (document === undefined) throw new FileNotFoundError()
      return document
    }
  }

  const shared = requireSignature(SharedFileView.asView(), { signer: shareSigner })
  const options = { onDownload: downloads.hear }
  router.get('/shared/:share/', follow, toExpressHandler(shared, options))
  // #endregion

  return router
}

/** What the guard says of a link that is none: nobody learns which of them it was. */
const NO_LONGER = 'This link is not valid, or no longer.'
