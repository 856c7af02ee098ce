import type { Response } from 'express'
import { type Html, html } from './html.js'

/** Sends a page of the site. */
export function sendPage(response: Response, { title, main }: { title: string; main: Html }): void {
  const page = html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title}</title>
  <link rel="icon" href="/assets/icon.svg">
  <link rel="stylesheet" href="/assets/style.css">
</head>
<body>
  ${main}
</body>
</html>
`
  response.set(HEADERS).type('html').send(page.text)
}

/** The pages have no scripts, and load nothing from elsewhere. */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-cache',
}
