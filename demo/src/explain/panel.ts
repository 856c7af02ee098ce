import type { RuleExplanation } from 'downloadview'
import type { LibraryDocument } from '../library/table.js'
import { sizeOf, timeOf } from '../pages/format.js'
import { type Html, html } from '../pages/html.js'
import { nameOf, type UserId } from '../session/users.js'
import type { DownloadRecord, Fields } from './download-log.js'
import { TRIES } from './tries.js'
import type { Attempt } from './try.js'

interface Explained {
  readonly document: LibraryDocument
  readonly viewer: UserId | undefined
  readonly records: readonly DownloadRecord[]
  readonly attempt: Attempt | undefined
  /** The server in front. */
  readonly front: string | undefined
}

/** Shows what happens when a document is downloaded: tried on the spot, and as it happened before. */
export function explainPanel({ document, viewer, records, attempt, front }: Explained): Html {
  // What others did is for the owner.
  const seen = records.filter(({ user }) => document.owner === viewer || user === viewer)
  return html`<section class="panel explain" id="explain" aria-labelledby="explain-title">
      <h2 id="explain-title">Explain</h2>
      <p class="quiet">${front === undefined ? 'No proxy stands in front: the application sends every byte itself.' : `${front} stands in front: the application decides, and ${front} sends what it is handed over.`}
        Try a request. The site makes it as you, at its own address.</p>
      <form class="tries" action="/library/${document.id}/#explain">
        ${Object.entries(TRIES).map(([id, { label, text }]) => html`<button name="try" value="${id}" title="${text}"${attempt?.id === id && html` aria-current="true"`}>${label}</button>`)}
      </form>
      ${attempt && attempted(attempt, front)}
      <h3 id="latest">Latest downloads</h3>
      ${seen.length === 0 ? html`<p class="empty">Nobody has asked for it since the site was started${document.owner === viewer ? '' : ', as far as you may know'}.</p>` : html`<ol class="records" aria-labelledby="latest">${seen.map((it) => recordItem(it, front))}</ol>`}
    </section>`
}

function attempted({ id, request, reply, record }: Attempt, front: string | undefined): Html {
  return html`<div class="attempt" role="region" aria-label="Result">
        <p>${TRIES[id]?.text}</p>
        <div class="exchange">
          ${message('Request', `${request.method} ${request.url}`, request.headers)}
          ${reply === undefined ? html`<p class="empty">No reply came.</p>` : message(front === undefined ? 'Reply' : `Reply of ${front} to the client`, reply.status, reply.headers)}
          ${front !== undefined && record?.reply !== undefined && message(`Reply of the application to ${front}`, String(record.reply.status), record.reply.headers)}
        </div>
        <dl class="facts">
          ${record && fact('Handed over', verdict(record, front))}
          ${reply && fact('Bytes', html`The client got ${bytesOf(reply.bytes)}${reply.isCut ? ', and then left: that is enough to see' : ''}. ${record?.event && `The application sent ${bytesOf(record.event.bytesSent)} of the document.`}`)}
          ${reply && fact('Time', `${reply.milliseconds.toFixed(1)} ms`)}
        </dl>
      </div>`
}

function recordItem(record: DownloadRecord, front: string | undefined): Html {
  const { request, reply, event, user, time } = record
  const range = event?.ranges.map(({ start, end }) => `${start}–${end}`).join(', ')
  return html`
        <li><details>
          <summary><code>${request.method}</code> <span class="code s${Math.floor((reply?.status ?? event?.status ?? 0) / 100)}">${reply?.status ?? event?.status ?? '…'}</span>
            <span>${event?.stage ?? 'under way'}${range && `, bytes ${range}`}</span>
            <span class="quiet">${user === undefined ? 'somebody' : nameOf(user)}, ${timeOf(time)}</span></summary>
          <div class="exchange">
            ${message('Request', `${request.method} ${request.url}`, request.headers)}
            ${reply && message(front === undefined ? 'Reply' : `Reply of the application to ${front}`, String(reply.status), reply.headers)}
          </div>
          <dl class="facts">
            ${fact('Handed over', verdict(record, front))}
            ${event && fact('Bytes', `The application sent ${bytesOf(event.bytesSent)}${event.bytesAnnounced === undefined ? ' of the document' : ` of ${bytesOf(event.bytesAnnounced)}`}.${event.stage === 'handed-over' ? ' What became of it, only the server in front knows.' : ''}`)}
            ${event && fact('Time', `${event.milliseconds.toFixed(1)} ms`)}
            ${event?.code && fact('Fault', event.code)}
          </dl>
        </details></li>`
}

/** Which rule handed a download over, or why none did. */
function verdict({ explanation, event }: DownloadRecord, front: string | undefined): Html {
  if (front === undefined) return html`No: no proxy stands in front.`
  if (explanation === undefined) {
    return html`No: ${event?.stage === 'failed' ? 'it was refused before any rule was asked' : 'no rule was asked'}.`
  }
  const last = explanation.rules.at(-1)
  if (explanation.handedOver && last !== undefined) return html`Yes, to ${front}, by rule ${last.rule}: ${last.reason}.`
  if (last === undefined) return html`No: there are no rules.`
  return html`No: the application sent it itself. <ul>${explanation.rules.map(reason)}</ul>`
}

function reason({ rule, reason: why }: RuleExplanation): Html {
  return html`<li>Rule ${rule}: ${why}</li>`
}

function message(title: string, first: string, headers: Fields): Html {
  const lines = headers.map(([name, value]) => html`\n<b>${name}:</b> ${value}`)
  return html`<figure><figcaption>${title}</figcaption><pre tabindex="0" role="region" aria-label="${title}"><code>${first}${lines}</code></pre></figure>`
}

function fact(name: string, value: Html | string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`
}

function bytesOf(bytes: number): string {
  return bytes < 2 ** 10 ? sizeOf(bytes) : `${bytes.toLocaleString('en-GB')} bytes`
}
