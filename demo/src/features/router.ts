import { FileNotFoundError } from 'downloadview'
import { Router } from 'express'
import { type Html, html } from '../pages/html.js'
import { icon } from '../pages/icons.js'
import { sendPage } from '../pages/layout.js'
import { originOf } from '../pages/origin.js'
import { viewerOf } from '../session/router.js'
import type { Site } from '../site.js'
import { CATALOG } from './catalog.js'
import { sectionMain } from './section-page.js'
import { TERMINAL, terminalMain } from './terminal.js'

/** A page for each kind of view, with its source beside it, and one that lists them. */
export function featuresRouter(site: Site): Router {
  const router = Router()
  const page = { current: '/features/', styles: ['home', 'features'] }
  router.get('/features/', (_request, response) => sendPage(response, { ...page, title: 'Features', main: index() }))

  router.get('/features/:id/', async ({ params, socket }, response) => {
    if (params.id === TERMINAL.id) {
      return sendPage(response, { ...page, title: TERMINAL.title, main: terminalMain(originOf(site, socket)) })
    }
    const section = CATALOG.find(({ id }) => id === params.id)
    if (section === undefined) throw new FileNotFoundError('There is no such page.')
    const main = await sectionMain(section, { site, viewer: viewerOf(response) })
    sendPage(response, { ...page, title: section.title, main })
  })
  return router
}

function index(): Html {
  return html`<div class="title">
      <h1>Features</h1>
      <p class="lead">Serve files through your own permission checks: from rows, storages and the disk, or made on the fly.
        Every link is a real download, and below it stands the code that makes it.</p>
    </div>
    <nav class="doors" aria-label="Kinds of downloads">
      ${[...CATALOG, TERMINAL].map(({ id, title, text }) => html`<a class="door" href="/features/${id}/"><strong>${title} ${icon('arrow')}</strong> <span>${text}</span></a>`)}
    </nav>`
}
