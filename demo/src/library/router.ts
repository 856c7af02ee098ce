import { randomUUID } from 'node:crypto'
import { fileField } from 'downloadview'
import { Router, urlencoded } from 'express'
import { tryOf } from '../explain/try.js'
import { actorOf, viewerOf } from '../session/router.js'
import type { Site } from '../site.js'
import { receiveFile } from '../upload/receive-file.js'
import { documentPage } from './document-page.js'
import { listPage } from './list-page.js'
import { assertOwned, assertReadable } from './permission.js'

/** The pages of the library, and what its forms do. */
export function libraryRouter(site: Site): Router {
  const { library, libraryFiles, shares } = site
  const router = Router()
  const upload = fileField({ storage: libraryFiles, folder: 'upload' })

  router.get('/library/', async (_request, response) => {
    const viewer = viewerOf(response)
    listPage(response, { viewer, documents: await library.readableBy(viewer) })
  })

  router.get('/library/:id/', async ({ params, query, headers, socket }, response) => {
    const viewer = viewerOf(response)
    const document = await library.find({ id: params.id })
    assertReadable(document, viewer)
    const attempt = await tryOf(query['try'], { site, document, cookie: headers.cookie, socket })
    await documentPage(response, { site, document, viewer, attempt })
  })

  // #region library-upload
  router.post('/library/', async (request, response) => {
    const owner = actorOf(request, response)
    const id = randomUUID()
    await receiveFile(request, { limit: MAX_BYTES }, async ({ name, contentType, content, signal }) => {
      const file = await upload.save(name, content, { contentType, signal })
      try {
        const size = (await upload.from(file)?.stat())?.size ?? 0
        // Nobody else reads it until its owner says so.
        await library.add({ id, owner, file, name, contentType, size, visibility: 'private' })
      } catch (error) {
        await upload.delete(file)
        throw error
      }
    })
    response.redirect(303, `/library/${id}/`)
  })
  // #endregion

  router.post('/library/:id/visibility/', urlencoded({ extended: false, limit: '1kb' }), async (request, response) => {
    const document = await library.find({ id: request.params.id })
    assertOwned(document, actorOf(request, response))
    const { visibility }: Record<string, unknown> = request.body ?? {}
    await library.publish(document.id, visibility === 'public' ? 'public' : 'private')
    response.redirect(303, `/library/${document.id}/`)
  })

  router.post('/library/:id/delete/', async (request, response) => {
    const document = await library.find({ id: request.params.id })
    assertOwned(document, actorOf(request, response))
    await shares.removeAll(document.id)
    // The row first: a file without a row harms nobody, and a row without its file is a broken link.
    if (await library.remove(document)) await upload.delete(document.file)
    response.redirect(303, '/library/')
  })

  return router
}

const MAX_BYTES = 50 * 2 ** 20
