import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { toFetchHandler } from '../adapters/fetch/handler.js'
import { FileNotFoundError } from '../errors.js'
import type { Outcome } from '../handler.js'
import { DownloadResponse } from '../responses/download.js'
import { testRequest } from '../testing/test-request.js'
import { type SendfileOptions, sendfile } from './sendfile.js'

const CHANGED = new Date('2024-05-06T07:08:09.500Z')
const CHANGED_DATE = 'Mon, 06 May 2024 07:08:09 GMT'

let root: string
let hello: string

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'downloadview-sendfile-'))
  hello = join(root, 'hello-world.txt')
  await mkdir(join(root, 'sub'))
  await writeFile(hello, 'Hello world!\n')
  await writeFile(join(root, '.env'), 'secret')
  await utimes(hello, CHANGED, CHANGED)
})

after(() => rm(root, { recursive: true, force: true }))

describe('sendfile', () => {
  test('shows the file inline, under its own name', async () => {
    const response = await download(sendfile(testRequest(), hello))
    assert.equal(response.attachment, false)
    assert.equal(response.basename, 'hello-world.txt')
    assert.deepEqual([response.mimeType, response.encoding], [undefined, undefined])
    const reply = await fetchFrom(hello)
    assert.equal(reply.status, 200)
    assert.equal(reply.headers.get('Content-Disposition'), 'inline; filename="hello-world.txt"')
    assert.equal(reply.headers.get('Content-Type'), 'text/plain; charset=utf-8')
    assert.equal(await reply.text(), 'Hello world!\n')
  })

  test('takes a name, a type and a coding', async () => {
    const options: SendfileOptions = {
      attachment: true,
      attachmentFilename: 'toto.txt',
      mimeType: 'text/x-own',
      encoding: 'gzip',
    }
    const response = await download(sendfile(testRequest(), hello, options))
    assert.equal(response.encoding, 'gzip')
    const { headers } = await fetchFrom(hello, options)
    assert.equal(headers.get('Content-Disposition'), 'attachment; filename="toto.txt"')
    assert.equal(headers.get('Content-Type'), 'text/x-own; charset=utf-8')
    assert.equal(headers.get('Content-Encoding'), 'gzip')
  })

  test('takes an option that is undefined for one that is not there', async () => {
    const options: SendfileOptions = { attachment: undefined, attachmentFilename: undefined, dotfiles: undefined }
    const { headers } = await fetchFrom(hello, options)
    assert.equal(headers.get('Content-Disposition'), 'inline; filename="hello-world.txt"')
  })

  test('finds nothing where there is no file, or a folder', async () => {
    for (const path of [join(root, 'missing.txt'), join(root, 'sub')]) {
      await assert.rejects(sendfile(testRequest(), path), FileNotFoundError)
      assert.equal((await fetchFrom(path)).status, 404)
    }
  })

  test('answers conditions with the modification time of the file (U01)', async () => {
    assert.equal((await fetchFrom(hello, {}, { headers: { 'If-Modified-Since': CHANGED_DATE } })).status, 304)
  })

  test('answers by method, as a view does', async () => {
    assert.equal((await fetchFrom(hello, {}, { method: 'HEAD' })).headers.get('Content-Length'), '13')
    assert.equal((await fetchFrom(hello, {}, { method: 'POST' })).status, 405)
  })

  test('takes a relative path below the root, and never one that leads out of it', async () => {
    assert.equal((await fetchFrom('hello-world.txt', { root })).status, 200)
    for (const path of ['../hello-world.txt', 'sub/../hello-world.txt', '/etc/passwd', '']) {
      assert.equal((await fetchFrom(path, { root })).status, 404, path)
    }
  })

  test('hides names that begin with a dot, unless they are allowed', async () => {
    assert.equal((await fetchFrom('.env', { root })).status, 404)
    assert.equal((await fetchFrom('.env', { root, dotfiles: 'allow' })).status, 200)
  })

  test('needs a root for a relative path', async () => {
    await assert.rejects(sendfile(testRequest(), 'hello-world.txt'), {
      name: 'ConfigurationError',
      message: /a relative path needs a root\. Set `root`/,
    })
  })

  test('never takes a parameter of the route for the path', async () => {
    const response = await download(sendfile(testRequest({ params: { path: 'other.txt' } }), hello))
    assert.equal(response.basename, 'hello-world.txt')
  })

  test('refuses an unknown option, naming it', async () => {
    // @ts-expect-error: the option is called attachmentFilename
    await assert.rejects(sendfile(testRequest(), hello, { attachement_filename: 'toto.txt' }), {
      name: 'ConfigurationError',
      message: /"attachement_filename" is no option/,
    })
  })
})

function fetchFrom(path: string, options: SendfileOptions = {}, init: RequestInit = {}) {
  const serve = toFetchHandler((request) => sendfile(request, path, options))
  return serve(new Request('http://localhost/', init))
}

async function download(outcome: Promise<Outcome>): Promise<DownloadResponse> {
  const response = await outcome
  assert.ok(response instanceof DownloadResponse, String(response))
  return response
}
