import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, readlinkSync, symlinkSync, truncateSync } from 'node:fs'
import { after, describe, test } from 'node:test'
import express5, { type Express } from 'express'
import express4 from 'express4'
import fc from 'fast-check'
import { toExpressHandler } from '../../src/adapters/express/index.js'
import { toNodeHandler } from '../../src/adapters/node/index.js'
import { InvalidKeyError, PermissionDeniedError } from '../../src/errors.js'
import { ContentFile } from '../../src/files/content.js'
import type { DownloadHandler } from '../../src/handler.js'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { PathDownloadView } from '../../src/views/path.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { VirtualDownloadView } from '../../src/views/virtual.js'
import { plainFilename, savedName } from '../adapters/disposition.js'
import { BIG, DIGITS, FOLDER_MARK, noise, SECRET } from '../adapters/fixtures.js'
import { adapters } from '../adapters/servers.js'
import { openSite } from '../adapters/site.js'
import { SPELLINGS, UNREACHABLE } from '../adapters/spellings.js'
import { useFixtures, watchForStrayErrors } from '../adapters/use.js'
import { createGate, fastest } from '../adapters/wait.js'
import { eventually } from '../support/eventually.js'
import { type RawReply, rawRequest, writeRequest } from './raw.js'
import { made, serve, serveListener } from './serve.js'
import { whileSwapping } from './swapping.js'

/**
 * What has been done to file servers before, tried on this one. Each test names the advisory, or the report, that it
 * learned from.
 */

const fixtures = useFixtures()
watchForStrayErrors()
const { root, write, path } = fixtures
const storage = new FileSystemStorage({ root })
write('admin/secret.txt', SECRET)
write('public/a.txt', 'public')

const files = await serve(PathDownloadView.asView({ root }), { route: '/files/*path' })
const shown = await serve(PathDownloadView.asView({ root, attachment: false }), { route: '/files/*path' })

const get = (target: string, headers: Record<string, string> = {}): Promise<RawReply> =>
  rawRequest(files.origin, { target, headers })

/** An application that guards a folder in its router, which sees addresses as they were spelled. */
async function guardedByRouter(app: Express, wildcard: string): Promise<string> {
  app.set('env', 'test')
  app.use('/files/admin', (_req, res) => void res.status(403).end())
  app.get(`/files/${wildcard}`, toExpressHandler(PathDownloadView.asView({ root })))
  app.get(`/tenants/:tenant/${wildcard}`, toExpressHandler(PathDownloadView.asView({ root })))
  return serveListener(app)
}

/** A view that guards a folder in its hook, and writes down what it was asked for. */
function guardedByView(asked: string[]): DownloadHandler {
  return class extends StorageDownloadView {
    override async getPath(): Promise<string> {
      const key = await super.getPath()
      asked.push(key)
      if (key.startsWith('admin/')) throw new PermissionDeniedError()
      return key
    }
  }.asView({ storage })
}

describe('names', () => {
  for (const [name, app, wildcard] of [
    ['Express 5', express5(), '*path'],
    ['Express 4', express4(), ':path(*)'],
  ] as const) {
    const guarded = guardedByRouter(app, wildcard)

    test(`CVE-2026-6414: an encoded separator does not get past a guard of the router (${name})`, async () => {
      assert.equal((await rawRequest(await guarded, { target: '/files/admin/secret.txt' })).status, 403)
      for (const target of ['/files/admin%2Fsecret.txt', '/files/admin%2fsecret.txt', '/files%2Fadmin%2Fsecret.txt']) {
        for (const method of ['GET', 'HEAD']) {
          assert.equal((await rawRequest(await guarded, { target, method })).status, 404)
        }
      }
    })

    test(`CVE-2026-15074: dots that are folded after the guard lead nowhere (${name})`, async () => {
      for (const target of [
        '/files/public/../admin/secret.txt',
        '/files/x/../admin/secret.txt',
        '/files/./admin/secret.txt',
        '/files//admin/secret.txt',
        '/files/%2e/admin/secret.txt',
        '/files/public/%2e%2e/admin/secret.txt',
        '/files/public/.%2E/admin/secret.txt',
        '/tenants/a/../admin/secret.txt',
        '/tenants/a/%2e%2e/admin/secret.txt',
        '/tenants/a/public/../../files/admin/secret.txt',
      ]) {
        const reply = await rawRequest(await guarded, { target })
        assert.equal(reply.status, 404, target)
        assert.doesNotMatch(reply.body.toString(), /SECRET/)
      }
    })
  }

  test('CVE-2026-7120: the hook that authorises receives exactly the key that is opened', async () => {
    const asked: string[] = []
    const guarded = await serve(guardedByView(asked), { route: '/files/*path' })
    for (const target of [
      '/files//public/a.txt',
      '/files/./public/a.txt',
      '/files/public/./a.txt',
      '/files/public//a.txt',
    ]) {
      asked.length = 0
      assert.equal((await rawRequest(guarded.origin, { target })).status, 404, target)
      assert.ok(asked.length <= 1, asked.join(' '))
    }
    asked.length = 0
    assert.equal((await rawRequest(guarded.origin, { target: '/files/public/a.txt' })).body.toString(), 'public')
    assert.deepEqual(asked, ['public/a.txt'])
  })

  test('CVE-2026-29087, CVE-2026-39406: no spelling with encoded or repeated slashes reaches a guarded file', async () => {
    const asked: string[] = []
    const guarded = await serve(guardedByView(asked), { route: '/files/*path' })
    for (const target of SPELLINGS) {
      const reply = await rawRequest(guarded.origin, { target })
      assert.doesNotMatch(reply.body.toString(), /SECRET/, target)
    }
  })

  test('CVE-2026-54286, GHSA-frvp-7c67-39w9: a backslash is refused on every system', async () => {
    write('public\\a.txt', SECRET)
    for (const target of [
      '/files/%5c',
      '/files/%5C..%5Csecret.txt',
      '/files/public%5ca.txt',
      '/files/public\\a.txt',
      '/files/..\\..\\secret.txt',
      '/files/\\etc\\passwd',
    ]) {
      assert.equal((await get(target)).status, 404, target)
    }
  })

  test('GHSA-wr4h-v87w-p3r7: dots are decoded once, however often they were encoded', async () => {
    let dots = '..'
    for (let level = 0; level < 4; level++) {
      for (const target of [`/files/${dots}/secret.txt`, `/files/public/${dots}/${dots}/secret.txt`]) {
        assert.equal((await get(target)).status, 404, target)
      }
      dots = level === 0 ? '%2e%2e' : dots.replaceAll('%', '%25')
    }
  })

  test('CVE-2026-2293, CVE-2026-33011: every request that gets a file was authorised once, whatever its method or case', async () => {
    const asked: string[] = []
    const guarded = await serve(guardedByView(asked), { route: '/files/*path' })
    for (const method of ['GET', 'HEAD']) {
      for (const [target, status] of [
        ['/files/public/a.txt', 200],
        ['/files/admin/secret.txt', 403],
        ['/files/%61dmin/secret.txt', 403],
        ['/files/Admin/secret.txt', 404],
        ['/files/admin/secret.txt/', 403],
        ['/files/ADMIN/secret.txt', 404],
      ] as const) {
        asked.length = 0
        assert.equal((await rawRequest(guarded.origin, { target, method })).status, status, target)
        assert.equal(asked.length, 1)
      }
    }
  })

  test('CVE-2026-27585, GHSA-qrp7-cvwr-j2c6: nothing in a name is a pattern', async () => {
    for (const target of [
      '/files/*',
      '/files/d*',
      '/files/[d]igits.txt',
      '/files/{digits,x}.txt',
      '/files/digits.tx?',
      '/files/**/inner.txt',
    ]) {
      assert.equal((await get(target)).status, 404, target)
    }
  })

  test('CVE-2026-34786, CVE-2026-34785: the headers that keep a file harmless do not depend on how its name was spelled', async () => {
    for (const target of [
      '/files/page.html',
      '/files/page%2Ehtml',
      '/files/%70age.%68tml',
      '/files/page.html?x=.txt',
    ]) {
      const reply = await rawRequest(shown.origin, { target })
      assert.equal(reply.get('Content-Type'), 'text/html; charset=utf-8', target)
      assert.match(reply.get('Content-Security-Policy') ?? '', /sandbox/)
      assert.equal(reply.get('X-Content-Type-Options'), 'nosniff')
    }
  })

  test('CVE-2026-22860, CVE-2023-29159, CVE-2025-58751: a neighbour of the root whose name begins the same is out of reach', async () => {
    for (const target of [
      '/files/../root-secret/secret.txt',
      '/files/%2e%2e/root-secret/secret.txt',
      '/files/..%2froot-secret%2fsecret.txt',
      '/files/folder-outside/secret.txt',
      '/files/-secret/secret.txt',
    ]) {
      const reply = await get(target)
      assert.equal(reply.status, 404, target)
      assert.doesNotMatch(reply.body.toString(), /SECRET/)
    }
  })

  test('CVE-2026-33195: no key that a client can think of leads out of the root', async () => {
    const piece = fc.constantFrom(
      '.',
      '..',
      '/',
      '//',
      '\\',
      '%',
      '%2e',
      '%2f',
      '%5c',
      '%00',
      'secret.txt',
      'root',
      'root-secret',
      'folder',
      'digits.txt',
      'c:',
      '~',
      ' ',
      '\u0000',
      'é',
      '\u202E',
      '*',
    )
    const connection = await files.connect()
    after(() => connection.destroy())
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 8 }), fc.boolean(), async (pieces, encode) => {
        const key = pieces
          .map((each) => (encode || !/^[\x21-\x7E]+$/.test(each) ? encodeURIComponent(each) : each))
          .join('')
        connection.send(writeRequest({ target: `/files/${key}` }))
        const reply = await connection.reply()
        assert.ok(reply.status === 200 || reply.status === 404, `Status ${reply.status}`)
        assert.doesNotMatch(reply.body.toString(), /SECRET/)
        if (reply.status === 200) assert.equal(reply.body.toString(), DIGITS)
      }),
      { numRuns: 1000 },
    )
  })

  test('CVE-2025-27610: a key that leads upwards is refused for its spelling, before anything is looked up', async () => {
    const told: unknown[] = []
    const handler = toNodeHandler(
      StorageDownloadView.asView({ storage: new FileSystemStorage({ root: path('nowhere') }) }),
      { route: '/files/*path' },
    )
    const origin = await serveListener((req, res) => handler(req, res, (error) => res.end(String(told.push(error)))))
    for (const target of [
      '/files/../x',
      '/files/%2e%2e/x',
      '/files/a/../../x',
      '/files/..',
      '/files/./x',
      '/files//x',
    ]) {
      told.length = 0
      await rawRequest(origin, { target })
      assert.ok(told[0] instanceof InvalidKeyError, target)
    }
  })

  test('CVE-2026-48818: absolute paths and shares are refused before the disk is asked', async () => {
    for (const target of [
      '/files//etc/passwd',
      '/files/%2Fetc%2Fpasswd',
      '/files///server/share/file.txt',
      '/files/%5c%5cserver%5cshare%5cfile.txt',
      '/files/\\\\server\\share\\file.txt',
      '/files/%2f%2fserver%2fshare',
      `/files/${encodeURIComponent(path('digits.txt'))}`,
      `/files/${path('digits.txt')}`,
    ]) {
      assert.equal((await get(target)).status, 404, target)
    }
  })

  test('CVE-2026-53571: streams and drives of Windows are refused everywhere', async () => {
    for (const target of [
      '/files/digits.txt::$DATA',
      '/files/digits.txt:$DATA',
      '/files/digits.txt%3A%3A%24DATA',
      '/files/ads.txt:$DATA',
      '/files/C:/windows/win.ini',
      '/files/c:drive.txt',
      '/files/C%3A%5Cwindows',
    ]) {
      assert.equal((await get(target)).status, 404, target)
    }
  })

  test('GHSA-3mpf-rcc7-5347: what one adapter refuses, all of them refuse', async () => {
    for (const adapter of Object.values(adapters)) {
      const site = await openSite(adapter, PathDownloadView.asView({ root }), '/files/*path')
      for (const target of UNREACHABLE.filter((_, index) => index % 5 === 0)) {
        const { status } = await site.ask(target)
        assert.ok(status === 404 || status === 400, `${adapter.name}: ${target}: ${status}`)
      }
      await site.close()
    }
  })
})

describe('links and special files', () => {
  test('send#297, serve-static#127: a link that is swapped while it is opened never leads out of the root', async () => {
    write('swapped/inside/file.txt', 'inside')
    write('../outside/file.txt', SECRET)
    symlinkSync('inside', path('swapped/good'))
    symlinkSync('../../outside', path('swapped/bad'))
    const bodies = await askWhileSwapping(
      'swapped/door',
      ['swapped/good', 'swapped/bad'],
      '/files/swapped/door/file.txt',
    )
    assert.deepEqual([...bodies].sort(), ['200 inside', '404 Not Found\n'])
  })

  test('send#297, serve-static#127: a FIFO is not found, at once', async () => {
    const started = performance.now()
    for (const target of ['/files/fifo', '/files/fifo.txt']) {
      for (const method of ['GET', 'HEAD']) {
        assert.equal((await rawRequest(files.origin, { target, method })).status, 404)
      }
    }
    assert.ok(performance.now() - started < 5000, 'It took too long.')
  })

  test('send#297, serve-static#127: a file that is swapped for a FIFO while it is opened blocks nothing', async () => {
    write('fifos/file', 'file')
    execFileSync('mkfifo', [path('fifos/fifo')])
    const bodies = await askWhileSwapping('fifos/door', ['fifos/file', 'fifos/fifo'], '/files/fifos/door')
    assert.deepEqual([...bodies].sort(), ['200 file', '404 Not Found\n'])
  })

  test('send#297, serve-static#127: links out of the root are not found, links inside are', async () => {
    for (const name of [
      'link-outside.txt',
      'link-absolute.txt',
      'folder-outside/secret.txt',
      'link-loop.txt',
      'link-broken.txt',
    ]) {
      assert.equal((await get(`/files/${name}`)).status, 404, name)
    }
    assert.equal((await get('/files/link-inside.txt')).status, 200)
    assert.equal((await get('/files/link-to-root/digits.txt')).status, 200)
  })
})

describe('ranges', () => {
  test('CVE-2011-3192, CVE-2024-26141, CVE-2026-34826: thousands of ranges cost no more than the file', async () => {
    for (const [range, file, size] of [
      [`bytes=${'0-,'.repeat(4000)}0-`, 'big.bin', BIG.length],
      [`bytes=${'0-0,'.repeat(3500)}0-0`, 'big.bin', BIG.length],
      [`bytes=${'0-1048575,'.repeat(1400)}0-0`, 'big.bin', BIG.length],
      [
        `bytes=${Array.from({ length: 1400 }, (_, index) => `${index * 3}-${index * 3}`).join(',')}`,
        'big.bin',
        BIG.length,
      ],
      [`bytes=${'0-0,'.repeat(3500)}0-0`, 'digits.txt', DIGITS.length],
      [`bytes=${'-1,'.repeat(4000)}-1`, 'digits.txt', DIGITS.length],
    ] as const) {
      const time = await fastest(async () => {
        const reply = await get(`/files/${file}`, { Range: range })
        assert.equal(reply.status, 200)
        assert.equal(reply.body.length, size)
      })
      assert.ok(time < 250, `${time} ms`)
    }
  })

  test('CVE-2011-3192, CVE-2024-26141, CVE-2026-34826: ten thousand ranges, more than a header may hold, break nothing', async () => {
    const reply = await get('/files/digits.txt', { Range: `bytes=${'0-0,'.repeat(10_000)}0-0` })
    assert.equal(reply.status, 431)
    assert.equal((await get('/files/digits.txt')).status, 200)
  })

  test('CVE-2022-44570, CVE-2025-62727: a Range header is read in time that grows with its length alone', async () => {
    for (const hostile of [
      `bytes=${' '.repeat(15_000)}0-1`,
      `bytes=${'0'.repeat(15_000)}-1`,
      `bytes=0-${'9'.repeat(15_000)}`,
      `bytes=${'9'.repeat(7500)}-${'9'.repeat(7500)}`,
      `bytes=${','.repeat(15_000)}0-1`,
      `bytes=${'\t,'.repeat(7000)}0-1`,
      `bytes=${'-'.repeat(15_000)}`,
      `bytes=${'0-'.repeat(7500)}`,
      `bytes=${'1-0,'.repeat(3500)}`,
      `${'bytes='.repeat(2500)}0-1`,
    ]) {
      const time = await fastest(async () => {
        const { status } = await get('/files/digits.txt', { Range: hostile })
        assert.ok([200, 206, 416].includes(status), `Status ${status}`)
      })
      assert.ok(time < 100, `${hostile.slice(0, 30)}: ${time} ms`)
    }
  })

  test('CVE-2026-33658, CVE-2026-33174: a large range is not held in memory', async () => {
    const size = 2 ** 28
    write('large.bin', '')
    truncateSync(path('large.bin'), 2 ** 30)
    const connection = await files.connect()
    const before = process.memoryUsage()
    let heap = 0
    let all = 0
    let received = 0
    connection.send(writeRequest({ target: '/files/large.bin', headers: { Range: `bytes=5-${size + 4}` } }))
    assert.equal((await connection.head()).status, 206)
    for (let round = 0; received < size; round++) {
      received += (await connection.some()).length
      if (round % 100 === 0) {
        const { heapUsed, rss } = process.memoryUsage()
        heap = Math.max(heap, heapUsed - before.heapUsed)
        all = Math.max(all, rss - before.rss)
      }
    }
    connection.destroy()
    assert.equal(received, size)
    assert.ok(heap < 2 ** 26 && all < 2 ** 27, `${heap} bytes on the heap, ${all} in all`)
  })

  test('CVE-2017-7529: no number in a range gets bytes from before the file or after it', async () => {
    const number = fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 65n }).map(String),
      fc.integer({ min: 0, max: 12 }).map(String),
      fc.constantFrom(
        '',
        '0',
        '-0',
        '-1',
        '9223372036854775807',
        '9223372036854775808',
        '18446744073709551615',
        '4294967296',
      ),
    )
    const connection = await files.connect()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 4 }), async (ranges) => {
        const range = `bytes=${ranges.map(([first, last]) => `${first}-${last}`).join(',')}`
        connection.send(writeRequest({ target: '/files/digits.txt', headers: { Range: range } }))
        const reply = await connection.reply()
        assert.ok([200, 206, 416].includes(reply.status), `Status ${reply.status}`)
        const match = /^bytes (\d+)-(\d+)\/10$/.exec(reply.get('Content-Range') ?? '')
        if (match !== null) {
          assert.equal(reply.body.toString(), DIGITS.slice(Number(match[1]), Number(match[2]) + 1))
        }
        if (reply.status === 200) assert.equal(reply.body.toString(), DIGITS)
      }),
      { numRuns: 500 },
    )
    connection.destroy()
  })

  test('sirv#175: whatever stands in a Range header, the process goes on', async () => {
    const connection = await files.connect()
    const text = fc.string({
      unit: fc.constantFrom(...'bytes=-,0123456789 eExX.+NaInfinity\t;:*/"\u00b2\u00ff'),
      maxLength: 40,
    })
    await fc.assert(
      fc.asyncProperty(text, fc.boolean(), async (range, named) => {
        connection.send(
          writeRequest({ target: '/files/digits.txt', headers: { Range: named ? `bytes=${range}` : range } }),
        )
        const reply = await connection.reply()
        assert.ok([200, 206, 416].includes(reply.status), `Status ${reply.status}`)
        assert.ok(reply.isComplete, 'The body is not whole.')
      }),
      { numRuns: 1000 },
    )
    connection.destroy()
  })
})

describe('errors and aborts', () => {
  test('CVE-2026-6410, CVE-2026-34763, send 0.11.1: no reply of any status shows a path of the server', async () => {
    for (const request of [
      { target: '/files/digits.txt' },
      { target: '/files/missing.txt' },
      { target: '/files/folder' },
      { target: '/files/fifo' },
      { target: '/files/link-loop.txt' },
      { target: `/files/${'x'.repeat(300)}` },
      { target: '/files/..%2f' },
      { target: '/files/digits.txt', method: 'POST' },
      { target: '/files/digits.txt', headers: { Range: 'bytes=99-' } },
      { target: '/files/digits.txt', headers: { 'If-Match': '"x"' } },
      { target: '/files/digits.txt', headers: { 'If-None-Match': '*' } },
    ]) {
      const reply = await rawRequest(files.origin, request)
      const all = reply.fields.flat().join('\n') + reply.body.toString()
      for (const secret of [FOLDER_MARK, process.cwd()]) assert.ok(!all.includes(secret), all)
    }
  })

  test('CVE-2026-34831: the length of an error is that of its bytes', async () => {
    for (const target of ['/files/missing', '/files/%C3%A4%E6%97%A5', '/files/%F0%9F%8E%89', '/files/%ff']) {
      const connection = await files.connect()
      connection.send(writeRequest({ target, headers: { Connection: 'close' } }))
      const head = await connection.head()
      const body = await connection.take(1_000_000)
      assert.equal(head.status, 404)
      assert.equal(head.get('Content-Length'), String(body.length))
    }
  })

  test('nest#9759: a hundred downloads that were left half-way hold nothing open', async () => {
    write('left.bin', noise(4 * 1024 * 1024))
    for (let round = 0; round < 100; round++) {
      const connection = await files.connect()
      connection.send(writeRequest({ target: '/files/left.bin' }))
      await connection.take(20_000)
      connection.reset()
    }
    const open = () =>
      readdirSync('/proc/self/fd').filter((descriptor) => {
        try {
          return readlinkSync(`/proc/self/fd/${descriptor}`).endsWith('left.bin')
        } catch {
          return false
        }
      })
    await eventually(() => open().length === 0, { within: 10_000 })
  })

  test('nest#10681: an error in mid-stream resets the connection, and the process goes on', async () => {
    let firstRead = createGate()
    const served = await serve(
      made({
        broken: () => [
          async function* () {
            yield 'half'
            await firstRead.opened
            throw new Error('Broken on purpose.')
          },
        ],
        whole: () => ['whole'],
      }),
    )
    for (const version of ['1.1', '1.0'] as const) {
      firstRead = createGate()
      const connection = await served.connect()
      connection.send(writeRequest({ target: '/broken', version }))
      await connection.head()
      const half = version === '1.0' ? await connection.take(4) : await connection.chunk()
      assert.equal(half?.toString(), 'half')
      firstRead.open()
      assert.equal(await connection.ended(), version === '1.0' ? 'reset' : 'closed')
    }
    assert.equal(served.faults.length, 2)
    assert.equal((await rawRequest(served.origin, { target: '/whole' })).body.toString(), 'whole')
  })

  test('CVE-2025-27111: nothing that a client sends breaks a line of the log', async (context) => {
    const logged: string[] = []
    context.mock.method(console, 'error', (...parts: unknown[]) => {
      logged.push(parts.slice(0, 1).map(String).join(' '))
    })
    const origin = await serveListener(
      toNodeHandler(() => {
        throw new Error('Broken on purpose.')
      }),
    )
    for (const target of ['/a%0d%0aFAKE%20LINE', '/a?token=secret%0a', '/%1b%5b31m', '/"quoted"']) {
      await rawRequest(origin, { target })
    }
    assert.equal(logged.length, 4)
    for (const line of logged) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there.
      assert.doesNotMatch(line, /[\u0000-\u001F\u007F-\u009F]|token/)
    }
  })
})

describe('headers', () => {
  test('CVE-2025-61780, CVE-2026-34830, CVE-2026-7381: a client cannot turn on a hand-over to a proxy', async () => {
    for (const headers of [
      { 'X-Sendfile-Type': 'X-Accel-Redirect', 'X-Accel-Mapping': `${root}=/internal` },
      { 'X-Sendfile-Type': 'X-Sendfile' },
      { 'X-Sendfile-Type': 'X-Lighttpd-Send-File' },
      { 'X-Accel-Redirect': '/files/admin/secret.txt', 'X-Sendfile': '/etc/passwd', 'X-Accel-Buffering': 'no' },
    ]) {
      const reply = await get('/files/digits.txt', headers)
      assert.equal(reply.status, 200)
      assert.equal(reply.body.toString(), DIGITS)
      assert.ok(
        reply.fields.every(([name]) => !/^x-(?!content-type-options$)/i.test(name)),
        JSON.stringify(reply.fields),
      )
    }
  })

  test('CVE-2024-26144: a reply is private unless the view says otherwise, cookies or not', async () => {
    const served = await serve(
      PathDownloadView.asView({ path: path('digits.txt'), headers: { 'Set-Cookie': 'visit=1' } }),
    )
    for (const headers of [{}, { Range: 'bytes=0-1' }, { 'If-None-Match': '*' }, { Cookie: 'a=b' }] as Record<
      string,
      string
    >[]) {
      const reply = await rawRequest(served.origin, { target: '/', headers })
      assert.equal(reply.get('Cache-Control'), 'private, no-cache')
    }
  })

  test('caddy d6f7f18b0: no two states of a file share a tag', async () => {
    const tags = new Set<string>()
    let states = 0
    for (const size of [0, 1, 16, 17, 256, 257, 273]) {
      for (const milliseconds of [1, 16, 17, 1000, 16_000, 17_000, 273_000]) {
        const file = `state-${size}-${milliseconds}.txt`
        write(file, 'x'.repeat(size), new Date(milliseconds))
        tags.add((await get(`/files/${file}`)).get('ETag') ?? '')
        states++
      }
    }
    assert.equal(tags.size, states)
  })

  test('CVE-2026-33173, CVE-2026-25500: an uploaded page runs nothing, attached or inline', async () => {
    for (const file of ['page.html', 'page.xhtml', 'picture.svg', 'feed.xml']) {
      const attached = await get(`/files/${file}`)
      assert.match(attached.get('Content-Disposition') ?? '', /^attachment; /)
      assert.equal(attached.get('X-Content-Type-Options'), 'nosniff')
      const inline = await rawRequest(shown.origin, { target: `/files/${file}` })
      assert.match(inline.get('Content-Security-Policy') ?? '', /default-src 'none'.*sandbox$/)
      assert.equal(inline.get('X-Content-Type-Options'), 'nosniff')
      const range = await rawRequest(shown.origin, { target: `/files/${file}`, headers: { Range: 'bytes=0-3' } })
      assert.match(range.get('Content-Security-Policy') ?? '', /sandbox/)
    }
  })

  test('CVE-2022-36359: a name cannot become another name or another header', async () => {
    const names = [
      'a"; filename="b.exe',
      'a\\".txt',
      'a;b=c.txt',
      'a\r\nX-Injected: 1',
      'a\u202Egpj.exe',
      'a\u0000.txt',
      '../../a.txt',
    ]
    for (const name of names) {
      const served = await serve(named(name))
      const reply = await rawRequest(served.origin, { target: '/' })
      assert.equal(reply.status, 200)
      assert.equal(reply.get('X-Injected'), undefined)
      const saved = savedName(reply.get('Content-Disposition') ?? '') ?? ''
      assert.ok(
        ['\r', '\n', '\0', '\u202E', '/', '\\'].every((character) => !saved.includes(character)),
        saved,
      )
    }
  })

  test('CVE-2022-36359: no character folds into a quote, a separator or a line break', async () => {
    const dangerous: string[] = []
    for (let code = 1; code <= 0x10ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue
      const character = String.fromCodePoint(code)
      if (/["\\/;\r\n%]/.test(character.normalize('NFKD'))) dangerous.push(character)
    }
    assert.ok(dangerous.includes('＂') && dangerous.includes('﹨') && dangerous.length > 10, dangerous.join(''))
    for (const character of dangerous) {
      const served = await serve(named(`a${character}b.txt`))
      const header = (await rawRequest(served.origin, { target: '/' })).get('Content-Disposition') ?? ''
      // Read to the letter: a quote that came late would end the name here.
      const plain = plainFilename(header) ?? ''
      assert.match(plain, /^a[^/\\]+b\.txt$/)
      assert.match(savedName(header) ?? '', /^a[^/\\]+b\.txt$/)
    }
  })

  test('CVE-2024-43799, CVE-2024-43800: no error is a page', async () => {
    for (const target of ['/files/<script>alert(1)</script>', '/files/%3Cscript%3E', '/<img/src=x>', '/files/folder']) {
      const reply = await get(target)
      assert.equal(reply.status, 404)
      assert.equal(reply.get('Content-Type'), 'text/plain; charset=utf-8')
      assert.equal(reply.get('X-Content-Type-Options'), 'nosniff')
      assert.equal(reply.body.toString(), 'Not Found\n')
    }
  })

  test('GHSA-p6vg-p826-qp3v, GHSA-pgh6-m65r-2rhq: nothing is redirected anywhere', async () => {
    for (const target of [
      '//evil.example/',
      '//evil.example/..',
      '/files//evil.example',
      '/files/folder',
      '/files/folder/',
      '/\\evil.example',
      '/files/%5cevil.example',
    ]) {
      const reply = await get(target)
      assert.equal(reply.status, 404, target)
      assert.equal(reply.get('Location'), undefined)
    }
  })

  test('CVE-2026-34230: headers that are lists are read in time that grows with their length alone', async () => {
    for (const headers of [
      { 'If-None-Match': `${'"a",'.repeat(3500)}"b"` },
      { 'If-None-Match': `${' ,'.repeat(7000)}"b"` },
      { 'If-None-Match': `"${'a'.repeat(14_000)}` },
      { 'If-None-Match': 'W/'.repeat(7000) },
      { 'If-Match': `*,${'"a" '.repeat(3500)}` },
      { 'If-Match': `${'"a"\t'.repeat(3500)}x` },
      { 'If-Modified-Since': `Mon, ${' '.repeat(14_000)}01` },
      { 'If-Range': '"'.repeat(14_000), Range: 'bytes=0-1' },
      { 'Accept-Encoding': 'gzip;q=0.1,'.repeat(1300) },
    ] as Record<string, string>[]) {
      const time = await fastest(async () => {
        const { status } = await get('/files/digits.txt', headers)
        assert.ok([200, 412].includes(status), `${status}`)
      })
      assert.ok(time < 100, `${time} ms`)
    }
  })
})

/** All the different replies to a thousand requests; each of two files must be met, so that the race was really run. */
async function askWhileSwapping(door: string, names: readonly [string, string], target: string): Promise<Set<string>> {
  const replies = new Set<string>()
  await whileSwapping(path(door), [path(names[0]), path(names[1])], async () => {
    const connections = await Promise.all([files.connect(), files.connect(), files.connect(), files.connect()])
    for (let round = 0; round < 250 || (replies.size < 2 && round < 5000); round++) {
      for (const connection of connections) connection.send(writeRequest({ target }))
      for (const connection of connections) {
        const { status, body } = await connection.reply()
        replies.add(`${status} ${body}`)
      }
    }
    for (const connection of connections) connection.destroy()
  })
  return replies
}

function named(name: string): DownloadHandler {
  return class extends VirtualDownloadView {
    override getFile(): ContentFile {
      return new ContentFile('x', { name: 'file.txt' })
    }
  }.asView({ basename: name })
}
