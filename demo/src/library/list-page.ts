import type { Response } from 'express'
import { dateOf, sizeOf } from '../pages/format.js'
import { type Html, html } from '../pages/html.js'
import { icon } from '../pages/icons.js'
import { sendPage } from '../pages/layout.js'
import { nameOf, type UserId } from '../session/users.js'
import { kindOf } from './kinds.js'
import type { LibraryDocument } from './table.js'
import { UPLOAD_SCRIPT, uploadForm } from './upload-form.js'

interface List {
  readonly viewer: UserId | undefined
  readonly documents: readonly LibraryDocument[]
}

/** Lists what a visitor may read: his own documents, and what others have made public. */
export function listPage(response: Response, { viewer, documents }: List): void {
  const own = documents.filter(({ owner }) => owner === viewer)
  const others = documents.filter(({ owner }) => owner !== viewer)
  sendPage(response, {
    title: 'Library',
    current: '/library/',
    styles: ['library'],
    script: viewer && UPLOAD_SCRIPT,
    main: html`<div class="title">
      <h1>Library</h1>
      <p class="quiet">${viewer === undefined ? html`What is public. <a href="/session/?next=/library/">Sign in</a> to see and add your own.` : `Signed in as ${nameOf(viewer)}.`}</p>
    </div>
    ${viewer !== undefined && html`${uploadForm()}${group('yours', 'Your documents', own, viewer)}`}
    ${group('public', viewer === undefined ? 'Public documents' : 'Public documents of others', others, viewer)}`,
  })
}

function group(id: string, title: string, documents: readonly LibraryDocument[], viewer: UserId | undefined): Html {
  return html`<section aria-labelledby="${id}">
      <h2 id="${id}">${title} <span class="count">${documents.length}</span></h2>
      ${documents.length === 0 ? html`<p class="empty">Nothing is here yet.</p>` : documentList(documents, viewer)}
    </section>`
}

/** Documents, each with a link to its page. */
export function documentList(documents: readonly LibraryDocument[], viewer: UserId | undefined): Html {
  return html`<ul class="documents">${documents.map((document) => item(document, viewer))}</ul>`
}

function item(document: LibraryDocument, viewer: UserId | undefined): Html {
  const { id, name, size, addedAt } = document
  const kind = kindOf(document)
  return html`
        <li>
          ${thumbnail(document)}
          <a class="name" href="/library/${id}/">${name}</a>
          <span class="meta">
            <span class="kind">${kind.name}</span>
            <span class="owner">${readersOf(document, viewer)}</span>
            <span class="size">${sizeOf(size)}</span>
            <span class="date">${dateOf(addedAt)}</span>
          </span>
        </li>`
}

/** Of one's own documents, who else reads them; of others, whose they are. */
function readersOf({ owner, visibility }: LibraryDocument, viewer: UserId | undefined): Html | string {
  if (owner !== viewer) return nameOf(owner)
  return visibility === 'private' ? html`${icon('lock')} Private` : html`${icon('globe')} Public`
}

/** The picture itself, drawn small: the page asks for it once it is about to be seen. */
function thumbnail(document: LibraryDocument): Html {
  const kind = kindOf(document)
  if (kind.preview !== 'picture' || document.size > LARGEST_THUMBNAIL) {
    return html`<span class="thumbnail ${kind.icon}">${icon(kind.icon)}</span>`
  }
  return html`<span class="thumbnail"><img src="/library/${document.id}/inline/" alt="" loading="lazy" width="96" height="72"></span>`
}

/** Bytes. */
const LARGEST_THUMBNAIL = 2 * 2 ** 20
