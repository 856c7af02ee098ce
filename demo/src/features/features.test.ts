import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { assertDownloadResponse } from 'downloadview/testing'
import { avatarPng, badgePng } from '../seed/pictures.js'
import { articles, featurePages, linksOf, type PageLink, textOf } from '../testing/articles.js'
import { type ServedDemo, serveDemo, signIn } from '../testing/serve-demo.js'

let demo: ServedDemo
let page: string
before(async () => {
  demo = await serveDemo()
  page = (await featurePages(demo.origin)).join('\n')
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

const POSTCARD: Expected = {
  name: 'postcard.png',
  type: 'image/png',
  content: onDisk('uploads/object/postcard.png'),
  inline: true,
}

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
  '/copies/disk/postcard/': POSTCARD,
  '/copies/object-storage/postcard/': POSTCARD,
  '/copies/row/postcard/': POSTCARD,
  '/copies/redirected/postcard/': POSTCARD,
  '/http/simple_url/': { ...HELLO, name: 'hello-world.txt' },
  '/http/avatar_url/': { name: 'avatar.png', type: 'image/png', content: avatarPng, inline: true },
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

/** Links that are others each time; `signed.test.ts` and `http.test.ts` open each of them. */
const MADE_ANEW = /^\/(?:signed|http\/any_url)\//

test('the pages of features link to these downloads and to no others', () => {
  const hrefs = linksOf(articlesOf(page)).map(({ href }) => href)
  const others = hrefs.filter((href) => !MADE_ANEW.test(href))
  assert.deepEqual(others.toSorted(), Object.keys(LINKS).toSorted())
})

for (const [href, expected] of Object.entries(LINKS)) {
  if (typeof expected === 'number') {
    test(`a page tells that ${href} is refused with ${expected}, and it is`, async () => {
      assert.equal(linkTo(href).status, expected)
      await assertErrorPage(href, expected)
    })
  } else {
    test(`a page tells the name of ${href}, which has the right bytes`, async () => {
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

test('the pages quote the real source, with the route of each download', async () => {
  const source = dedent((await Promise.all((await sources()).map((path) => readFile(path, 'utf8')))).join('\n'))
  for (const article of await downloads()) {
    const quoted = textOf(/<pre[^>]*><code>(.*?)<\/code>/s.exec(article)?.[1] ?? '')
    const title = textOf(/<h2><code>(.*?)<\/code>/.exec(article)?.[1] ?? '')
    for (const part of dedent(quoted).split('\n\n')) assert.ok(source.includes(part), `${title}:\n${part}`)
    const routes = title.startsWith('/:server/') ? linksOf(article).map(({ href }) => href) : [title]
    for (const route of routes) if (route.startsWith('/')) assert.ok(quoted.includes(`'${route}'`), route)
  }
})

test('each download stands below the route that answers it', async () => {
  for (const article of await downloads()) {
    const route = textOf(/<h2><code>(.*?)<\/code>/.exec(article)?.[1] ?? '')
    if (!route.startsWith('/')) continue
    const pattern = new RegExp(`^${route.replace(/:\w+/, '[^/]+').replace('*path', '.+')}$`)
    for (const { href } of linksOf(article)) assert.match(href.split('?')[0] ?? '', pattern)
  }
})

test('the pages of features need no script and nothing from elsewhere', async () => {
  assert.doesNotMatch(page, /<script|\son\w+=|javascript:/i)
  const loaded = new Set(
    [...page.matchAll(/<(?:link|img|audio|iframe)\b[^>]*?(?:href|src)="([^"]*)"/g)].map(([, it]) => it ?? ''),
  )
  assert.deepEqual([...loaded].sort(), [
    '/assets/base.css',
    '/assets/controls.css',
    '/assets/features.css',
    '/assets/home.css',
    '/assets/icon.svg',
    '/object/inline-file/melody/',
  ])
  for (const path of loaded) assert.equal((await fetch(demo.origin + path)).status, 200, path)
})

test('whoever has signed in gets the private letter, if it is his', async () => {
  const alice = await signIn(demo, 'alice')
  const links = linksOf((await articles(demo.origin, alice)).join('\n'))
  const letter = links.find(({ href }) => href === '/object/private-file/letter/')
  assert.deepEqual([letter?.note, letter?.status], ['for you, Alice', undefined])
  assert.equal((await fetch(`${demo.origin}/object/private-file/letter/`, { headers: alice })).status, 200)
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
  assert.match(await response.text(), new RegExp(`<h1>${status} .*<a href="/library/">`, 's'))
}

function linkTo(href: string): PageLink {
  const link = linksOf(articlesOf(page)).find((it) => it.href === href)
  assert.ok(link, `no link to ${href}`)
  return link
}

/** Without the navigation around them. */
function articlesOf(html: string): string {
  return [...html.matchAll(/<article class="feature">.*?<\/article>/gs)].join('\n')
}

/** All but that of the terminal, which holds commands. */
async function downloads(): Promise<string[]> {
  const all = await articles(demo.origin)
  assert.ok(all.length > 30, `${all.length} articles`)
  return all.filter((article) => !article.includes('aria-label="Commands"'))
}

async function sources(): Promise<string[]> {
  const paths = await Promise.all(
    ['views', 'pages', 'object-storage', 'upload', 'session'].map(async (folder) => {
      const path = join(SOURCE, folder)
      return (await readdir(path)).map((name) => join(path, name))
    }),
  )
  return [
    ...paths.flat(),
    ...['documents.ts', 'downloadview.config.ts', 'other-server.ts'].map((name) => join(SOURCE, name)),
  ]
}

const SOURCE = join(import.meta.dirname, '..')

/** Without the indentation, which a quote may lack. */
function dedent(text: string): string {
  return text.replace(/^ +/gm, '')
}
