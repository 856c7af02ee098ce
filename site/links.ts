import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'

/**
 * Looks where the links of a built site lead: to a page that is there, and to an anchor that it has.
 *
 * Only links inside the site are followed.
 */
export function brokenLinks(folder: string): { links: number; broken: Link[] } {
  const pages = new Map(readPages(folder))
  const links = [...pages].flatMap(([page, { links }]) => links.map((link) => ({ page, link })))
  const broken = links.filter((link) => !leadsSomewhere(folder, pages, link))
  return { links: links.length, broken }
}

/** A link, and the page that it stands in. */
export interface Link {
  readonly page: string
  readonly link: string
}

interface Page {
  readonly links: readonly string[]
  readonly anchors: ReadonlySet<string>
}

function* readPages(folder: string): Generator<[page: string, Page]> {
  for (const page of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!page.endsWith('.html')) continue
    const html = readFileSync(join(folder, page), 'utf8').replace(/<script\b.*?<\/script>/gs, '')
    yield [page, { links: attributes(html, LINKS).filter(isInternal), anchors: new Set(attributes(html, ANCHORS)) }]
  }
}

const LINKS = /\s(?:href|src)="([^"]*)"/g
const ANCHORS = /\sid="([^"]*)"/g

function attributes(html: string, pattern: RegExp): string[] {
  return [...html.matchAll(pattern)].map(([, value = '']) => value.replaceAll('&amp;', '&'))
}

function isInternal(link: string): boolean {
  return !/^(?:[a-z]+:|\/\/)/i.test(link)
}

function leadsSomewhere(folder: string, pages: ReadonlyMap<string, Page>, { page, link }: Link): boolean {
  const [, path = '', anchor] = /^([^?#]*)(?:\?[^#]*)?(?:#(.*))?$/.exec(link) ?? []
  const target = path === '' ? page : fileOf(posix.join('/', path.startsWith('/') ? '' : posix.dirname(page), path))
  if (!statSync(join(folder, target), { throwIfNoEntry: false })?.isFile()) return false
  return !anchor || pages.get(target)?.anchors.has(decodeURIComponent(anchor)) === true
}

function fileOf(path: string): string {
  return decodeURIComponent(path.endsWith('/') ? `${path}index.html` : path).slice(1)
}
