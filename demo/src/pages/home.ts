import { fileURLToPath } from 'node:url'
import { PathDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import { Router } from 'express'
import { CATALOG, type Entry, type Link, type Section } from './catalog.js'
import { highlight } from './highlight.js'
import { type Html, html } from './html.js'
import { sendPage } from './layout.js'
import { readRegions } from './regions.js'

/**
 * The page that lists all downloads, with its style sheet, which is a download as well.
 *
 * `publicPort` is that of the server in front; without one, visitors reach the application's own.
 */
export function homeRouter(publicPort?: number): Router {
  const router = Router()
  router.get('/', ({ socket }, response) => {
    const main = homePage(`http://127.0.0.1:${publicPort ?? socket.localPort}`)
    sendPage(response, { title: 'downloadview demo', main })
  })
  router.get('/assets/*path', toExpressHandler(assets))
  return router
}

const assets = PathDownloadView.asView({
  root: fileURLToPath(new URL('../../assets', import.meta.url)),
  attachment: false,
  cacheControl: 'no-cache',
})

function homePage(origin: string): Html {
  return html`<header>
    <h1>downloadview <small>demo</small></h1>
    <p>Serve files through your own permission checks: from rows, storages and the disk, or made on the fly. Every
      link is a real download, and below it stands the code that makes it.</p>
    <nav aria-label="Kinds of downloads">
      <ul>
        ${CATALOG.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
        <li><a href="#terminal">Terminal</a></li>
      </ul>
    </nav>
  </header>
  <main>
    ${SECTIONS}
    ${terminal(origin)}
  </main>`
}

/** Made once: the source is not going to change under a running site. */
const SECTIONS = CATALOG.map(section)

function section({ id, title, text, sources, entries }: Section): Html {
  const regions = new Map(sources.flatMap((source) => [...readRegions(source)]))
  return html`<section id="${id}" aria-labelledby="${id}-title">
      <h2 id="${id}-title">${title}</h2>
      <p>${text}</p>
      <p class="source">${sources.map((source) => `demo/src/${source}`).join(', ')}</p>
      ${entries.map((it) => entry(it, regions.get(it.region)))}
    </section>`
}

function entry({ route, text, region, links, sound }: Entry, code: string | undefined): Html {
  if (code === undefined) throw new Error(`The source has no region "${region}".`)
  return html`<article>
        <h3><code>${route}</code></h3>
        <p>${text}</p>
        ${links.length > 0 && html`<ul class="links">${links.map(link)}</ul>`}
        ${sound && html`<audio controls preload="none" src="${sound}" aria-label="The melody"></audio>`}
        <pre tabindex="0" role="region" aria-label="Source"><code>${highlight(code)}</code></pre>
      </article>`
}

function link({ href, label, note, status }: Link): Html {
  const details = [note && html` <span>${note}</span>`, status && html` <span class="status">${status}</span>`]
  return html`<li><a href="${href}">${label}${details}</a></li>`
}

function terminal(origin: string): Html {
  const large = `${origin}/storage/static-path/20-MiB.bin`
  const small = `${origin}/storage/static-path/1.txt`
  return html`<section id="terminal" aria-labelledby="terminal-title">
      <h2 id="terminal-title">Terminal</h2>
      <p>Download managers, media players and scripts get what HTTP has for them.</p>
      <article>
        <pre tabindex="0" role="region" aria-label="Commands"><code>${comment('saves it under the name that the view tells')}
curl -OJ ${origin}/object/another-file/hello-world/
wget --content-disposition ${origin}/object/deserialized_basename/invoice/

${comment('stop it half way, and run it again')}
curl --limit-rate 4M -C - -O ${large}

${comment('four parts at once')}
aria2c -x4 -s4 -k1M -o parts.bin ${large}

${comment('shows the pieces as they come')}
curl -N ${origin}/virtual/generated/

${comment('a second time, it is not sent again: 304')}
curl -w '%{http_code}\\n' -z 1.txt -O ${small}</code></pre>
      </article>
    </section>`
}

function comment(text: string): Html {
  return html`<span class="comment"># ${text}</span>`
}
