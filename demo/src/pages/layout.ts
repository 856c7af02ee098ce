import { randomUUID } from 'node:crypto'
import type { Response } from 'express'
import { nameOf, type UserId } from '../session/users.js'
import { type Html, html } from './html.js'

/** What a page is made of. */
export interface Page {
  readonly title: string
  readonly main: Html
  /** The entry of the navigation that it is below. */
  readonly current?: string | undefined
  /** Style sheets below `assets/`, after the one of all pages. */
  readonly styles?: readonly string[]
  /** Address of its script. */
  readonly script?: string | undefined
}

/** Sends a page of the site. */
export function sendPage(response: Response, { title, main, current, styles = [], script }: Page): void {
  const nonce = script === undefined ? undefined : randomUUID()
  const page = html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title} – downloadview demo</title>
  <link rel="icon" href="/assets/icon.svg">
  ${['base', 'controls', ...styles].map((name) => html`<link rel="stylesheet" href="/assets/${name}.css">`)}
  ${script && html`<script src="${script}" nonce="${nonce}" defer></script>`}
</head>
<body>
  <a class="skip" href="#main">Skip to content</a>
  ${header(response.locals['viewer'], current)}
  <main id="main">
    ${main}
  </main>
  <footer>
    <p>This site is the demo of <strong>downloadview</strong>. Its source is in <code>demo/src</code>.</p>
  </footer>
</body>
</html>
`
  response.set(HEADERS).set('Content-Security-Policy', policyOf(nonce)).type('html').send(page.text)
}

const ENTRIES = [
  ['/library/', 'Library'],
  ['/features/', 'Features'],
  ['/status/', 'Status'],
] as const

function header(viewer: UserId | undefined, current: string | undefined): Html {
  return html`<header class="site">
    <a class="brand" href="/"><img src="/assets/icon.svg" alt="" width="28" height="28"> downloadview</a>
    <nav aria-label="Site">
      <ul>${ENTRIES.map(([href, text]) => html`<li><a href="${href}"${href === current && html` aria-current="page"`}>${text}</a></li>`)}</ul>
    </nav>
    <div class="session">${viewer === undefined ? html`<a class="button" href="/session/">Sign in</a>` : signedIn(viewer)}</div>
  </header>`
}

function signedIn(viewer: UserId): Html {
  return html`<span class="who"><span class="avatar ${viewer}" aria-hidden="true">${nameOf(viewer).slice(0, 1)}</span> ${nameOf(viewer)}</span>
      <form action="/session/end/" method="post"><button>Sign out</button></form>`
}

/**
 * Pages load nothing from elsewhere. A script runs only where its page names it: what visitors upload has addresses of
 * this site as well, and `'self'` would let it in.
 */
function policyOf(nonce: string | undefined): string {
  const own = ['style-src', 'img-src', 'media-src', 'frame-src', 'font-src'].map((kind) => `${kind} 'self'`)
  const script = nonce === undefined ? [] : [`script-src 'nonce-${nonce}'`, "connect-src 'self'"]
  const rest = ["base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"]
  return ["default-src 'none'", ...script, ...own, ...rest].join('; ')
}

const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  // What is on a page depends on who looks at it.
  'Cache-Control': 'private, no-cache',
}
