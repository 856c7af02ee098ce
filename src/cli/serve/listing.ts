import type { Folder, FolderEntry } from './folder.js'
import { formatBytes, visible } from './format.js'
import { escapeHtml, PAGE_END, pageStart } from './page.js'

/** What the list of a folder needs to know beside it. */
export interface ListingOptions {
  /** Makes the link of a key. */
  readonly link: (key: string) => string
  /** Tells whether it has a link to the folder above. */
  readonly goUp: boolean
}

/** Writes the list of a folder as a page, piece by piece. */
export async function* writeListing(
  folder: Folder,
  { link, goUp }: ListingOptions,
): AsyncGenerator<string, void, undefined> {
  yield pageStart(`Files in /${visible(folder.key)}`)
  if (goUp && folder.key !== '') yield `<p><a href="${escapeHtml(link(parentOf(folder.key)))}">Parent folder</a></p>\n`
  yield `<table>
<caption>${count(folder.folders, 'folder')}, ${count(folder.files, 'file')}</caption>
<thead><tr><th scope="col">Name</th><th scope="col" class="size">Size</th><th scope="col">Changed (UTC)</th></tr></thead>
<tbody>
`
  for await (const entries of folder.describe()) yield entries.map((entry) => row(entry, link)).join('')
  yield `</tbody>\n</table>\n${PAGE_END}`
}

function row({ name, key, isFolder, size, modifiedTime }: FolderEntry, link: (key: string) => string): string {
  const shown = escapeHtml(visible(name) + (isFolder ? '/' : ''))
  const bytes = size === undefined ? '' : `<data value="${size}">${formatBytes(size)}</data>`
  const moment = modifiedTime?.toISOString()
  const changed = moment && `<time datetime="${moment}">${moment.slice(0, 16).replace('T', ' ')}</time>`
  const anchor = `<a href="${escapeHtml(link(key))}"><bdi>${shown}</bdi></a>`
  return `<tr><th scope="row">${anchor}</th><td class="size">${bytes}</td><td>${changed ?? ''}</td></tr>\n`
}

function parentOf(key: string): string {
  return key.replace(/[^/]+\/$/, '')
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
