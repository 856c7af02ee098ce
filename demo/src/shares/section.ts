import type { UrlSigner } from 'downloadview/signing'
import { timeOf } from '../pages/format.js'
import { type Html, html } from '../pages/html.js'
import { icon } from '../pages/icons.js'
import { LIFETIMES } from './lifetimes.js'
import { linkOf } from './link.js'
import { type Share, stateOf } from './table.js'

interface Shared {
  readonly document: string
  readonly shares: readonly Share[]
  readonly signer: UrlSigner
  /** Address of the site, without the last slash. */
  readonly origin: string
}

/** Where an owner gives a document away by a link, and takes it back. */
export function sharesSection({ document, shares, signer, origin }: Shared): Html {
  return html`<section class="panel" id="shares" aria-labelledby="shares-title">
      <h2 id="shares-title">Share links</h2>
      <p class="quiet">Whoever has a link may download the document, without signing in, until it ends or you revoke it.</p>
      <form class="row" action="/library/${document}/shares/" method="post">
        <label for="lifetime">Good for</label>
        <select id="lifetime" name="lifetime">
          ${LIFETIMES.map(({ id, label }) => (id === 'day' ? html`<option value="${id}" selected>${label}</option>` : html`<option value="${id}">${label}</option>`))}
        </select>
        <button>${icon('link')} Create share link</button>
      </form>
      ${shares.length > 0 && html`<ul class="shares">${shares.map((share, index) => item(share, shares.length - index))}</ul>`}
    </section>`

  function item(share: Share, number: number): Html {
    const state = stateOf(share)
    const ends = html`<span class="quiet">${ENDS[state]} ${timeOf(share.revokedAt ?? share.expiresAt)}</span>`
    if (state !== 'active') {
      return html`<li><p>Link ${number} <span class="state ${state}">${state}</span> ${ends}</p></li>`
    }
    const link = origin + linkOf(share, signer)
    return html`<li>
          <p><label for="share-${share.id}">Link ${number}</label> <span class="state active">active</span> ${ends}</p>
          <div class="row">
            <input id="share-${share.id}" type="url" readonly value="${link}">
            <a class="button" href="${link}" aria-label="Open link ${number}">Open</a>
            <form action="/library/${document}/shares/${share.id}/revoke/" method="post"><button class="danger" aria-label="Revoke link ${number}">Revoke</button></form>
          </div>
        </li>`
  }
}

const ENDS = { active: 'until', expired: 'ended', revoked: 'revoked' }
