/** A link of a page of features. */
export interface PageLink {
  readonly href: string
  readonly label: string
  readonly note: string | undefined
  /** What the page says it is refused with. */
  readonly status: number | undefined
}

/** The links below one heading of a page of features, read from its HTML. */
export async function linksBelow(origin: string, route: string, headers: Record<string, string> = {}) {
  const article = (await articles(origin, headers)).find((it) => it.includes(`<h2><code>${route}</code>`))
  if (article === undefined) throw new Error(`No page has anything for ${route}.`)
  return linksOf(article)
}

/** All links to downloads of a piece of HTML. */
export function linksOf(html: string): PageLink[] {
  return [...html.matchAll(LINK)].map(([, href = '', label = '', note, status]) => ({
    href: textOf(href),
    label: textOf(label),
    note: note && textOf(note),
    status: status === undefined ? undefined : Number(status),
  }))
}

/** What all pages of features have below their headings. */
export async function articles(origin: string, headers: Record<string, string> = {}): Promise<string[]> {
  const pages = await featurePages(origin, headers)
  return pages.flatMap((page) => page.split('<article class="feature">').slice(1))
}

/** The pages that the list of features leads to. */
export async function featurePages(origin: string, headers: Record<string, string> = {}): Promise<string[]> {
  const list = await (await fetch(`${origin.replace(/\/$/, '')}/features/`)).text()
  const paths = [...list.matchAll(/class="door" href="([^"]+)"/g)].map(([, path]) => path ?? '')
  return Promise.all(paths.map(async (path) => (await fetch(new URL(path, origin), { headers })).text()))
}

const LINK = /<li><a href="(\/[^"]*)">([^<]*?)(?: <span>([^<]*)<\/span>)?(?: <span class="status">(\d+)<\/span>)?<\/a>/g

/** What a browser shows of it. */
export function textOf(html: string): string {
  return html.replace(/<[^>]*>/g, '').replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
}
