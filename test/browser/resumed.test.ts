import assert from 'node:assert/strict'
import { renameSync } from 'node:fs'
import { after, beforeEach, describe, test } from 'node:test'
import { VirtualFile } from '../../src/files/virtual.js'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { VirtualDownloadView } from '../../src/views/virtual.js'
import { startFaultProxy } from '../support/fault-proxy.js'
import { followLink, startChromium } from './support/chromium.js'
import { createFiles, digestOf, largeContent } from './support/files.js'
import { SERVERS, serveSite } from './support/site.js'

const MIB = 1024 * 1024
const OLD = largeContent(8 * MIB, 1)
const NEW = largeContent(9 * MIB, 2)

const files = await createFiles()
const chromium = await startChromium()
const storage = new FileSystemStorage({ root: files.root })

/** Puts another file in the place of the first, right before what is asked for again is looked for. */
class ReplacedView extends StorageDownloadView {
  override storage = storage
  override path = 'replaced.bin'
  override getPath() {
    if (this.request.headers.get('range') !== null) renameSync(files.path('new.bin'), files.path('replaced.bin'))
    return super.getPath()
  }
}

/** Rows that nobody can tell from what they will be the next time. */
class RowsView extends VirtualDownloadView {
  override getFile() {
    return new VirtualFile(() => rows(20_000), { name: 'rows.csv' })
  }
}

class BrokenRowsView extends VirtualDownloadView {
  override getFile() {
    return new VirtualFile(() => rows(20_000, 10_000), { name: 'rows.csv' })
  }
}

async function* rows(count: number, broken?: number) {
  for (let row = 0; row < count; row++) {
    if (row === broken) throw new Error('The database is gone.')
    yield `${row},${'value'.repeat(20)}\n`
  }
}

const views = {
  '/files/*path': StorageDownloadView.asView({ storage }),
  '/replaced': ReplacedView.asView(),
  '/rows': RowsView.asView(),
  '/broken-rows': BrokenRowsView.asView(),
}

for (const server of SERVERS) {
  describe(server, async () => {
    const { origin } = await serveSite(server, { views, pages: { '/': 'Downloads' } })
    const { hostname: host, port } = new URL(origin)
    const proxy = await startFaultProxy({ host, port: Number(port) })
    after(() => proxy.close())
    const page = await chromium.open(proxy.origin)
    const download = (path: string) => chromium.download(() => followLink(page, path))
    const requestsFor = (path: string) => proxy.requests.filter((request) => request.path === path)

    beforeEach(() => {
      files.write('old.bin', OLD)
      files.write('replaced.bin', OLD)
      files.write('new.bin', NEW)
    })

    test('a download that broke off goes on where it was, and is whole', async () => {
      proxy.next({ kind: 'truncate', after: 3 * MIB })
      const saved = await (await download('/files/old.bin')).saved()
      assert.equal(await digestOf(saved.path), await digestOf(OLD))
      const [first, second] = requestsFor('/files/old.bin')
      assert.equal(first?.headers.range, undefined)
      assert.equal(second?.headers.range, `bytes=${3 * MIB}-`)
      assert.match(String(second?.headers['if-range']), /^"/)
      assert.equal(second?.sent, 5 * MIB)
    })

    test('one that broke off three times, too', async () => {
      for (const after of [MIB, 2 * MIB, 3 * MIB]) proxy.next({ kind: 'truncate', after })
      const saved = await (await download('/files/old.bin?again')).saved()
      assert.equal(await digestOf(saved.path), await digestOf(OLD))
      const ranges = requestsFor('/files/old.bin?again').map(({ headers }) => headers.range)
      assert.deepEqual(ranges, [undefined, `bytes=${MIB}-`, `bytes=${3 * MIB}-`, `bytes=${6 * MIB}-`])
    })

    test('a file that was replaced meanwhile is begun anew, and never glued to the old one', async () => {
      proxy.next({ kind: 'truncate', after: 3 * MIB })
      const saved = await (await download('/replaced')).saved()
      assert.equal(await digestOf(saved.path), await digestOf(NEW))
      assert.equal(requestsFor('/replaced')[1]?.headers.range, `bytes=${3 * MIB}-`)
    })

    test('what cannot be gone on with is never kept as if it were whole', async () => {
      proxy.next({ kind: 'truncate', after: MIB })
      assert.equal(await (await download('/rows')).ended(), 'canceled')
      assert.deepEqual(await chromium.leftInFolder(), [])
    })

    test('nor is what breaks off within the application', async () => {
      assert.equal(await (await download('/broken-rows')).ended(), 'canceled')
      assert.deepEqual(await chromium.leftInFolder(), [])
    })
  })
}
