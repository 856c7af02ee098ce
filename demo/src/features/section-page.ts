import { type Html, html } from '../pages/html.js'
import { CATALOG } from './catalog.js'
import { highlight } from './highlight.js'
import { readRegions } from './regions.js'
import type { Entry, Link, Section, Visit } from './section.js'

/** The downloads of one kind, and the source that makes each of them. */
export async function sectionMain(section: Section, visit: Visit): Promise<Html> {
  const { title, text, sources, entries } = section
  const articles = entries.map(async (it) => entry(it, await linksOf(it, visit), CODE.get(it)))
  return html`<p class="crumbs"><a href="/features/">Features</a></p>
    <div class="title">
      <h1>${title}</h1>
      <p class="lead">${text}</p>
      <p class="source">${sources.map((source) => `demo/src/${source}`).join(', ')}</p>
    </div>
    ${await Promise.all(articles)}
    ${neighbours(section)}`
}

/** Read once: the source is not going to change under a running site. */
const CODE: ReadonlyMap<Entry, Html> = new Map(CATALOG.flatMap(codeOf))

function codeOf({ sources, entries }: Section): [Entry, Html][] {
  const regions = new Map(sources.flatMap((source) => [...readRegions(source)]))
  return entries.map((entry) => {
    const code = regions.get(entry.region)
    if (code === undefined) throw new Error(`The source has no region "${entry.region}".`)
    return [entry, highlight(code)]
  })
}

async function linksOf({ links }: Entry, visit: Visit): Promise<readonly Link[]> {
  return typeof links === 'function' ? links(visit) : links
}

function entry({ route, text, form, none, sound }: Entry, links: readonly Link[], code: Html | undefined): Html {
  return html`<article class="feature">
        <h2><code>${route}</code></h2>
        <p>${text}</p>
        ${form}
        ${links.length > 0 ? html`<ul class="links">${links.map(link)}</ul>` : none && html`<p class="none">${none}</p>`}
        ${sound && html`<audio controls preload="none" src="${sound}" aria-label="The melody"></audio>`}
        <pre tabindex="0" role="region" aria-label="Source of ${route}"><code>${code}</code></pre>
      </article>`
}

function link({ href, label, note, status }: Link): Html {
  const details = [note && html` <span>${note}</span>`, status && html` <span class="status">${status}</span>`]
  return html`<li><a href="${href}">${label}${details}</a></li>`
}

function neighbours(section: Section): Html {
  const index = CATALOG.indexOf(section)
  const [before, after] = [CATALOG[index - 1], CATALOG[index + 1]]
  return html`<nav class="neighbours" aria-label="Other features">
      ${before && html`<a rel="prev" href="/features/${before.id}/">${before.title}</a>`}
      ${after && html`<a rel="next" href="/features/${after.id}/">${after.title}</a>`}
    </nav>`
}
