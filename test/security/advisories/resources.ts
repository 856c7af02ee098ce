import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openFiles } from '../../../src/storages/disk/open-files.js'
import { MemoryStorage } from '../../../src/storages/memory.js'
import type { FileStat, ReadOptions } from '../../../src/storages/storage.js'
import { PathDownloadView } from '../../../src/views/path.js'
import { StorageDownloadView } from '../../../src/views/storage.js'
import { noise } from '../../adapters/fixtures.js'
import { useSite } from '../../adapters/use.js'
import { openBelow } from '../../support/descriptors.js'
import { eventually } from '../../support/eventually.js'
import type { Attacked } from '../suite.js'

/** A client takes up no more memory, and nothing for longer, than it is there and reads. */
export function resources({ adapter, fixtures }: Attacked): void {
  describe('resources', () => {
    fixtures.write('left/left.bin', noise(2 ** 21))
    const endless = new EndlessStorage()
    const large = useSite(adapter, StorageDownloadView.asView({ storage: endless }), '/files/*path')
    const files = useSite(adapter, PathDownloadView.asView({ root: fixtures.root }), '/files/*path')

    test('CVE-2026-33658, CVE-2026-33174: of a file of 1 GiB no more is held in memory than sockets and one piece take', async () => {
      endless.given = 0
      const incoming = await large.begin('/files/large.bin')
      assert.equal(incoming.status, 200)
      let received = 0
      while (received < 2 ** 25) {
        received += (await incoming.next())?.length ?? assert.fail('The body ended.')
        assert.ok(endless.given - received < HELD, `${endless.given - received} bytes were read ahead`)
      }
      incoming.leave()
      await eventually(() => endless.underWay === 0, { what: 'The source is still open.' })
    })

    test('nest#9759: clients that leave half-way, a hundred of them, leave no file open', async () => {
      for (let round = 0; round < 100; round++) {
        const incoming = await files.begin('/files/left/left.bin')
        assert.ok(await incoming.next(), 'The body did not begin.')
        incoming.leave()
      }
      const isClosed = async () => {
        // What nobody uses any more would be kept a while longer for the next one.
        await openFiles.closeIdle()
        return openBelow(fixtures.path('left')).length === 0
      }
      await eventually(isClosed, { within: 20_000, what: 'Files are open.' })
    })
  })
}

/** Buffers of both ends of a connection, and what is on its way between them: far from a gigabyte. */
const HELD = 2 ** 24

/** A file of a gigabyte, made as it is read. */
class EndlessStorage extends MemoryStorage {
  given = 0
  underWay = 0
  readonly #piece = Buffer.alloc(2 ** 18, 'x')

  override async stat(): Promise<FileStat> {
    return { size: 2 ** 30 }
  }

  override async *open(_key: string, { signal }: ReadOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    this.underWay++
    try {
      for (let left = 2 ** 30; left > 0; left -= this.#piece.length) {
        signal?.throwIfAborted()
        this.given += this.#piece.length
        yield this.#piece
      }
    } finally {
      this.underWay--
    }
  }
}
