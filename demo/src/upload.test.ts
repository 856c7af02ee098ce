import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { type ClientRequest, type OutgoingHttpHeaders, request } from 'node:http'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { assertDownloadResponse } from 'downloadview/testing'
import { linksBelow } from './testing/articles.js'
import { type ServedDemo, serveDemo } from './testing/serve-demo.js'

const MEBIBYTE = 2 ** 20

let demo: ServedDemo
before(async () => {
  demo = await serveDemo()
})
after(() => demo.close())
afterEach(assertNothingLeftOver)

test('an upload is stored, and is a download at once', async () => {
  const content = randomBytes(3 * MEBIBYTE)
  assert.deepEqual(await upload(new File([content], 'report.bin', { type: 'application/octet-stream' })), UPLOADED)
  const [saved, shown] = await newest()
  assert.deepEqual([saved.label, saved.note], ['report.bin', '3.0 MiB'])
  await assertDownloadResponse(get(saved.href), { basename: 'report.bin', content, attachment: true })
  await assertDownloadResponse(get(shown.href), { basename: 'report.bin', content, attachment: false })
  const part = get(saved.href, { Range: 'bytes=1000000-1000099' })
  await assertDownloadResponse(part, { status: 206, content: content.subarray(1_000_000, 1_000_100) })
})

test('a file that has exactly as many bytes as it may is taken, and streamed', async () => {
  const content = Buffer.alloc(50 * MEBIBYTE, 'full ')
  assert.deepEqual(await upload(new File([content], 'full.bin')), UPLOADED)
  const [saved] = await newest()
  const stored = Buffer.from(await (await get(saved.href)).arrayBuffer())
  assert.equal(hashOf(stored), hashOf(content))
})

test('one byte more is too large: a page says so, and nothing is kept', async () => {
  const before = await storedFiles()
  const reply = await send(new File([Buffer.alloc(50 * MEBIBYTE + 1)], 'large.bin'))
  assert.equal(reply.status, 413)
  assert.match(await reply.text(), /<h1>413 .*at most 50 MiB are taken\. Nothing of it was kept\./s)
  assert.deepEqual(await storedFiles(), before)
})

test('what is far too large gets its page as well, after it was read to its end', async () => {
  const reply = await send(new File([Buffer.alloc(80 * MEBIBYTE)], 'huge.bin'))
  assert.equal(reply.status, 413)
})

test('an upload that breaks off leaves nothing behind', async () => {
  const before = await storedFiles()
  const { client, write } = startUpload('broken.bin')
  write(Buffer.alloc(MEBIBYTE))
  // By now it is in the storage, under its name or another one.
  await until(async () => (await storedFiles()).length > before.length)
  client.destroy()
  await until(async () => (await storedFiles()).length === before.length)
  assert.deepEqual(await storedFiles(), before)
  assert.ok(!(await labels()).includes('broken.bin'), 'The page lists it.')
})

test('a form that ends before its file does is refused, and leaves nothing behind', async () => {
  const before = await storedFiles()
  const { client, write } = startUpload('cut.bin')
  write(Buffer.alloc(100_000))
  client.end()
  const [reply] = await once(client, 'response')
  reply.resume()
  assert.equal(reply.statusCode, 400)
  assert.deepEqual(await storedFiles(), before)
})

const NAMES: Readonly<Record<string, string>> = {
  '../../x': 'x',
  '..\\..\\windows\\evil.exe': 'evil.exe',
  '/etc/passwd': 'passwd',
  'C:\\boot.ini': 'boot.ini',
  '..': 'file',
  '.htaccess': '.htaccess',
  'nul\u0000byte.txt': 'nulbyte.txt',
  'turned\u202etxt.exe': 'turnedtxt.exe',
  'con.txt': 'con.txt',
  '<script>alert(1)</script>.html': 'script>.html',
  'Übersicht 日本語 😀.txt': 'Übersicht 日本語 😀.txt',
  'semi;colon, comma = 100%.txt': 'semi;colon, comma = 100%.txt',
  [`${'long '.repeat(100)}.txt`]: `${'long '.repeat(100).slice(0, 196)}.txt`,
}

for (const [name, kept] of Object.entries(NAMES)) {
  test(`a file named ${JSON.stringify(name).slice(0, 40)} is stored below the folder of uploads, and called ${JSON.stringify(kept).slice(0, 40)}`, async () => {
    const before = await storedFiles()
    assert.deepEqual(await upload(new File(['content'], name)), UPLOADED)
    const [saved] = await newest()
    assert.equal(saved.label, kept)
    const reply = await get(saved.href)
    assert.doesNotMatch(reply.headers.get('Content-Disposition') ?? '', /[\\/\0]/)
    await assertDownloadResponse(reply, { content: 'content' })
    assert.equal((await storedFiles()).length, before.length + 1)
  })
}

test('a unicode name arrives whole', async () => {
  await upload(new File(['content'], 'Übersicht 日本語 😀.txt', { type: 'text/plain' }))
  const [saved] = await newest()
  await assertDownloadResponse(get(saved.href), { basename: 'Übersicht 日本語 😀.txt', content: 'content' })
})

test('a name is shown on the page as text, and not as a part of it', async () => {
  await upload(new File(['content'], '"><img src=x onerror=alert(1)>.txt'))
  const page = await (await get('/features/upload/')).text()
  assert.doesNotMatch(page, /<img src=x/)
  // Browsers write a quotation mark like this.
  assert.ok((await labels()).includes('%22><img src=x onerror=alert(1)>.txt'), 'It is not listed.')
})

test('a file without bytes is a file', async () => {
  assert.deepEqual(await upload(new File([], 'empty.txt')), UPLOADED)
  const [saved] = await newest()
  assert.deepEqual([saved.label, saved.note], ['empty.txt', '0 bytes'])
  await assertDownloadResponse(get(saved.href), { content: '' })
})

test('a form without a file is told to choose one', async () => {
  for (const [value, name] of [
    [new File([], ''), 'file'],
    ['text', 'file'],
  ] as const) {
    const form = new FormData()
    form.append(name, value)
    const reply = await post(form)
    assert.equal(reply.status, 400)
    assert.match(await reply.text(), /<p class="lead">Choose a file first\.<\/p>/)
  }
})

test('what is no form of this kind is refused', async () => {
  for (const [type, body] of [
    ['application/x-www-form-urlencoded', 'file=text'],
    ['application/json', '{}'],
    ['multipart/form-data', 'no boundary'],
    ['multipart/form-data; boundary=x', 'no part'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\ncontent',
    ],
  ] as const) {
    const reply = await post(body, { 'Content-Type': type })
    assert.equal(reply.status, 400, `${type} ${body}`)
  }
  assert.equal((await fetch(`${demo.origin}/upload/`, { method: 'POST' })).status, 400)
})

test('two files of one name both stay', async () => {
  await upload(new File(['first'], 'same.txt'))
  await upload(new File(['second'], 'same.txt'))
  const links = (await linksBelow(demo.origin, '/upload/file/:id/')).filter(({ label }) => label === 'same.txt')
  const contents = await Promise.all(links.map(async ({ href }) => (await get(href)).text()))
  assert.deepEqual(contents, ['second', 'first'])
})

for (const [name, type] of [
  ['page.html', 'text/html'],
  ['drawing.svg', 'image/svg+xml'],
  ['page.xhtml', 'application/xhtml+xml'],
  ['harmless.png', 'text/html'],
] as const) {
  test(`${name}, uploaded as ${type}, is shown in a sandbox, and cannot be taken for anything else`, async () => {
    await upload(new File(['<script>alert(1)</script>'], name, { type }))
    const [saved, shown] = await newest()
    const reply = await get(shown.href)
    assert.equal(reply.headers.get('Content-Type')?.split(';')[0], type)
    assert.match(reply.headers.get('Content-Security-Policy') ?? '', /default-src 'none';.*sandbox$/)
    assert.equal(reply.headers.get('X-Content-Type-Options'), 'nosniff')
    await assertDownloadResponse(get(saved.href), { attachment: true })
  })
}

test('a type that is none is not kept', async () => {
  const body =
    '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: a/b/c<>\r\n\r\ncontent\r\n--x--'
  assert.equal((await post(body, { 'Content-Type': 'multipart/form-data; boundary=x' })).status, 303)
  const [saved] = await newest()
  await assertDownloadResponse(get(saved.href), { mimeType: 'text/plain', content: 'content' })
})

test('a form of another site is refused before anything of it is stored', async () => {
  const before = await storedFiles()
  const form = () => {
    const data = new FormData()
    data.append('file', new File(['content'], 'forged.txt'))
    return data
  }
  for (const headers of [
    { Origin: 'http://evil.example' },
    { Origin: 'null' },
    { Origin: `${demo.origin}0` },
    { Origin: demo.origin.replace('http:', 'https:') },
    { 'Sec-Fetch-Site': 'cross-site', Origin: demo.origin },
    { 'Sec-Fetch-Site': 'same-site' },
  ]) {
    assert.equal((await post(form(), headers as Record<string, string>)).status, 403, JSON.stringify(headers))
  }
  assert.deepEqual(await storedFiles(), before)
  assert.equal((await post(form(), { Origin: demo.origin, 'Sec-Fetch-Site': 'same-origin' })).status, 303)
  assert.equal((await post(form(), { Origin: demo.origin })).status, 303)
})

test('the form has a label, and needs no script', async () => {
  const page = await (await get('/features/upload/')).text()
  const form =
    /<form action="\/upload\/" method="post" enctype="multipart\/form-data">\s+<label for="(?<label>[^"]+)">[^<]+<\/label>\s+<input id="(?<input>[^"]+)" name="file" type="file" required>\s+<button>Upload<\/button>/
  const { label, input } = form.exec(page)?.groups ?? {}
  assert.ok(label !== undefined, 'no such form')
  assert.equal(label, input)
})

test('addresses of uploads that are none are pages that are not there', async () => {
  for (const id of ['x', '%00', "'", '00000000-0000-0000-0000-000000000000', '..%2f']) {
    assert.equal((await get(`/upload/file/${id}/`)).status, 404, id)
  }
})

const UPLOADED = { status: 303, location: '/features/upload/' }

const get = (path: string, headers: Record<string, string> = {}) => fetch(demo.origin + path, { headers })

function post(body: FormData | string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${demo.origin}/upload/`, { method: 'POST', body, headers, redirect: 'manual' })
}

function send(file: File): Promise<Response> {
  const form = new FormData()
  form.append('file', file)
  return post(form)
}

async function upload(file: File) {
  const { status, headers } = await send(file)
  return { status, location: headers.get('Location') }
}

/** What the page lists first, as it is saved and as it is shown. */
async function newest() {
  const [saved] = await linksBelow(demo.origin, '/upload/file/:id/')
  const [shown] = await linksBelow(demo.origin, '/upload/shown/:id/')
  assert.ok(saved && shown, 'The page lists nothing.')
  return [saved, shown] as const
}

async function labels(): Promise<string[]> {
  return (await linksBelow(demo.origin, '/upload/file/:id/')).map(({ label }) => label)
}

async function storedFiles(): Promise<string[]> {
  const folder = join(demo.dataFolder, 'uploads')
  return (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
}

/** Begins to send a form, in pieces and without telling how many bytes there will be. */
function startUpload(name: string): { client: ClientRequest; write: (content: Uint8Array) => void } {
  const headers: OutgoingHttpHeaders = { 'Content-Type': 'multipart/form-data; boundary=x' }
  const client = request(`${demo.origin}/upload/`, { method: 'POST', headers })
  client.on('error', () => undefined)
  client.write(`--x\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`)
  return { client, write: (content) => client.write(content) }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10))
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** All files are in rows or were there from the beginning, and none has a name that is not for a while only. */
async function assertNothingLeftOver(): Promise<void> {
  const outside = (await storedFiles()).filter(
    (path) => !/\/uploads\/(?:object|object-other|upload)\/[^/]+$/.test(path),
  )
  assert.deepEqual(outside, [])
}
