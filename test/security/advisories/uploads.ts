import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MemoryStorage } from '../../../src/storages/memory.js'
import type { FileStat } from '../../../src/storages/storage.js'
import { PathDownloadView } from '../../../src/views/path.js'
import { StorageDownloadView } from '../../../src/views/storage.js'
import { comparable } from '../../adapters/expectations/methods.js'
import type { Reply } from '../../adapters/site.js'
import { type Attacked, useKeptSite } from '../suite.js'

/** What users have uploaded runs nothing in the browsers of others. */
export function uploads({ adapter, fixtures }: Attacked): void {
  describe('uploads', () => {
    const { root } = fixtures
    for (const name of PAGES) fixtures.write(`uploads/${name}`, '<script>alert(1)</script>')
    const attached = useKeptSite(adapter, PathDownloadView.asView({ root }), '/files/*path')
    const shown = useKeptSite(adapter, PathDownloadView.asView({ root, attachment: false }), '/files/*path')
    let type = ''
    const stored = useKeptSite(adapter, (request) =>
      StorageDownloadView.asView({ storage: new TypedStorage(type), path: 'upload.bin', attachment: false })(request),
    )
    const given = useKeptSite(adapter, (request) =>
      StorageDownloadView.asView({
        storage: new TypedStorage('image/png'),
        path: 'a',
        attachment: false,
        mimeType: type,
      })(request),
    )

    for (const name of PAGES) {
      test(`CVE-2026-33173, CVE-2026-25500: an uploaded ${name} cannot run a script where it is shown`, async () => {
        for (const ask of ASKED) {
          assertHarmless(await shown.ask(`/files/uploads/${name}`, ask), name)
          const saved = await attached.ask(`/files/uploads/${name}`, ask)
          if (saved.status < 300) assert.match(saved.get('Content-Disposition') ?? '', /^attachment; filename="/)
        }
      })
    }

    test('CVE-2026-33173: no form of a stored media type, or of one that the application was given, lets a script run', async () => {
      for (type of SCRIPT_TYPES) {
        assertHarmless(await stored.ask('/'), `stored ${JSON.stringify(type)}`)
        assertHarmless(await given.ask('/'), `given ${JSON.stringify(type)}`)
      }
    })

    test('CVE-2026-34786, CVE-2026-34785: no spelling of a name takes away the headers that keep it harmless', async () => {
      const plain = comparable(await shown.ask('/files/uploads/page.html'))
      for (const target of SPELLED) assert.deepEqual(comparable(await shown.ask(target)), plain, target)
    })

    test('CVE-2026-33173: no query of a client changes how a file is shown, or as what', async () => {
      for (const site of [attached, shown]) {
        const plain = comparable(await site.ask('/files/uploads/page.html'))
        for (const query of QUERIES) {
          assert.deepEqual(comparable(await site.ask(`/files/uploads/page.html?${query}`)), plain, query)
        }
      }
    })

    test('koa, hono: no preference of a client changes a reply, so that none is kept for those who have another', async () => {
      const plain = await attached.ask('/files/uploads/page.html')
      for (const headers of PREFERENCES) {
        const reply = await attached.ask('/files/uploads/page.html', { headers })
        assert.deepEqual(comparable(reply), comparable(plain), JSON.stringify(headers))
        assert.ok(reply.body.equals(plain.body), JSON.stringify(headers))
      }
    })

    test('CVE-2024-26144: no cookie, range or condition makes a reply public that was checked for one user', async () => {
      for (const headers of PRIVATE) {
        const reply = await attached.ask('/files/digits.txt', { headers })
        assert.equal(reply.get('Cache-Control'), 'private, no-cache', JSON.stringify(headers))
      }
    })
  })
}

function assertHarmless(reply: Reply, what: string): void {
  assert.ok(reply.status === 200 || reply.status === 206, `${what}: ${reply.status}`)
  assert.match(reply.get('Content-Security-Policy') ?? '', /^default-src 'none'.*; sandbox$/, what)
  assert.equal(reply.get('X-Content-Type-Options'), 'nosniff', what)
}

/** A storage that tells a type that came with the upload. */
class TypedStorage extends MemoryStorage {
  readonly #type: string

  constructor(type: string) {
    super()
    this.#type = type
  }

  override async stat(): Promise<FileStat> {
    return { size: 1, contentType: this.#type }
  }

  override async *open(): AsyncGenerator<Uint8Array, void, undefined> {
    yield Buffer.from('x')
  }
}

/** A file of each kind that some browser shows as a page with scripts. */
const PAGES = [
  'page.html',
  'page.HTM',
  'page.shtml',
  'page.xhtml',
  'page.xht',
  'picture.svg',
  'picture.svgz',
  'feed.xml',
  'feed.rss',
  'feed.atom',
  'feed.rdf',
  'style.xsl',
  'style.xslt',
  'archive.mht',
  'archive.mhtml',
  'letter.eml',
  'formula.mathml',
  'formula.mml',
  'window.xul',
  'track.gpx',
  'schema.xsd',
  'definition.dtd',
]

/** Media types by which a browser runs scripts, also in the forms in which only some of them do. */
const SCRIPT_TYPES = [
  'text/html',
  'TEXT/HTML',
  ' text/html ',
  'text/html;charset=utf-7',
  'text/html ; x=y',
  'text/html;',
  'text/html,image/png',
  'image/png,text/html',
  'image/png, text/html; a=b',
  'text/plain;a=b,text/html',
  'application/xhtml+xml',
  'image/svg+xml',
  'image/svg+xml; charset=utf-8',
  'IMAGE/SVG+XML',
  'text/xml',
  'application/xml',
  'application/xslt+xml',
  'text/xsl',
  'application/rss+xml',
  'application/mathml+xml',
  'application/vnd.mozilla.xul+xml',
  'text/rdf',
  'text/mathml',
  'multipart/x-mixed-replace; boundary=a',
  'multipart/related; boundary=a; type="text/html"',
  'message/rfc822',
  'message/global',
]

const ASKED = [{}, { headers: { Range: 'bytes=0-3' } }, { headers: { Range: 'bytes=0-1,3-4' } }, { method: 'HEAD' }]

const SPELLED = [
  '/files/uploads/page%2Ehtml',
  '/files/uploads/page%2ehtml',
  '/files/uploads/%70age.%68tml',
  '/files/%75ploads/page.html',
  '/files/uploads/page.html?x=.txt',
  '/files/uploads/page.html?/a.png',
]

const QUERIES = [
  'content_type=image/png',
  'type=text/html&disposition=inline',
  'response-content-type=text/html&response-content-disposition=inline',
  'attachment=false&inline=1&download=0',
  'mimeType=text/html&basename=a.exe&headers[X-Own]=1',
  '__proto__[attachment]=false',
]

const PREFERENCES = [
  { 'Accept-Encoding': 'gzip, br, zstd' },
  { 'Accept-Encoding': 'identity;q=0, *;q=1' },
  { 'Accept-Encoding': 'gzip;q=0.1,'.repeat(1000) },
  { 'Accept-Language': 'de' },
  { Accept: 'image/webp' },
]

const PRIVATE: readonly Readonly<Record<string, string>>[] = [
  {},
  { Cookie: 'session=1' },
  { Authorization: 'Bearer a' },
  { Range: 'bytes=0-1' },
  { Range: 'bytes=0-1,3-4' },
  { 'If-None-Match': '*' },
  { 'Cache-Control': 'public' },
]
