import type { Response } from 'express'
import { explainPanel } from '../explain/panel.js'
import type { Attempt } from '../explain/try.js'
import { sizeOf, timeOf } from '../pages/format.js'
import { type Html, html } from '../pages/html.js'
import { icon } from '../pages/icons.js'
import { sendPage } from '../pages/layout.js'
import { originOf } from '../pages/origin.js'
import { nameOf, type UserId } from '../session/users.js'
import { sharesSection } from '../shares/section.js'
import type { Site } from '../site.js'
import { kindOf } from './kinds.js'
import { previewOf } from './preview.js'
import type { LibraryDocument } from './table.js'

interface Shown {
  readonly site: Site
  readonly document: LibraryDocument
  readonly viewer: UserId | undefined
  readonly attempt: Attempt | undefined
}

/** Shows a document, what is known of it, and what may be done with it. */
export async function documentPage(response: Response, { site, document, viewer, attempt }: Shown): Promise<void> {
  const { id, name, owner } = document
  const isOwn = owner === viewer
  sendPage(response, {
    title: name,
    current: '/library/',
    styles: ['document'],
    main: html`<article class="document">
      <p class="crumbs"><a href="/library/">Library</a></p>
      <div class="title">
        <h1>${name}</h1>
        <p class="actions">
          <a class="button primary" href="/library/${id}/download/">${icon('download')} Download</a>
          <a class="button" href="/library/${id}/inline/">${icon('open')} Open</a>
        </p>
      </div>
      <div class="columns">
        <section class="preview" aria-label="Preview">
          ${await previewOf(document, site.libraryFiles)}
        </section>
        <section class="panel details" aria-labelledby="details-title">
          <h2 id="details-title">Details</h2>
          ${details(document)}
          ${isOwn && ownerActions(document)}
        </section>
      </div>
      ${isOwn && sharesSection({ document: id, shares: await site.shares.of(id), signer: site.shareSigner, origin: originOf(site, response.req.socket) })}
      ${explainPanel({ document, viewer, attempt, records: site.downloads.of(id), front: site.front?.server })}
    </article>`,
  })
}

function details(document: LibraryDocument): Html {
  const { contentType, size, addedAt, owner, visibility } = document
  return html`<dl class="facts">
            <div><dt>Kind</dt><dd>${kindOf(document).name}${contentType !== null && html` <code>${contentType}</code>`}</dd></div>
            <div><dt>Size</dt><dd>${sizeOf(size)}</dd></div>
            <div><dt>Added</dt><dd>${timeOf(addedAt)}</dd></div>
            <div><dt>Owner</dt><dd>${nameOf(owner)}</dd></div>
            <div><dt>Readers</dt><dd>${visibility === 'public' ? html`${icon('globe')} Everybody` : html`${icon('lock')} Only ${nameOf(owner)}`}</dd></div>
          </dl>`
}

function ownerActions({ id, visibility, name }: LibraryDocument): Html {
  const other = visibility === 'public' ? 'private' : 'public'
  return html`<form action="/library/${id}/visibility/" method="post">
            <button name="visibility" value="${other}">${icon(other === 'public' ? 'globe' : 'lock')} Make ${other}</button>
          </form>
          <details class="delete">
            <summary>Delete…</summary>
            <form action="/library/${id}/delete/" method="post">
              <p>The file, its row and its share links go. There is no way back.</p>
              <button class="danger" aria-label="Delete ${name}">Delete for good</button>
            </form>
          </details>`
}
