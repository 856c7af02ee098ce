import { html } from '../pages/html.js'
import type { Link, Section } from './section.js'

/** Files of other servers. */
export const HTTP: Section = {
  id: 'http',
  title: 'HTTP',
  text: 'Another server keeps the file. Your visitors need no access there: it goes through the view, with its ranges and conditions.',
  sources: ['views/http.ts', 'other-server.ts'],
  entries: [
    {
      route: '/http/simple_url/',
      text: 'Always the same file of another server. The demo has started one for itself, so that this works without a network.',
      region: 'simple_url',
      links: [{ href: '/http/simple_url/', label: 'hello-world.txt' }],
    },
    {
      route: '/http/avatar_url/',
      text: 'A picture, shown. What that server says it is, it stays.',
      region: 'avatar_url',
      links: [{ href: '/http/avatar_url/', label: 'avatar.png' }],
    },
    {
      route: '/http/any_url/',
      text: 'An address that somebody typed could lead into your own network. So nothing but the public internet is asked, however the address is spelled and wherever it redirects.',
      region: 'any_url',
      form: html`<form action="/http/any_url/">
          <label for="any-url">Address of a file</label>
          <input id="any-url" name="url" type="url" required placeholder="https://…" autocomplete="off">
          <button>Download</button>
        </form>`,
      links: ({ site: { otherServer } }) => addressesOf(otherServer.url).map(refused),
    },
    {
      route: 'HttpClient',
      text: 'Hosts of your own are named. The first two views have this client.',
      region: 'client',
      links: [],
    },
  ],
}

/** Spellings of this machine, and what clouds tell their machines. */
function addressesOf(own: string): readonly [url: string, note: string][] {
  const { port } = new URL(own)
  return [
    [`http://127.0.0.1:${port}/hello-world.txt`, 'this machine'],
    [`http://localhost:${port}/hello-world.txt`, 'by its name'],
    [`http://0x7f.1:${port}/hello-world.txt`, 'disguised'],
    ['http://169.254.169.254/latest/meta-data/', 'secrets of a cloud'],
  ]
}

function refused([url, note]: readonly [url: string, note: string]): Link {
  return {
    href: `/http/any_url/?url=${encodeURIComponent(url)}`,
    label: url.split(/[/:]+/)[1] ?? '',
    note,
    status: 502,
  }
}
