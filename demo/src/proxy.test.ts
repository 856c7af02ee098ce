import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { assertDownloadResponse } from 'downloadview/testing'
import { linksBelow, textOf } from './testing/articles.js'
import { type CompiledDemo, compileDemo, stop } from './testing/compile-demo.js'
import { signIn } from './testing/serve-demo.js'

const LARGE = 'storage/static-path/20-MiB.bin'
const UNICODE = 'Übersicht 日本語 😀.txt'

let compiled: CompiledDemo
before(async () => {
  compiled = await compileDemo()
})
after(() => compiled.remove())
afterEach(() => compiled.killAll('SIGTERM'))

const SERVERS = {
  nginx: /^nginx/,
  apache: /^Apache/,
  lighttpd: /^lighttpd/,
  caddy: /^Caddy/,
}

for (const [name, serverHeader] of Object.entries(SERVERS)) {
  test(`${name} stands in front of the demo, and sends what the demo hands over`, async () => {
    const { child, origin, output } = await compiled.start('--proxy', name)
    assert.equal(output(), `downloadview demo: ${origin} with ${name} in front\n`)
    const replies: Response[] = []
    const get = async (path: string, headers: Record<string, string> = {}) => {
      const reply = await fetch(origin + path, { headers })
      replies.push(reply)
      return reply
    }

    // The commands tell the address of the server.
    assert.match(await (await get('features/terminal/')).text(), new RegExp(`curl -OJ ${origin}object/`))

    const whole = await get(LARGE)
    const file = await readFile(join(compiled.folder, 'data/shelf/20-MiB.bin'))
    assert.equal(hashOf(new Uint8Array(await whole.arrayBuffer())), hashOf(file))
    await assertDownloadResponse(get(LARGE, { Range: 'bytes=7000000-7000099' }), {
      status: 206,
      content: file.subarray(7_000_000, 7_000_100),
    })

    const named = { basename: UNICODE, content: 'Übersicht, 日本語, 😀: every character arrives.\n' }
    await assertDownloadResponse(get('object/default-file/unicode-name/'), named)
    await assertDownloadResponse(get(`storage/static-path/reports/${encodeURIComponent(UNICODE)}`), named)

    const hello = { status: 200, basename: 'hello-world.txt', content: 'Hello world!\n' }
    for (const path of ['path/static-path/', 'path/sendfile/', 'virtual/text/', 'virtual/generated/']) {
      await assertDownloadResponse(get(path), hello)
    }
    for (const server of ['nginx', 'apache', 'lighttpd']) {
      await assertDownloadResponse(get(`${server}/optimized-by-middleware/`), hello)
      await assertDownloadResponse(get(`${server}/optimized-by-decorator/`), hello)
      const modified = await get(`${server}/modified_headers/`)
      assert.equal(modified.headers.get('X-Test'), 'header')
      await assertDownloadResponse(modified, hello)
    }
    for (const place of ['disk', 'object-storage', 'row', 'redirected']) {
      await assertDownloadResponse(fetch(`${origin}copies/${place}/postcard/`), {
        status: 200,
        basename: 'postcard.png',
        content: await readFile(join(compiled.folder, 'data/uploads/object/postcard.png')),
      })
    }
    for (const { href, note, status = 200 } of await linksBelow(origin, '/signed/file/*path')) {
      assert.equal((await get(href.slice(1))).status, status, note)
    }
    await assertUploaded(origin)
    const badge = await get('object/bytes-in-row/badge/')
    assert.equal(Buffer.from(await badge.arrayBuffer()).toString('latin1', 1, 4), 'PNG')

    const alice = await signIn({ origin }, 'alice')
    const refusal = await get('object/private-file/letter/', await signIn({ origin }, 'bob'))
    assert.equal(refusal.status, 403)
    assert.doesNotMatch(await refusal.text(), /eyes only/)
    const letter = await get('object/private-file/letter/', alice)
    assert.match(await letter.text(), /eyes only/)
    for (const path of ['protected/uploads/object/letter.txt', 'storage/static-path/..%2Fuploads/object/letter.txt']) {
      assert.ok([400, 403, 404].includes((await get(path)).status), path)
    }

    for (const { url, headers } of replies) {
      for (const header of ['X-Accel-Redirect', 'X-Sendfile']) assert.equal(headers.get(header), null, url)
      assert.match(headers.get('Server') ?? '', serverHeader, url)
    }

    await assertExplained(origin, name, alice)
    const status = await fetch(`${origin}status/`, { headers: alice })
    assert.equal(status.status, 200, await status.text())

    const servers = await descendantsOf(child.pid as number)
    assert.ok(servers.length > 0, 'No server runs.')
    assert.equal(await stop(child, 'SIGTERM'), 0)
    for (const pid of servers) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
    await assert.rejects(fetch(origin))
  })
}

test('the files are really handed over: the server has them, and the application sends none', async () => {
  const { child, origin } = await compiled.start('--proxy', 'nginx')
  const alice = await signIn({ origin }, 'alice')
  const config = await readFile(join(compiled.folder, 'data/proxy/downloadview.conf'), 'utf8')
  const own = /proxy_pass (http:[^;]+);/.exec(config)?.[1]
  for (const path of [LARGE, 'object/default-file/hello-world/', 'path/static-path/', 'object/private-file/letter/']) {
    const reply = await fetch(`${own}/${path}`, { headers: alice })
    assert.match(reply.headers.get('X-Accel-Redirect') ?? '', /^\/protected\//, path)
    assert.equal((await reply.arrayBuffer()).byteLength, 0)
  }
  for (const path of ['virtual/text/', 'object/bytes-in-row/badge/', 'object/private-file/letter/']) {
    const reply = await fetch(`${own}/${path}`)
    assert.equal(reply.headers.get('X-Accel-Redirect'), null, path)
    assert.ok((await reply.arrayBuffer()).byteLength > 0, path)
  }
  await stop(child, 'SIGTERM')
})

test('a server that goes away ends the demo, which says so', async () => {
  const { child, output } = await compiled.start('--proxy', 'lighttpd')
  const [server] = await descendantsOf(child.pid as number)
  const ended = new Promise((resolve) => child.once('close', resolve))
  process.kill(server as number, 'SIGTERM')
  assert.equal(await ended, 1)
  assert.match(output(), /\ndownloadview demo: lighttpd has ended\. It wrote:\n/)
})

test('what a server says when it cannot start is shown', async () => {
  const programs = join(compiled.folder, '../bin')
  await mkdir(programs, { recursive: true })
  // A real program that does not understand the arguments of the server.
  await symlink('/bin/ls', join(programs, 'nginx'))
  const { code, stdout, stderr } = await compiled.run(['--proxy', 'nginx'], { PORT: '0', PATH: programs })
  await rm(programs, { recursive: true })
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /^downloadview demo: nginx has ended\. It wrote:\n.*invalid option/)
})

const PACKAGES = {
  nginx: 'nginx',
  apache: 'apache2 libapache2-mod-xsendfile',
  lighttpd: 'lighttpd',
  caddy: 'caddy',
}

for (const [name, packages] of Object.entries(PACKAGES)) {
  test(`where there is no ${name}, the demo tells how to install it`, async () => {
    const data = await readdir(compiled.folder)
    const { code, stdout, stderr } = await compiled.run(['--proxy', name], { PORT: '0', PATH: '' })
    assert.deepEqual([code, stdout], [1, ''])
    const told = /^downloadview demo: (\w+) is not installed\. Install it: (?:sudo )?apt-get install --yes (.*)\n$/
    assert.deepEqual(told.exec(stderr)?.slice(1), [name, packages], stderr)
    assert.deepEqual(await readdir(compiled.folder), data)
  })
}

test('a port that is taken is told before a server is started on it', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo
  const { code, stderr } = await compiled.run(['--proxy', 'nginx'], { PORT: String(port) })
  other.close()
  assert.equal(code, 1)
  assert.match(stderr, new RegExp(`^downloadview demo: port ${port} is taken.* PORT=8001 npm run demo\\n$`))
})

test('a server that the demo does not know is answered with the usage', async () => {
  for (const args of [['--proxy', 'iis'], ['--proxy', 'litespeed'], ['--proxy', 'constructor'], ['--proxy=']]) {
    const { code, stdout, stderr } = await compiled.run(args, { PORT: '0' })
    assert.deepEqual([code, stdout], [2, ''])
    const told =
      /^downloadview demo: --proxy must be one of nginx, apache, lighttpd, caddy; got ".*"\.\n\nUsage: npm run/
    assert.match(stderr, told)
  }
  assert.equal((await compiled.run(['--proxy'], { PORT: '0' })).code, 2)
})

/** More than a server in front takes unless it is told to. */
async function assertUploaded(origin: string): Promise<void> {
  const content = randomBytes(3 * 2 ** 20)
  const form = new FormData()
  form.append('file', new File([content], UNICODE))
  const headers = { Origin: new URL(origin).origin, 'Sec-Fetch-Site': 'same-origin' }
  const reply = await fetch(`${origin}upload/`, { method: 'POST', body: form, headers, redirect: 'manual' })
  assert.equal(reply.status, 303)
  const [link] = await linksBelow(origin, '/upload/file/:id/')
  await assertDownloadResponse(fetch(new URL(link?.href ?? '', origin)), { basename: UNICODE, content })
}

/** The library is handed over as well, and its pages tell what the server did, and what the application. */
async function assertExplained(origin: string, server: string, headers: Record<string, string>): Promise<void> {
  const attempt = async (document: string, id: string) => {
    const page = await (await fetch(`${origin}library/${document}/?try=${id}`, { headers })).text()
    return textOf(/<div class="attempt".*?<h3/s.exec(page)?.[0] ?? page)
  }
  const range = await attempt('invoice', 'range')
  assert.match(range, new RegExp(`Reply of ${server} to the client206 Partial Content`))
  assert.match(range, new RegExp(`Yes, to ${server}, by rule 5: handed over as `))
  assert.match(range, /The client got 1000 bytes\. The application sent 0 bytes of the document/)
  const refused = await attempt('invoice', 'stranger')
  assert.match(refused, new RegExp(`Reply of ${server} to the client404 Not Found`))
  assert.match(refused, /No: it was refused before any rule was asked/)
  for (const text of [range, refused]) assert.doesNotMatch(text, /\/demo\/data\//)
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The processes that a process has started, and those that these have started. */
async function descendantsOf(pid: number): Promise<number[]> {
  const parents = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    // One that has just ended has no such file any more.
    const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    const parent = /\) \S (\d+) /.exec(text)?.[1]
    if (parent !== undefined) parents.set(Number(name), Number(parent))
  }
  const childrenOf = (of: number): number[] =>
    [...parents].flatMap(([child, parent]) => (parent === of ? [child, ...childrenOf(child)] : []))
  return childrenOf(pid)
}
