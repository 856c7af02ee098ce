import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { PermissionDeniedError, VirtualDownloadView, VirtualFile } from 'downloadview'
import { toFetchHandler } from 'downloadview/fetch'
import { assertDownloadResponse, testRequest } from 'downloadview/testing'
import { serving } from './listening.js'

const folder = await realpath(await mkdtemp(join(tmpdir(), 'guide-')))
const home = process.cwd()
mkdirSync(join(folder, 'files'))
writeFileSync(join(folder, 'files', 'hello.txt'), 'Hello world!\n')
process.chdir(folder)
after(async () => {
  process.chdir(home)
  await rm(folder, { recursive: true })
})

test('the first server of the page on installing serves a folder', async () => {
  process.env['PORT'] = '0'
  const { server } = await import('./install/first.js')
  if (!server.listening) await once(server, 'listening')
  await serving(server, async (get) => {
    await assertDownloadResponse(get('/files/hello.txt'), { content: 'Hello world!\n', basename: 'hello.txt' })
  })
})

test('the application of the page on configuring streams while it is developed, and tells nobody else of faults', async () => {
  process.env['MEDIA'] = join(folder, 'files')
  const { app } = await import('./configure/application.js')
  app.set('env', 'test')
  await serving(app, async (get) => {
    await assertDownloadResponse(get('/media/hello.txt'), { content: 'Hello world!\n' })
    assert.equal((await get('/media/missing.txt')).status, 404)
  })
})

test('a file that never changes is sent once', async () => {
  const { HelloView } = await import('./views/unchanging.js')
  const get = toFetchHandler(HelloView.asView())
  const headers = { 'If-Modified-Since': 'Mon, 06 Jan 2025 10:00:00 GMT' }
  assert.equal((await get(new Request('http://a/', { headers }))).status, 304)
  await assertDownloadResponse(get(new Request('http://a/')), { content: 'Hello world!\n' })
})

test('a view of your own finds a backup, or says what there is instead', async () => {
  const { BackupView } = await import('./views/own.js')
  writeFileSync(join(folder, '2026-03-01.tar.gz'), 'packed')
  writeFileSync(join(folder, 'README.txt'), 'Backups are kept for a week.')
  const get = toFetchHandler(BackupView.asView({ root: folder }), { route: '/:day' })
  await assertDownloadResponse(get(new Request('http://a/2026-03-01')), {
    content: 'packed',
    basename: 'shop 2026-03-01.tar.gz',
  })
  for (const day of ['2026-03-02', 'README.txt']) {
    await assertDownloadResponse(get(new Request(`http://a/${day}`)), {
      status: 404,
      content: 'Backups are kept for a week.',
    })
  }
})

test('a function around a view refuses, or sets a header', async () => {
  const { keepForAnHour, requireUser } = await import('./views/middleware-on-view.js')
  const view = keepForAnHour(requireUser(HelloView.asView()))
  await assert.rejects(async () => view(testRequest()), PermissionDeniedError)
  const reply = await toFetchHandler(view)(new Request('http://a/', { headers: { 'x-user': 'ann' } }))
  assert.equal(reply.headers.get('cache-control'), 'private, max-age=3600')
})

class HelloView extends VirtualDownloadView {
  override getFile() {
    return new VirtualFile('Hello', { name: 'hello.txt' })
  }
}

test('a file of your own has ranges, of which it reads no more than the rows', async () => {
  const { RowsFile } = await import('./files/own.js')
  const asked: number[] = []
  const rows = {
    version: async () => ({ rows: 3, number: 7, savedAt: new Date(0) }),
    async read(row: number) {
      asked.push(row)
      return Buffer.from('0123456789ab').subarray(row * 4, row * 4 + 4)
    },
  }
  class RowsView extends VirtualDownloadView {
    override getFile() {
      return new RowsFile(rows, 'rows.bin') as never
    }
  }
  const get = toFetchHandler(RowsView.asView())
  const part = await get(new Request('http://a/', { headers: { Range: 'bytes=5-8' } }))
  assert.deepEqual([part.status, part.headers.get('etag'), await part.text()], [206, '"7"', '5678'])
  assert.deepEqual(asked, [1, 2])
  await assertDownloadResponse(get(new Request('http://a/')), { content: '0123456789ab', basename: 'rows.bin' })
})

test('files of every kind can be made before anything is opened', async () => {
  const { files } = await import('./files/kinds.js')
  assert.deepEqual(
    files.map(({ name }) => name.split('/').at(-1)),
    ['report.pdf', 'report.pdf', 'report.pdf', 'report.pdf', 'hello.txt', 'lines.txt'],
  )
})

test('a response describes a download', async () => {
  const { hello } = await import('./responses/describe.js')
  const reply = await toFetchHandler(hello)(new Request('http://a/'))
  await assertDownloadResponse(reply, { content: 'Hello world!\n', basename: 'Grüße.txt', attachment: true })
  assert.equal(reply.headers.get('x-robots-tag'), 'noindex')
  assert.equal(reply.headers.get('cache-control'), 'private, max-age=60')
})
