import assert from 'node:assert/strict'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { StorageFile } from 'downloadview'

const home = process.cwd()
const folder = await realpath(await mkdtemp(join(tmpdir(), 'bridges-')))

before(async () => {
  await mkdir(join(folder, 'media'))
  await writeFile(join(folder, 'media', 'report.pdf'), '%PDF-2026')
  // The examples look for their folder below the one that they are started in.
  process.chdir(folder)
})

after(async () => {
  process.chdir(home)
  await rm(folder, { recursive: true })
})

test('the view of a disk of flydrive sends a file', async () => {
  const { app } = await import('./storages/flydrive.js')
  const server = app.listen(0, '127.0.0.1')
  try {
    await new Promise((resolve) => server.once('listening', resolve))
    const reply = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/media/report.pdf`)
    assert.deepEqual([reply.status, await reply.text()], [200, '%PDF-2026'])
    assert.equal(reply.headers.get('content-type'), 'application/pdf')
  } finally {
    server.close()
  }
})

for (const library of ['flystorage', 'unstorage'] as const) {
  test(`the storage of ${library} has the files of its folder`, async () => {
    const { storage } = await import(`./storages/${library}.js`)
    const file = new StorageFile(storage, 'report.pdf')
    assert.equal((await file.stat()).size, 9)
    const chunks: Uint8Array[] = []
    for await (const chunk of file.open()) chunks.push(chunk)
    assert.equal(Buffer.concat(chunks).toString(), '%PDF-2026')
    assert.equal(file.url, library === 'flystorage' ? '/media/report.pdf' : undefined)
  })
}
