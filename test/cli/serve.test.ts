import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { UrlSigner } from '../../src/signing/url-signer.js'
import { eventually } from '../support/eventually.js'
import { downloadview, useFolder } from './command.js'
import { linksOf, rawStatus, type Serving, serve, serveAtTerminal } from './serving.js'

const HARD_NAMES = ['über "uns".txt', "it's 100%.txt", 'new\nline.txt', '<script>alert(1)<!--.txt', 'a&amp;b?c#d.txt']

describe('downloadview serve', () => {
  const folder = useFolder({ 'plain.txt': 'Hello, world', 'page.html': '<script>1</script>', '.env': 'secret' })
  for (const name of HARD_NAMES) writeFileSync(join(folder, name), `this is ${name}`)
  mkdirSync(join(folder, 'sub', 'deep'), { recursive: true })
  writeFileSync(join(folder, 'sub', 'index.html'), '<h1>Index</h1>')
  writeFileSync(join(folder, 'sub', 'deep', 'file.txt'), 'deep')

  test('lists a folder, and every link in the list leads to what it names', async (t) => {
    const { link, origin } = await serve(t, folder)
    const listing = await fetch(link)
    const page = await listing.text()
    assert.equal(listing.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.match(listing.headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'sha256-/)
    assert.doesNotMatch(page, /<script|\.env/)
    assert.deepEqual(linksOf(page).map(decodeURIComponent), ['/sub/', ...namesInOrder()])
    for (const name of HARD_NAMES) {
      const href = linksOf(page).find((each) => decodeURIComponent(each) === `/${name}`)
      assert.equal(await textAt(origin + href), `this is ${name}`)
    }
    const below = linksOf(await textAt(`${origin}/sub/`))
    assert.deepEqual(below, ['/', '/sub/deep/', '/sub/index.html'])
  })

  function namesInOrder(): string[] {
    const names = ['plain.txt', 'page.html', ...HARD_NAMES]
    return names.sort(new Intl.Collator('en', { numeric: true }).compare).map((name) => `/${name}`)
  }

  test('sends files as downloads, with ranges, conditions and HEAD', async (t) => {
    const { origin } = await serve(t, folder)
    const whole = await fetch(`${origin}/plain.txt`)
    assert.equal(await whole.text(), 'Hello, world')
    assert.equal(whole.headers.get('content-disposition'), 'attachment; filename="plain.txt"')
    const part = await fetch(`${origin}/plain.txt`, { headers: { Range: 'bytes=7-' } })
    assert.deepEqual([part.status, await part.text()], [206, 'world'])
    const seen = await fetch(`${origin}/plain.txt`, { headers: { 'If-None-Match': whole.headers.get('etag') ?? '' } })
    assert.equal(seen.status, 304)
    const head = await fetch(`${origin}/plain.txt`, { method: 'HEAD' })
    assert.deepEqual([head.headers.get('content-length'), await head.text()], ['12', ''])
    assert.equal((await fetch(`${origin}/plain.txt`, { method: 'DELETE' })).status, 405)
  })

  test('leads from a folder without a separator to the one with it', async (t) => {
    const { origin } = await serve(t, folder)
    const found = await fetch(`${origin}/sub`, { redirect: 'manual' })
    assert.deepEqual([found.status, found.headers.get('location')], [302, '/sub/'])
    assert.equal((await fetch(`${origin}/sub/deep`)).url, `${origin}/sub/deep/`)
  })

  test('answers what is not there with a page that tells nothing of the server', async (t) => {
    const { origin } = await serve(t, folder)
    for (const path of ['/nothing', '/nothing/', '/plain.txt/', '/plain.txt/below', '/sub/nothing?a=b']) {
      const missing = await fetch(origin + path)
      assert.equal(missing.status, 404, path)
      assert.match(missing.headers.get('content-security-policy') ?? '', /^default-src 'none'/)
      const page = await missing.text()
      assert.match(page, /<h1>404 Not Found<\/h1>/)
      assert.equal(page.includes(folder), false)
    }
    const head = await fetch(`${origin}/nothing`, { method: 'HEAD' })
    assert.deepEqual([head.status, await head.text()], [404, ''])
  })

  test('shows an index only when it is told to', async (t) => {
    const lists = await serve(t, folder)
    assert.match(await textAt(`${lists.origin}/sub/`), /<table>/)
    const shows = await serve(t, folder, '--index')
    const index = await fetch(`${shows.origin}/sub/`)
    assert.equal(await index.text(), '<h1>Index</h1>')
    assert.match(index.headers.get('content-disposition') ?? '', /^inline/)
    assert.match(index.headers.get('content-security-policy') ?? '', /sandbox/)
    assert.match(await textAt(shows.link), /<table>/)
  })

  test('--inline shows files, and pages in a sandbox', async (t) => {
    const { origin } = await serve(t, folder, '--inline')
    const page = await fetch(`${origin}/page.html`)
    assert.equal(await page.text(), '<script>1</script>')
    assert.equal(page.headers.get('content-disposition'), 'inline; filename="page.html"')
    assert.match(page.headers.get('content-security-policy') ?? '', /^default-src 'none';.* sandbox$/)
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff')
  })

  test('--dotfiles offers what begins with a dot', async (t) => {
    const { link, origin } = await serve(t, folder, '--dotfiles')
    assert.equal(linksOf(await textAt(link)).includes('/.env'), true)
    assert.equal(await textAt(`${origin}/.env`), 'secret')
  })

  test('does not answer to a name that a page of the web could have led here', async (t) => {
    const { origin } = await serve(t, folder)
    for (const [host, status] of Object.entries({ 'evil.example': 421, localhost: 200, '[::1]:80': 200 })) {
      assert.equal((await open(`${origin}/`, { Host: host })).statusCode, status, host)
    }
  })
})

describe('downloadview serve never leaves its folder', () => {
  const parent = useFolder({ 'secret.txt': 'secret' })
  const folder = join(parent, 'files')
  mkdirSync(join(folder, 'sub', '.git'), { recursive: true })
  mkdirSync(join(parent, 'files-private'))
  writeFileSync(join(parent, 'files-private', 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'a.txt'), 'a')
  writeFileSync(join(folder, 'back\\slash.txt'), 'b')
  writeFileSync(join(folder, '.env'), 'secret')
  writeFileSync(join(folder, 'sub', '.git', 'config'), 'secret')
  symlinkSync('../secret.txt', join(folder, 'link-out'))
  symlinkSync('..', join(folder, 'folder-out'))
  symlinkSync('/', join(folder, 'root'))
  symlinkSync('a.txt', join(folder, 'link-in'))
  symlinkSync('nowhere', join(folder, 'dangling'))

  test('lists nothing that it would not send', async (t) => {
    const { link } = await serve(t, folder)
    assert.deepEqual(linksOf(await textAt(link)), ['/sub/', '/a.txt', '/link-in'])
  })

  const hostile = [
    '/../secret.txt',
    '/sub/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/sub/..%2F..%2Fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '/sub/..',
    '/sub/../',
    '/./a.txt',
    '//a.txt',
    '//',
    '/sub//',
    '///etc/passwd',
    '/a.txt%00',
    '/a.txt%00.png',
    '/%zz',
    '/%c0%ae%c0%ae/secret.txt',
    '/../files-private/secret.txt',
    '/back%5Cslash.txt',
    '/.env',
    '/sub/.git/',
    '/sub/.git',
    '/sub/.git/config',
    '/link-out',
    '/folder-out/',
    '/folder-out',
    '/folder-out/secret.txt',
    '/root/etc/passwd',
    '/root/etc/',
    '/dangling',
    'http://localhost/../secret.txt',
    'http://localhost//a.txt',
    '*',
  ]
  test('answers every hostile path with 404', async (t) => {
    const serving = await serve(t, folder)
    const statuses = await Promise.all(hostile.map((target) => rawStatus(serving, target)))
    assert.deepEqual(
      hostile.map((target, index) => `${target} ${statuses[index]}`),
      hostile.map((target) => `${target} 404`),
    )
    assert.equal(await rawStatus(serving, '/a.txt'), 200)
    assert.equal(await rawStatus(serving, '/link-in'), 200)
    assert.equal(await rawStatus(serving, 'http://localhost/a.txt'), 200)
  })

  test('answers them no better with dotfiles, and a signature opens no other path', async (t) => {
    const dotted = await serve(t, folder, '--dotfiles')
    for (const target of ['/../secret.txt', '/sub/..', '/link-out', '/folder-out/', '/.', '/..']) {
      assert.equal(await rawStatus(dotted, target), 404, target)
    }
    const signed = await serve(t, folder, '--signed')
    const { search } = new URL(signed.link)
    for (const target of ['/a.txt', '/sub/', '/link-out', '/.', '//', '/sub/..']) {
      assert.equal(await rawStatus(signed, `${target}${search}`), 403, target)
    }
    assert.equal(await rawStatus(signed, `/${search}`), 200)
  })
})

describe('downloadview serve --signed', () => {
  const folder = useFolder({ 'ä b.txt': 'signed' })
  mkdirSync(join(folder, 'sub'))
  writeFileSync(join(folder, 'sub', 'file.txt'), 'below')
  const elsewhere = useFolder({ secret: `${'s'.repeat(40)}\n${'t'.repeat(40)}\n`, short: 'short' })

  test('lets nobody in without a link, and everybody with the one that it prints', async (t) => {
    const { link, origin } = await serve(t, folder, '--signed')
    for (const path of ['/', '/sub/', '/sub', '/sub/file.txt', '/nothing']) {
      const refused = await fetch(origin + path, { redirect: 'manual' })
      assert.equal(refused.status, 403, path)
      assert.match(await refused.text(), /<h1>403 Forbidden<\/h1>/)
    }
    const listing = await fetch(link)
    assert.equal(listing.headers.get('referrer-policy'), 'no-referrer')
    assert.equal(listing.headers.get('cache-control'), 'no-store')
    const [sub = '', file = ''] = linksOf(await listing.text())
    assert.equal(await textAt(origin + file), 'signed')
    assert.equal((await fetch(origin + file.replace('%C3%A4', 'a'))).status, 403)
    const below = linksOf(await textAt(origin + sub))
    assert.equal(below.length, 1, 'A link to a folder is none to the folder above.')
    assert.equal(await textAt(origin + below[0]), 'below')
  })

  test('links in a list end when the link of the list does', async (t) => {
    const { link, origin } = await serve(t, folder, '--expires', '1000')
    const [sub = ''] = linksOf(await textAt(link))
    const [file = ''] = linksOf(await textAt(origin + sub))
    assert.equal(expiresOf(origin + sub), expiresOf(link))
    assert.equal(expiresOf(origin + file), expiresOf(link))
  })

  test('refuses a link that has ended', async (t) => {
    const file = join(elsewhere, 'secret')
    const { origin } = await serve(t, folder, '--secret-file', file)
    const secrets = ['s'.repeat(40)]
    const past = new UrlSigner({ secrets, expiresIn: 1, stableFor: 1, now: () => Date.now() - 5000 })
    assert.equal((await fetch(origin + past.sign('/'))).status, 403)
    assert.equal((await fetch(origin + new UrlSigner({ secrets }).sign('/'))).status, 200)
    assert.equal((await fetch(origin + new UrlSigner({ secrets: ['t'.repeat(40)] }).sign('/'))).status, 200)
    assert.equal((await fetch(origin + new UrlSigner({ secrets: ['u'.repeat(40)] }).sign('/'))).status, 403)
  })

  test('leads to a folder by a signed link as well', async (t) => {
    const { origin } = await serve(t, folder, '--secret-file', join(elsewhere, 'secret'))
    const asked = origin + new UrlSigner({ secrets: ['s'.repeat(40)], expiresIn: 500 }).sign('/sub')
    const listing = await fetch(asked)
    assert.deepEqual([listing.status, new URL(listing.url).pathname], [200, '/sub/'])
    assert.equal(expiresOf(listing.url), expiresOf(asked))
  })

  test('makes another secret each time', async (t) => {
    const [one, other] = [await serve(t, folder, '--signed'), await serve(t, folder, '--signed')]
    assert.equal((await fetch(other.origin + one.link.slice(one.origin.length))).status, 403)
  })

  test('needs a secret file that is good, and that is not served', async () => {
    const cases: [string, RegExp][] = [
      [join(elsewhere, 'short'), /32 characters or more on each line/],
      [join(elsewhere, 'missing'), /ENOENT/],
      [join(folder, 'ä b.txt'), /it lies in the folder that is served/],
    ]
    for (const [file, line] of cases) {
      const { code, out, err } = await downloadview(folder, ['serve', '.', '--port', '0', '--secret-file', file])
      assert.deepEqual({ code, out }, { code: 2, out: '' })
      assert.match(err, line)
    }
  })
})

describe('downloadview serve, used wrongly, is one line with the mend', () => {
  const folder = useFolder({ 'file.txt': 'text' })
  const cases: [string[], RegExp][] = [
    [['nowhere'], /nowhere: there is no such folder\. Name the folder to serve\.\n$/],
    [['file.txt'], /file\.txt: this is no folder\. Name the folder that it lies in\.\n$/],
    [['.', '--port', '70000'], /--port <number>.* whole number from 0 to 65535/],
    [['.', '--port', '80a'], /whole number from 0 to 65535/],
    [['.', '--expires', '0'], /whole number from 1 to/],
    [['.', '--index', '--signed'], /cannot be used with/],
    [['.', '--index', '--expires', '60'], /cannot be used with/],
    [['.', '--port', '0', '--host', '192.0.2.77'], /--host 192\.0\.2\.77 is no address of this computer/],
    [[], /missing required argument 'folder'/],
  ]
  for (const [args, line] of cases) {
    test(args.join(' ') || 'nothing', async () => {
      const { code, out, err } = await downloadview(folder, ['serve', ...args])
      assert.deepEqual({ code, out }, { code: 2, out: '' })
      assert.match(err, line)
    })
  }

  test('a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const { code, err } = await downloadview(folder, ['serve', '.', '--port', String(port)])
    other.close()
    assert.equal(code, 2)
    assert.match(err, /^downloadview: Port \d+ of 127\.0\.0\.1 is taken\. Use another one, or --port 0, .*\n$/)
  })
})

describe('downloadview serve tells', () => {
  const folder = useFolder({ 'new\nline\x1b[2J.txt': 'Hello, world' })

  test('each download in a line, where it is not at a terminal', async (t) => {
    const serving = await serve(t, folder)
    const [href = ''] = linksOf(await textAt(serving.link))
    assert.equal(await textAt(serving.origin + href), 'Hello, world')
    await fetch(serving.origin + href, { headers: { Range: 'bytes=0-4' } })
    await fetch(serving.origin + href, { method: 'HEAD' })
    await fetch(`${serving.origin}/nothing`)
    serving.child.kill('SIGINT')
    assert.equal(await serving.ended(), 0)
    const lines = serving.out.split('\n').slice(3, -1)
    assert.equal(lines.length, 3, serving.out)
    assert.match(lines[0] as string, /^127\.0\.0\.1 200 "new\\u\{a\}line\\u\{1b\}\[2J\.txt" 12 bytes in \d+\.\d\d s$/)
    assert.match(lines[1] as string, /^127\.0\.0\.1 206 ".*" 5 bytes in \d+\.\d\d s$/)
    assert.match(lines[2] as string, /^Ending: /)
    assert.equal(serving.err, '')
  })

  test('why a download failed, which its client does not learn', async (t) => {
    const own = useFolder({ 'cut.bin': '' })
    truncateSync(join(own, 'cut.bin'), 64 * 1024 * 1024)
    const serving = await serve(t, own)
    const download = await open(`${serving.origin}/cut.bin?token=1`)
    await once(download, 'readable')
    truncateSync(join(own, 'cut.bin'), 10)
    await assert.rejects(bytesOf(download), /aborted|ECONNRESET/)
    await serving.printed(/^GET "\/cut\.bin" failed: \S.*$/m)
    await serving.printed(/"cut\.bin" \d+ bytes in \S+ s, broken off$/m)
  })

  test('nobody, when nobody reads it any more, and goes on', async (t) => {
    const serving = await serve(t, folder)
    const [href = ''] = linksOf(await textAt(serving.link))
    serving.child.stdout?.destroy()
    for (let time = 0; time < 3; time++) assert.equal(await textAt(serving.origin + href), 'Hello, world')
    serving.child.kill('SIGINT')
    assert.equal(await serving.ended(), 0)
    assert.equal(serving.err, '')
  })

  test('that it is open to the network', async (t) => {
    for (const [options, warning] of [
      [[], /^Warning: this is open to the network: everybody there can have every file\. Use --signed/],
      [['--signed'], /^Warning: this is open to the network, and not encrypted/],
    ] as const) {
      const serving = await serve(t, folder, '--host', '0.0.0.0', ...options)
      await eventually(() => warning.test(serving.err))
      assert.equal((await fetch(serving.link)).status, 200)
    }
  })
})

describe('downloadview serve and Ctrl-C', () => {
  const SIZE = 64 * 1024 * 1024
  /** To the start of the line above, and everything from there cleared. */
  const UP = '\x1b\\[1A\x1b\\[0J'
  const folder = useFolder({ 'big.bin': '' })
  truncateSync(join(folder, 'big.bin'), SIZE)

  test('a running download ends, and nothing new begins', async (t) => {
    const serving = await serve(t, folder)
    const download = await begunDownload(serving)
    serving.child.kill('SIGINT')
    await serving.printed(/^Ending: running downloads have 5 seconds/m)
    await assert.rejects(fetch(serving.link))
    assert.equal(await bytesOf(download), SIZE)
    assert.equal(await serving.ended(), 0)
    assert.match(serving.out, /"big\.bin" 67108864 bytes in \S+ s$/m)
  })

  test('a download that takes too long is broken off, and that is said', async (t) => {
    const serving = await serve(t, folder)
    const download = await begunDownload(serving)
    serving.child.kill('SIGTERM')
    assert.equal(await serving.ended(), 1)
    assert.match(serving.out, /"big\.bin" \d+ bytes in \S+ s, broken off$/m)
    await assert.rejects(bytesOf(download), /aborted|ECONNRESET/)
  })

  test('a second one ends it at once', async (t) => {
    const serving = await serve(t, folder)
    const download = await begunDownload(serving)
    await eventually(() => !serving.child.kill('SIGINT') || serving.child.exitCode !== null)
    assert.equal(await serving.ended(), 130)
    await assert.rejects(bytesOf(download), /aborted|ECONNRESET/)
  })

  test('connections that are idle do not keep it waiting', async (t) => {
    const serving = await serve(t, folder)
    await (await fetch(serving.link)).text()
    serving.child.kill('SIGINT')
    assert.equal(await serving.ended(), 0)
  })

  test('at a terminal, what is under way is shown in place, and Ctrl-C is typed', async (t) => {
    const serving = await serveAtTerminal(t, folder)
    const download = await begunDownload(serving)
    const line = String.raw`127\.0\.0\.1 {2}big\.bin +\d+ % +[\d.]+ \w+/s\r\n`
    await serving.printed(new RegExp(`^${line}${UP}${line}`, 'm'))
    assert.equal(await bytesOf(download), SIZE)
    await serving.printed(new RegExp(String.raw`${UP}127\.0\.0\.1 200 "big\.bin" 67108864 bytes in \S+ s\r\n`))
    const last = await begunDownload(serving)
    serving.child.stdin?.write('\x03')
    await serving.printed(/Ending: /)
    last.destroy()
    assert.equal(await serving.ended(), 0)
    assert.match(serving.out, /"big\.bin" \d+ bytes in \S+ s, broken off\r\n$/)
  })

  /** The client reads a little and then waits, so that the server has to as well. */
  async function begunDownload({ origin }: Serving): Promise<IncomingMessage> {
    const download = await open(`${origin}/big.bin`)
    download.on('error', () => {})
    await once(download, 'readable')
    return download
  }
})

async function open(url: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const [response] = await once(get(url, { headers, agent: false }), 'response')
  return response as IncomingMessage
}

async function bytesOf(response: IncomingMessage): Promise<number> {
  let bytes = 0
  for await (const piece of response) bytes += piece.length
  return bytes
}

async function textAt(url: string): Promise<string> {
  const response = await fetch(url)
  assert.equal(response.status, 200, url)
  return response.text()
}

function expiresOf(url: string): string | null {
  return new URL(url).searchParams.get('expires')
}
