import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ContentFile } from '../../../src/files/content.js'
import { PathDownloadView } from '../../../src/views/path.js'
import { VirtualDownloadView } from '../../../src/views/virtual.js'
import { LAST_MODIFIED } from '../fixtures.js'
import type { Expected } from '../suite.js'
import { useSite } from '../use.js'

/** What the headers of a download say, and what they leave to the application. */
export function headers({ adapter, fixtures }: Expected): void {
  describe('headers', () => {
    const { root } = fixtures
    const attached = useSite(adapter, PathDownloadView.asView({ root }), '/files/*path')
    const shown = useSite(adapter, PathDownloadView.asView({ root, attachment: false }), '/files/*path')

    for (const [file, type] of TYPES) {
      test(`${file} is of type ${type}`, async () => {
        for (const site of [attached, shown]) {
          const reply = await site.ask(`/files/${file}`)
          assert.equal(reply.get('Content-Type'), type)
          assert.equal(reply.get('X-Content-Type-Options'), 'nosniff')
          assert.equal(reply.get('Content-Encoding'), undefined)
        }
      })

      const isSandboxed = SCRIPTABLE.includes(file)
      test(`${file} shown inline ${isSandboxed ? 'may run no scripts' : 'needs no policy'}`, async () => {
        const policy = (await shown.ask(`/files/${file}`)).get('Content-Security-Policy')
        if (isSandboxed) assert.match(policy ?? '', /default-src 'none'.*sandbox/)
        else assert.equal(policy, undefined)
        assert.equal((await attached.ask(`/files/${file}`)).get('Content-Security-Policy'), undefined)
      })
    }

    test('a reply is for this user alone unless the view says otherwise', async () => {
      assert.equal((await attached.ask('/files/digits.txt')).get('Cache-Control'), 'private, no-cache')
      assert.equal(
        (await attached.ask('/files/digits.txt', { headers: { Cookie: 'a=b' } })).get('Cache-Control'),
        'private, no-cache',
      )
    })

    test('dates and tags of a file are those of the disk', async () => {
      const reply = await attached.ask('/files/digits.txt')
      assert.equal(reply.get('Last-Modified'), LAST_MODIFIED)
      assert.match(reply.get('ETag') ?? '', /^"[0-9a-f]+-[0-9a-f]+"$/)
      assert.match(reply.get('Date') ?? '', /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/)
    })

    test('no header comes twice', async () => {
      for (const request of [{}, { Range: 'bytes=0-1' }, { Range: 'bytes=0-1,3-4' }, { 'If-None-Match': '*' }]) {
        const reply = await attached.ask('/files/digits.txt', { headers: request })
        const names = reply.fields.map(([name]) => name.toLowerCase())
        assert.deepEqual(names, [...new Set(names)])
      }
    })

    test('the reply says nothing of a client’s accelerator headers', async () => {
      const reply = await attached.ask('/files/digits.txt', {
        headers: { 'X-Sendfile-Type': 'X-Accel-Redirect', 'X-Accel-Mapping': '/=/', 'X-Accel-Redirect': '/etc/passwd' },
      })
      assert.equal(reply.status, 200)
      assert.equal(reply.body.toString(), '0123456789')
      assert.ok(
        !reply.fields.some(([name]) => /^x-(accel|sendfile|lighttpd)/i.test(name)),
        JSON.stringify(reply.fields),
      )
    })

    describe('options of the view', () => {
      const site = useSite(
        adapter,
        PathDownloadView.asView({
          path: fixtures.path('archive.tar.gz'),
          mimeType: 'text/x-log; charset=latin1',
          encoding: 'gzip',
          basename: 'log.txt',
          cacheControl: 'public, max-age=60',
          contentSecurityPolicy: "default-src 'self'",
          attachment: false,
          headers: { 'X-Own': '1', ETag: '"own"', 'Set-Cookie': ['a=1', 'b=2'], Vary: 'Accept-Language' },
        }),
      )

      test('they win over what the file tells', async () => {
        const reply = await site.ask('/')
        assert.equal(reply.get('Content-Type'), 'text/x-log; charset=latin1')
        assert.equal(reply.get('Content-Encoding'), 'gzip')
        assert.equal(reply.get('Content-Disposition'), 'inline; filename="log.txt"')
        assert.equal(reply.get('Cache-Control'), 'public, max-age=60')
        assert.equal(reply.get('X-Own'), '1')
        assert.equal(reply.get('Vary'), 'Accept-Language')
        assert.deepEqual(
          reply.fields.filter(([name]) => name.toLowerCase() === 'set-cookie').map(([, value]) => value),
          ['a=1', 'b=2'],
        )
      })

      test('conditions are about the tag that the view gave', async () => {
        assert.equal((await site.ask('/', { headers: { 'If-None-Match': '"own"' } })).status, 304)
        assert.equal((await site.ask('/', { headers: { 'If-Match': '"other"' } })).status, 412)
        assert.equal((await site.ask('/', { headers: { 'If-Range': '"own"', Range: 'bytes=0-0' } })).status, 206)
      })

      test('a 304 keeps cookies and caching, and says nothing of the body', async () => {
        const reply = await site.ask('/', { headers: { 'If-None-Match': '"own"' } })
        assert.equal(reply.get('Cache-Control'), 'public, max-age=60')
        assert.equal(reply.get('Vary'), 'Accept-Language')
        assert.equal(reply.get('Set-Cookie'), 'a=1, b=2')
        assert.equal(reply.get('Content-Encoding'), undefined)
        assert.equal(reply.get('Content-Type'), undefined)
      })

      test('a 206 has them as well', async () => {
        const reply = await site.ask('/', { headers: { Range: 'bytes=0-0' } })
        assert.equal(reply.status, 206)
        assert.equal(reply.get('Content-Encoding'), 'gzip')
        assert.equal(reply.get('X-Own'), '1')
      })
    })

    describe('headers that are turned off', () => {
      const site = useSite(
        adapter,
        PathDownloadView.asView({
          path: fixtures.path('page.html'),
          attachment: false,
          cacheControl: false,
          contentSecurityPolicy: false,
          charset: '',
        }),
      )

      test('they are not there', async () => {
        const reply = await site.ask('/')
        assert.equal(reply.get('Cache-Control'), undefined)
        assert.equal(reply.get('Content-Security-Policy'), undefined)
        assert.equal(reply.get('Content-Type'), 'text/html')
      })
    })

    describe('a weak tag', () => {
      const site = useSite(adapter, WeakView.asView())

      test('it answers If-None-Match, and nothing that needs the very same bytes', async () => {
        const status = async (fields: Record<string, string>) => (await site.ask('/', { headers: fields })).status
        assert.equal(await status({}), 200)
        assert.equal(await status({ 'If-None-Match': 'W/"v1"' }), 304)
        assert.equal(await status({ 'If-None-Match': '"v1"' }), 304)
        assert.equal(await status({ 'If-Match': 'W/"v1"' }), 412)
        assert.equal(await status({ 'If-Match': '"v1"' }), 412)
        assert.equal(await status({ 'If-Match': '*' }), 200)
        assert.equal(await status({ 'If-Range': 'W/"v1"', Range: 'bytes=0-1' }), 200)
        assert.equal(await status({ 'If-Range': '"v1"', Range: 'bytes=0-1' }), 200)
        assert.equal(await status({ Range: 'bytes=0-1' }), 206)
      })
    })

    describe('a file without a date', () => {
      const site = useSite(adapter, BareView.asView())

      test('nothing is made up, and conditions that cannot be answered do not hold', async () => {
        const plain = await site.ask('/')
        assert.equal(plain.get('Last-Modified'), undefined)
        assert.match(plain.get('ETag') ?? '', /^"/)
        const dated = await site.ask('/', { headers: { 'If-Modified-Since': 'Fri, 01 Jan 2100 00:00:00 GMT' } })
        assert.equal(dated.status, 200)
        const unmodified = await site.ask('/', { headers: { 'If-Unmodified-Since': 'Sat, 01 Jan 2000 00:00:00 GMT' } })
        assert.equal(unmodified.status, 200)
        const range = { 'If-Range': 'Fri, 01 Jan 2100 00:00:00 GMT', Range: 'bytes=0-1' }
        assert.equal((await site.ask('/', { headers: range })).status, 200)
      })
    })

    describe('a date in the future', () => {
      const site = useSite(adapter, FutureView.asView())

      test('Last-Modified is never later than the reply', async () => {
        const reply = await site.ask('/')
        assert.ok(
          Date.parse(reply.get('Last-Modified') ?? '') <= Date.parse(reply.get('Date') ?? '') + 1000,
          String(reply.get('Last-Modified')),
        )
      })
    })

    if (adapter.hasResponse) {
      describe('headers of the application’s own response', () => {
        const site = useSite(adapter, PathDownloadView.asView({ root, headers: { Vary: 'Cookie' } }), '/files/*path', {
          before(response) {
            response.setHeader('X-Before', 'kept')
            response.setHeader('Content-Type', 'text/html')
            response.setHeader('Cache-Control', 'public, max-age=1')
            response.setHeader('X-Content-Type-Options', 'nosniff')
            response.setHeader('Vary', 'Origin')
            response.setHeader('Set-Cookie', 'visit=1')
            response.setHeader('ETag', '"of-the-application"')
          },
        })

        test('those that the download does not set stay', async () => {
          const reply = await site.ask('/files/digits.txt')
          assert.equal(reply.get('X-Before'), 'kept')
          assert.equal(reply.get('Set-Cookie'), 'visit=1')
        })

        test('a list gets longer', async () => {
          assert.equal((await site.ask('/files/digits.txt')).get('Vary'), 'Origin, Cookie')
        })

        test('what describes the file is the file’s', async () => {
          const reply = await site.ask('/files/digits.txt')
          assert.equal(reply.get('Content-Type'), 'text/plain; charset=utf-8')
          assert.match(reply.get('ETag') ?? '', /^"[0-9a-f]+-[0-9a-f]+"$/)
        })

        test('the caching that the application chose wins over our default', async () => {
          assert.equal((await site.ask('/files/digits.txt')).get('Cache-Control'), 'public, max-age=1')
        })
      })
    }
  })
}

class WeakView extends VirtualDownloadView {
  override getFile(): ContentFile {
    return new ContentFile('0123456789', { name: 'weak.txt', etag: 'W/"v1"' })
  }
}

class BareView extends VirtualDownloadView {
  override getFile(): ContentFile {
    return new ContentFile('0123456789')
  }
}

class FutureView extends VirtualDownloadView {
  override getFile(): ContentFile {
    return new ContentFile('x', { modifiedTime: new Date(Date.now() + 86_400_000) })
  }
}

const TYPES: readonly (readonly [file: string, type: string])[] = [
  ['digits.txt', 'text/plain; charset=utf-8'],
  ['page.html', 'text/html; charset=utf-8'],
  ['page.xhtml', 'application/xhtml+xml'],
  ['picture.svg', 'image/svg+xml'],
  ['feed.xml', 'application/xml'],
  ['style.css', 'text/css; charset=utf-8'],
  ['script.js', 'text/javascript; charset=utf-8'],
  ['data.json', 'application/json'],
  ['photo.png', 'image/png'],
  ['photo.JPG', 'image/jpeg'],
  ['document.pdf', 'application/pdf'],
  ['archive.tar.gz', 'application/gzip'],
  ['table.csv', 'text/csv; charset=utf-8'],
  ['noextension', 'application/octet-stream'],
  ['html', 'application/octet-stream'],
  ['unknown.zzzzz', 'application/octet-stream'],
]

const SCRIPTABLE = ['page.html', 'page.xhtml', 'picture.svg', 'feed.xml']
