import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { StorageError } from '../../../src/errors.js'
import type { DownloadHandler } from '../../../src/handler.js'
import { FileSystemStorage } from '../../../src/storages/file-system.js'
import { PathDownloadView } from '../../../src/views/path.js'
import { sendfile } from '../../../src/views/sendfile.js'
import { StorageDownloadView } from '../../../src/views/storage.js'
import { FOLDER_MARK } from '../../adapters/fixtures.js'
import type { Reply } from '../../adapters/site.js'
import { CORPUS } from '../spellings.js'
import { type Attacked, useKeptSite } from '../suite.js'

/** What clients are told when they get no file: a status, and nothing of the server. */
export function errors({ adapter, fixtures }: Attacked): void {
  describe('errors', () => {
    const { root } = fixtures
    const views: Readonly<Record<string, DownloadHandler>> = {
      path: PathDownloadView.asView({ root }),
      storage: StorageDownloadView.asView({ storage: new FileSystemStorage({ root }) }),
      sendfile: (request) => sendfile(request, [request.params['path'] ?? ''].flat().join('/'), { root }),
      fixed: PathDownloadView.asView({ path: `${root}/missing.txt`, pathParam: 'other' }),
      broken: () => {
        throw new StorageError('The disk does not answer.', { cause: new Error(`EIO: ${root}`) })
      },
    }
    // Outside of production, Express shows where a fault came from. That is no reply of ours.
    const isShowingStacks = adapter.name.includes('Express')
    const { ask } = useKeptSite(
      adapter,
      (request) => (views[request.headers.get('x-view') ?? 'path'] as DownloadHandler)(request),
      '/files/*path',
    )

    test('CVE-2026-6410, CVE-2026-34763, send 0.11.1: no body or header of any reply shows where the files are', async () => {
      for (const view of Object.keys(views)) {
        for (const target of SOME) {
          assertSilent(await ask(target, { headers: { 'X-View': view } }), root, isShowingStacks, target)
        }
        for (const request of REQUESTS) {
          const headers = { ...request.headers, 'X-View': view }
          assertSilent(
            await ask('/files/digits.txt', { ...request, headers }),
            root,
            isShowingStacks,
            JSON.stringify(request),
          )
        }
      }
    })

    test('GHSA-p6vg-p826-qp3v, GHSA-pgh6-m65r-2rhq: no address, least of all one with two slashes, is redirected anywhere', async () => {
      for (const target of [...CORPUS, ...REDIRECTED]) {
        const reply = await ask(target)
        assertSilent(reply, root, isShowingStacks, target)
        assert.equal(reply.get('Location'), undefined, target)
        assert.equal(reply.get('Refresh'), undefined, target)
        assert.ok(reply.status < 300 || reply.status >= 400, `${target}: ${reply.status}`)
      }
    })

    test('CVE-2026-34831: no error has another length than it says, whatever the characters', async () => {
      for (const target of [
        '/files/missing',
        '/files/%C3%A4%E6%97%A5',
        '/files/%F0%9F%8E%89',
        '/files/%ff',
        '/files/%',
      ]) {
        for (const view of ['path', 'broken']) {
          const reply = await ask(target, { headers: { 'X-View': view, ...CLOSING[adapter.protocol] } })
          assert.ok(reply.status >= 400, `${reply.status}`)
          assert.ok(reply.isComplete, 'The body is not whole.')
          const length = reply.get('Content-Length')
          if (length !== undefined) assert.equal(Number(length), reply.body.length, target)
        }
      }
    })
  })
}

function assertSilent(reply: Reply, root: string, isShowingStacks: boolean, what: string): void {
  const shown = `${reply.fields.flat().join('\n')}\n${reply.body.toString()}`
  for (const path of [root, FOLDER_MARK]) assert.ok(!shown.includes(path), `${what}: ${shown}`)
  if (!isShowingStacks) assert.ok(!shown.includes(process.cwd()), `${what}: ${shown}`)
}

const SOME = CORPUS.filter((_, index) => index % 10 === 0)

const REQUESTS: readonly { readonly method?: string; readonly headers?: Readonly<Record<string, string>> }[] = [
  {},
  { method: 'HEAD' },
  { method: 'POST' },
  { method: 'OPTIONS' },
  { headers: { Range: 'bytes=99-' } },
  { headers: { Range: 'bytes=0-1,3-4' } },
  { headers: { 'If-Match': '"x"' } },
  { headers: { 'If-None-Match': '*' } },
]

const REDIRECTED = [
  '//evil.example/',
  '//evil.example/..',
  '//evil.example/%2e%2e',
  '/files//evil.example',
  '/files/folder',
  '/files/%5cevil.example',
  '///evil.example',
  '/files/%0a/evil.example',
  '/files/%09/evil.example',
]

/** A client of HTTP/1 that says goodbye gets all that the server has to say, and so sees a byte too many. */
const CLOSING = { 'HTTP/1.1': { Connection: 'close' }, 'HTTP/2': {} }
