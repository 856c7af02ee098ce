import { Router } from 'express'
import { documentList } from '../library/list-page.js'
import type { LibraryDocument } from '../library/table.js'
import { signInForm } from '../session/page.js'
import { viewerOf } from '../session/router.js'
import { nameOf, type UserId } from '../session/users.js'
import type { Site } from '../site.js'
import { type Html, html } from './html.js'
import { icon } from './icons.js'
import { sendPage } from './layout.js'

/** The door of the library. */
export function homeRouter({ library }: Pick<Site, 'library'>): Router {
  const router = Router()
  router.get('/', async (_request, response) => {
    const viewer = viewerOf(response)
    const documents = await library.readableBy(viewer)
    sendPage(response, {
      title: 'A document library',
      styles: ['home', 'library'],
      main: homePage(viewer, documents.slice(0, 5)),
    })
  })
  return router
}

function homePage(viewer: UserId | undefined, latest: readonly LibraryDocument[]): Html {
  return html`<section class="hero" aria-labelledby="welcome">
      <h1 id="welcome">A small document library</h1>
      <p class="lead">Bring files, keep them to yourself, publish them or give them away by a link that ends when you say.
        Each download goes through the permission checks of the application, and can tell you what became of it.</p>
      ${viewer === undefined ? signInForm('/library/') : html`<p class="actions"><a class="button primary" href="/library/">Open the library ${icon('arrow')}</a> <span class="quiet">You are ${nameOf(viewer)}.</span></p>`}
    </section>
    <section aria-labelledby="latest">
      <h2 id="latest">Latest documents</h2>
      ${documentList(latest, viewer)}
      <p><a href="/library/">All documents</a></p>
    </section>
    <section class="doors" aria-label="More">
      ${door('/features/', 'Features', 'Every kind of view of downloadview, with its source beside it: rows, storages, the disk, other servers, files made on the fly.')}
      ${door('/status/', 'Status', 'Whether downloads work, by the health checks of the library. With a proxy in front: nginx, Apache, lighttpd or Caddy.')}
    </section>`
}

function door(href: string, title: string, text: string): Html {
  return html`<a class="door" href="${href}"><strong>${title} ${icon('arrow')}</strong> <span>${text}</span></a>`
}
