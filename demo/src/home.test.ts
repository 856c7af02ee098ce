import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { assertDownloadResponse } from 'downloadview/testing'
import { badgePng } from './seed/pictures.js'
import { type ServedDemo, serveDemo } from './testing/serve-demo.js'

let demo: ServedDemo
let page: string
before(async () => {
  demo = await serveDemo()
  page = await (await fetch(demo.origin)).text()
})
after(() => demo.close())

/** A download, or the status of a refusal. */
type Expected = { name: string; type: string; content: Content; inline?: true } | number
/** Text, or what gives bytes. */
type Content = string | (() => Uint8Array | Promise<Uint8Array>)

const onDisk = (path: string) => () => readFile(join(demo.dataFolder, path))

const TEXT = 'text/plain; charset=utf-8'
const HELLO = { type: TEXT, content: 'Hello world!\n' }
const UNICODE = {
  name: 'Übersicht 日本語 😀.txt',
  type: TEXT,
  content: 'Übersicht, 日本語, 😀: every character arrives.\n',
}
const INVOICE = { type: 'application/pdf', content: onDisk('uploads/object/scan-0017.pdf') }
const SUNSET = { name: 'sunset.png', type: 'image/png', content: onDisk('uploads/object/sunset.png') }

const LINKS: Readonly<Record<string, Expected>> = {
  '/object/default-file/hello-world/': { ...HELLO, name: 'file.txt' },
  '/object/default-file/unicode-name/': UNICODE,
  '/object/another-file/hello-world/': { type: TEXT, content: 'Goodbye world!\n', name: 'another_file.txt' },
  '/object/deserialized_basename/invoice/': { ...INVOICE, name: 'Invoice 2026-001 – Lovelace & Sons.pdf' },
  '/object/deserialized_basename/hello-world/': { ...HELLO, name: 'hello-world.txt' },
  '/object/deserialized_basename/sunset/': SUNSET,
  '/object/inline-file/invoice/': { ...INVOICE, name: 'scan-0017.pdf', inline: true },
  '/object/inline-file/sunset/': { ...SUNSET, inline: true },
  '/object/inline-file/drawing/': {
    type: 'image/svg+xml',
    content: onDisk('uploads/object/drawing.svg'),
    name: 'drawing.svg',
    inline: true,
  },
  '/object/inline-file/hello-world/': { ...HELLO, name: 'file.txt', inline: true },
  '/object/inline-file/melody/': {
    type: 'audio/wav',
    content: onDisk('uploads/object/melody.wav'),
    name: 'melody.wav',
    inline: true,
  },
  '/object/bytes-in-row/badge/': { type: 'image/png', content: badgePng, name: 'badge.png', inline: true },
  '/object/private-file/letter/?user=alice': {
    type: TEXT,
    content: onDisk('uploads/object/letter.txt'),
    name: 'letter.txt',
  },
  '/object/private-file/letter/?user=bob': 403,
  '/object/private-file/letter/': 403,
  '/storage/static-path/1.txt': { ...HELLO, name: '1.txt' },
  '/storage/static-path/20-MiB.bin': {
    type: 'application/octet-stream',
    content: onDisk('shelf/20-MiB.bin'),
    name: '20-MiB.bin',
  },
  '/storage/static-path/empty.txt': { type: TEXT, content: '', name: 'empty.txt' },
  [`/storage/static-path/reports/${encodeURIComponent(UNICODE.name)}`]: UNICODE,
  '/storage/dynamic-path/1.txt': { ...HELLO, name: '1.TXT' },
  '/path/static-path/': { ...HELLO, name: 'hello-world.txt' },
  '/path/dynamic-path/hello-world.txt': { ...HELLO, name: 'hello-world.txt' },
  '/path/dynamic-path/..%2Fpackage.json': 404,
  '/path/sendfile/': { ...HELLO, name: 'hello-world.txt', inline: true },
  '/virtual/text/': { ...HELLO, name: 'hello-world.txt' },
  '/virtual/stringio/': { ...HELLO, name: 'hello-world.txt' },
  '/virtual/generated/': { ...HELLO, name: 'hello-world.txt' },
  '/virtual/countdown/': {
    type: TEXT,
    content: '10…\n9…\n8…\n7…\n6…\n5…\n4…\n3…\n2…\n1…\nLift-off!\n',
    name: 'countdown.txt',
    inline: true,
  },
  ...Object.fromEntries(
    ['nginx', 'apache', 'lighttpd'].flatMap((server) =>
      ['optimized-by-middleware', 'optimized-by-decorator', 'modified_headers'].map((page) => [
        `/${server}/${page}/`,
        // Nobody is in front who would send it.
        { name: 'hello-world.txt', type: TEXT, content: '' },
      ]),
    ),
  ),
  '/object/default-file/no-such-document/': 404,
  '/storage/static-path/no-such-file.txt': 404,
  '/no-such-page/': 404,
}

test('the home page links to these downloads and to no others', () => {
  const hrefs = linksOf(page).map(({ href }) => href)
  assert.deepEqual(hrefs.toSorted(), Object.keys(LINKS).toSorted())
})

for (const [href, expected] of Object.entries(LINKS)) {
  if (typeof expected === 'number') {
    test(`the home page tells that ${href} is refused with ${expected}, and it is`, async () => {
      assert.equal(linkTo(href).status, expected)
      await assertErrorPage(href, expected)
    })
  } else {
    test(`the home page tells the name of ${href}, which has the right bytes`, async () => {
      const { name, type, content, inline = false } = expected
      const link = linkTo(href)
      assert.deepEqual([link.label, link.status], [name, undefined])
      await assertDownloadResponse(fetch(demo.origin + link.href), {
        status: 200,
        basename: name,
        contentType: type,
        content: typeof content === 'string' ? content : await content(),
        attachment: !inline,
      })
    })
  }
}

test('the home page quotes the real source, with the route of each download', async () => {
  const source = dedent((await Promise.all((await sources()).map((path) => readFile(path, 'utf8')))).join('\n'))
  for (const article of articlesOf(page)) {
    const quoted = textOf(/<pre[^>]*><code>(.*?)<\/code>/s.exec(article)?.[1] ?? '')
    const title = textOf(/<h3><code>(.*?)<\/code>/.exec(article)?.[1] ?? '')
    for (const part of dedent(quoted).split('\n\n')) assert.ok(source.includes(part), `${title}:\n${part}`)
    const routes = title.startsWith('/:server/') ? linksOf(article).map(({ href }) => href) : [title]
    for (const route of routes) if (route.startsWith('/')) assert.ok(quoted.includes(`'${route}'`), route)
  }
})

test('each download stands below the route that answers it', () => {
  for (const article of articlesOf(page)) {
    const route = textOf(/<h3><code>(.*?)<\/code>/.exec(article)?.[1] ?? '')
    if (!route.startsWith('/')) continue
    const pattern = new RegExp(`^${route.replace(/:\w+/, '[^/]+').replace('*path', '.+')}$`)
    for (const { href } of linksOf(article)) assert.match(href.split('?')[0] ?? '', pattern)
  }
})

test('the home page needs no script and nothing from elsewhere', async () => {
  assert.doesNotMatch(page, /<script|\son\w+=|javascript:/i)
  const loaded = [...page.matchAll(/<(?:link|img|audio|iframe)\b[^>]*?(?:href|src)="([^"]*)"/g)].map(
    ([, it]) => it ?? '',
  )
  assert.deepEqual(loaded, ['/assets/icon.svg', '/assets/style.css', '/object/inline-file/melody/'])
  for (const path of loaded) assert.equal((await fetch(demo.origin + path)).status, 200, path)
})

test('the links within the home page lead somewhere', () => {
  const anchors = [...page.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id)
  assert.ok(anchors.length > 0)
  for (const id of anchors) assert.ok(page.includes(`<section id="${id}"`), id)
})

test('pages that are not there, and addresses that mean nothing, get a page of the site', async () => {
  await assertErrorPage('/no/such/page', 404)
  await assertErrorPage('/object/default-file/%zz/', 400)
})

test('an error page shows what was asked for nowhere', async () => {
  const response = await fetch(`${demo.origin}/%3Cimg%20src=x%20onerror=alert(1)%3E?<script>`)
  assert.equal(response.status, 404)
  assert.doesNotMatch(await response.text(), /onerror|<script/)
})

async function assertErrorPage(path: string, status: number): Promise<void> {
  const response = await fetch(demo.origin + path)
  assert.equal(response.status, status)
  assert.equal(response.headers.get('Content-Type'), 'text/html; charset=utf-8')
  assert.equal(response.headers.get('Content-Disposition'), null)
  assert.match(await response.text(), new RegExp(`<h1>${status} .*<a href="/">`, 's'))
}

function linkTo(href: string): Link {
  const link = linksOf(page).find((it) => it.href === href)
  assert.ok(link, `no link to ${href}`)
  return link
}

interface Link {
  href: string
  label: string
  status: number | undefined
}

/** The downloads of the page, read from its HTML. */
function linksOf(html: string): Link[] {
  return [...html.matchAll(/<li><a href="(\/[^"]*)">([^<]*)(.*?)<\/a>/g)].map(
    ([, href = '', label = '', rest = '']) => {
      const status = /class="status">(\d+)</.exec(rest)?.[1]
      return {
        href: textOf(href),
        label: textOf(label).trim(),
        status: status === undefined ? undefined : Number(status),
      }
    },
  )
}

function articlesOf(html: string): string[] {
  const articles = html.split('<article>').slice(1)
  assert.ok(articles.length > 10)
  // The last one holds commands.
  return articles.slice(0, -1)
}

function textOf(html: string): string {
  return html.replace(/<[^>]*>/g, '').replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
}

async function sources(): Promise<string[]> {
  const paths = await Promise.all(
    ['views', 'pages'].map(async (folder) => {
      const path = join(import.meta.dirname, folder)
      return (await readdir(path)).map((name) => join(path, name))
    }),
  )
  return [...paths.flat(), ...['documents.ts', 'downloadview.config.ts'].map((name) => join(import.meta.dirname, name))]
}

/** Without the indentation, which a quote may lack. */
function dedent(text: string): string {
  return text.replace(/^ +/gm, '')
}
