import type { Storage } from 'downloadview'
import { sizeOf } from '../pages/format.js'
import { type Html, html } from '../pages/html.js'
import { icon } from '../pages/icons.js'
import { kindOf } from './kinds.js'
import type { LibraryDocument } from './table.js'

/** Shows a document on its page, as far as a browser can show it. */
export async function previewOf(document: LibraryDocument, files: Storage): Promise<Html> {
  const { id, name } = document
  const address = `/library/${id}/inline/`
  switch (kindOf(document).preview) {
    case 'picture':
      return html`<a class="picture" href="${address}"><img src="${address}" alt="${name}"></a>`
    case 'sound':
      return html`<audio controls preload="metadata" src="${address}" aria-label="${name}"></audio>`
    case 'film':
      return html`<video controls preload="metadata" playsinline src="${address}" aria-label="${name}"></video>`
    case 'pdf':
      return html`<iframe class="pdf" src="${address}#navpanes=0" title="Preview of ${name}"></iframe>`
    case 'sandbox':
      return html`<iframe sandbox src="${address}" title="Preview of ${name}"></iframe>
        <p class="hint">${icon('shield')} Shown in a sandbox: a script in it does not run.</p>`
    case 'text':
      return textPreview(document, files)
    default:
      return html`<p class="empty">${icon('file')} Browsers cannot show a file of this type. Download it.</p>`
  }
}

async function textPreview({ file, size, name }: LibraryDocument, files: Storage): Promise<Html> {
  const bytes = size === 0 ? Buffer.alloc(0) : await beginOf(file, Math.min(size, LONGEST), files)
  const rest = size > LONGEST && html`<p class="hint">The first ${sizeOf(LONGEST)} of ${sizeOf(size)}.</p>`
  return html`<pre class="text" tabindex="0" role="region" aria-label="Preview of ${name}">${bytes.toString('utf8')}</pre>${rest}`
}

async function beginOf(file: string, length: number, files: Storage): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of await files.open(file, { range: { start: 0, end: length - 1 } })) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** Bytes of a text that its page shows. */
const LONGEST = 16 * 1024
