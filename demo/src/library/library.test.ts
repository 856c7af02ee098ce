import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { assertDownloadResponse } from 'downloadview/testing'
import { FIRST_DOCUMENTS, LONG_NAME } from '../seed/library.js'
import { textOf } from '../testing/articles.js'
import { checkHtml } from '../testing/check-html.js'
import { type ServedDemo, serveDemo, signIn } from '../testing/serve-demo.js'

type Headers = Record<string, string>

let demo: ServedDemo
let visitors: Record<'alice' | 'bob' | 'nobody', Headers>
before(async () => {
  demo = await serveDemo()
  visitors = { alice: await signIn(demo, 'alice'), bob: await signIn(demo, 'bob'), nobody: {} }
})
after(() => demo.close())

const get = (path: string, headers: Headers = {}) => fetch(demo.origin + path, { headers })

function post(
  path: string,
  headers: Headers,
  body: FormData | URLSearchParams | Uint8Array<ArrayBuffer> | null = null,
): Promise<Response> {
  return fetch(demo.origin + path, { method: 'POST', body, headers, redirect: 'manual' })
}

/** Uploads as the form does without a script, and gives the address of the page. */
async function upload(file: File, headers: Headers): Promise<string> {
  const reply = await send(file, headers)
  assert.equal(reply.status, 303, await reply.text())
  return reply.headers.get('Location') ?? ''
}

function send(file: File, headers: Headers): Promise<Response> {
  const body = new FormData()
  body.append('file', file)
  return post('/library/', headers, body)
}

const storedFiles = async () => (await readdir(join(demo.dataFolder, 'library/upload')).catch(() => [])).sort()

/** What Alice's documents answer to whom. Who may not read one is told that there is none. */
const MATRIX = {
  private: { alice: [200, 303], bob: [404, 404], nobody: [404, 403] },
  public: { alice: [200, 303], bob: [200, 403], nobody: [200, 403] },
} as const

for (const [visibility, expected] of Object.entries(MATRIX)) {
  for (const [visitor, [read, change]] of Object.entries(expected)) {
    test(`a ${visibility} document of Alice's: ${visitor} gets ${read} for reading and ${change} for changing it`, async () => {
      const page = await upload(new File(['secret of Alice'], 'note.txt', { type: 'text/plain' }), visitors.alice)
      if (visibility === 'public') {
        await post(`${page}visibility/`, visitors.alice, new URLSearchParams({ visibility: 'public' }))
      }
      const headers = visitors[visitor as keyof typeof visitors]
      for (const path of [page, `${page}download/`, `${page}inline/`, `${page}?try=whole`]) {
        const reply = await get(path, headers)
        assert.equal(reply.status, read, path)
        assert.equal(/secret of Alice/.test(await reply.text()), read === 200, path)
      }
      const list = await (await get('/library/', headers)).text()
      assert.equal(list.includes(`href="${page}"`), read === 200)
      const share = await post(`${page}shares/`, headers, new URLSearchParams({ lifetime: 'hour' }))
      assert.equal(share.status, change)
      const publish = await post(`${page}visibility/`, headers, new URLSearchParams({ visibility }))
      assert.equal(publish.status, change)
      assert.equal((await post(`${page}shares/x/revoke/`, headers)).status, change)
      assert.equal((await post(`${page}delete/`, headers)).status, change)
      assert.equal((await get(`${page}download/`, visitors.alice)).status, change === 303 ? 404 : 200)
    })
  }
}

test('what is deleted is gone, row and file', async () => {
  const before = await storedFiles()
  const page = await upload(new File(['content'], 'gone.txt'), visitors.bob)
  assert.equal((await storedFiles()).length, before.length + 1)
  assert.equal((await post(`${page}delete/`, visitors.bob)).headers.get('Location'), '/library/')
  assert.deepEqual(await storedFiles(), before)
  assert.equal((await get(page, visitors.bob)).status, 404)
})

test('an upload is a page, a preview and a download with resume', async () => {
  const content = randomBytes(300_000)
  const name = 'Übersicht "日本語" 😀.bin'
  const page = await upload(new File([content], name, { type: 'application/octet-stream' }), visitors.alice)
  const html = await (await get(page, visitors.alice)).text()
  checkHtml(html)
  // Browsers write a quotation mark like this.
  const kept = 'Übersicht %22日本語%22 😀.bin'
  assert.equal(textOf(/<h1>(.*?)<\/h1>/.exec(html)?.[1] ?? ''), kept)
  await assertDownloadResponse(get(`${page}download/`, visitors.alice), { basename: kept, content, attachment: true })
  const part = get(`${page}download/`, { ...visitors.alice, Range: 'bytes=200000-' })
  await assertDownloadResponse(part, { status: 206, content: content.subarray(200_000) })
})

test('a file that is too large leaves nothing, and a page says so', async () => {
  const before = await storedFiles()
  const form = new FormData()
  form.append('file', new File([Buffer.alloc(50 * 2 ** 20 + 1)], 'large.bin'))
  // Made first: a connection that waits for so much to be put together is closed by the server meanwhile.
  const made = new Response(form)
  const [type, body] = [made.headers.get('Content-Type') ?? '', Buffer.from(await made.arrayBuffer())]
  await (await get('/assets/icon.svg')).text()
  const reply = await post('/library/', { ...visitors.alice, 'Content-Type': type }, body)
  assert.equal(reply.status, 413)
  assert.match(await reply.text(), /<h1>413 .*at most 50 MiB are taken/s)
  assert.deepEqual(await storedFiles(), before)
})

test('nothing is taken from somebody who has not signed in, and nothing from another site', async () => {
  const before = await storedFiles()
  assert.equal((await send(new File(['x'], 'x.txt'), {})).status, 403)
  const foreign: Headers[] = [{ Origin: 'http://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }]
  for (const headers of foreign) {
    assert.equal((await send(new File(['x'], 'x.txt'), { ...visitors.alice, ...headers })).status, 403)
    for (const action of ['delete', 'shares', 'visibility']) {
      const path = `/library/invoice/${action}/`
      assert.equal((await post(path, { ...visitors.alice, ...headers })).status, 403, path)
    }
  }
  assert.equal((await get('/library/invoice/', visitors.alice)).status, 200)
  assert.deepEqual(await storedFiles(), before)
})

test('each first document has its page, which is sound HTML and says that no script may run', async () => {
  for (const { id, name, owner } of FIRST_DOCUMENTS) {
    const reply = await get(`/library/${id}/`, visitors[owner as 'alice' | 'bob'])
    const html = await reply.text()
    checkHtml(html)
    assert.equal(textOf(/<h1>(.*?)<\/h1>/s.exec(html)?.[1] ?? ''), name)
    assert.match(reply.headers.get('Content-Security-Policy') ?? '', /^default-src 'none'; (?!script-src)/)
    assert.equal(reply.headers.get('X-Content-Type-Options'), 'nosniff')
    assert.equal(reply.headers.get('Cache-Control'), 'private, no-cache')
  }
})

test('the other pages are sound HTML, for whoever looks at them', async () => {
  for (const path of ['/', '/library/', '/status/', '/features/', '/features/object/', '/no-such-page/', '/session/']) {
    for (const headers of Object.values(visitors)) checkHtml(await (await get(path, headers)).text())
  }
})

const PREVIEWS = {
  welcome: /<pre class="text"[^>]*>Welcome\./,
  sunset: /<img src="\/library\/sunset\/inline\/" alt="Sunset over the hills.png">/,
  film: /<video controls [^>]*src="\/library\/film\/inline\/" aria-label="Colours in motion.webm">/,
  melody: /<audio controls [^>]*src="\/library\/melody\/inline\/"/,
  chance: /Browsers cannot show a file of this type/,
  'hostile-page': /<iframe sandbox src="\/library\/hostile-page\/inline\/" title="Preview of A harmless page.html">/,
  'hostile-drawing': /<iframe sandbox src="\/library\/hostile-drawing\/inline\/"/,
}

for (const [id, preview] of Object.entries(PREVIEWS)) {
  test(`the page of ${id} shows it as what it is`, async () => {
    assert.match(await (await get(`/library/${id}/`)).text(), preview)
  })
}

for (const id of ['hostile-page', 'hostile-drawing']) {
  test(`${id} runs no script, wherever it is opened`, async () => {
    const shown = await get(`/library/${id}/inline/`)
    assert.match(shown.headers.get('Content-Security-Policy') ?? '', /default-src 'none';.*sandbox$/)
    await assertDownloadResponse(get(`/library/${id}/download/`), { attachment: true })
  })
}

test('a player gets the part of the film that it seeks', async () => {
  const whole = Buffer.from(await (await get('/library/film/inline/')).arrayBuffer())
  assert.ok(whole.length <= 150 * 1024, `${whole.length} bytes`)
  const part = get('/library/film/inline/', { Range: 'bytes=50000-50999' })
  await assertDownloadResponse(part, { status: 206, mimeType: 'video/webm', content: whole.subarray(50_000, 51_000) })
})

test('a name of 200 characters is shown as text, and offered whole', async () => {
  assert.equal([...LONG_NAME].length, 200)
  assert.doesNotMatch(await (await get('/library/')).text(), /<b>😀/)
  await assertDownloadResponse(get('/library/long-name/download/'), { basename: LONG_NAME.replaceAll('/', '_') })
})

test('a script is only where the form is, and only that one may run', async () => {
  const own = await get('/library/', visitors.alice)
  const [, nonce] = /script-src 'nonce-([\w-]+)'/.exec(own.headers.get('Content-Security-Policy') ?? '') ?? []
  const scripts = (await own.text()).match(/<script [^>]*>/g)
  assert.deepEqual(scripts, [`<script src="/assets/upload.js" nonce="${nonce}" defer>`])
  const others = await get('/library/')
  assert.doesNotMatch(others.headers.get('Content-Security-Policy') ?? '', /script-src/)
  assert.doesNotMatch(await others.text(), /<script|<form class="upload/)
  assert.match((await get('/assets/upload.js')).headers.get('Content-Type') ?? '', /^text\/javascript/)
})

test('addresses that spell nothing are pages that are not there', async () => {
  for (const id of ['x', '%00', "'", '..%2f', 'a'.repeat(5000)]) {
    for (const path of [`/library/${id}/`, `/library/${id}/download/`, `/shared/${id}/`]) {
      assert.ok([403, 404].includes((await get(path, visitors.alice)).status), path)
    }
  }
})
