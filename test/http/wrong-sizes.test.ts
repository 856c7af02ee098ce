import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { StorageFile } from '../../src/files/storage.js'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { DownloadView } from '../../src/views/base.js'
import { createFixtures } from '../adapters/fixtures.js'
import { watchForStrayErrors } from '../adapters/use.js'
import { writeRequest } from './raw.js'
import { serve } from './serve.js'

watchForStrayErrors()

const fixtures = createFixtures()
after(() => fixtures.remove())
fixtures.write('small.txt', 'text')
fixtures.write('large.bin', Buffer.alloc(300_000, 'x'))
const storage = new FileSystemStorage({ root: fixtures.root })

/** What its application tells of a file, as from a column that is out of date. */
class OutdatedFile extends StorageFile {
  readonly #size: number

  constructor(key: string, size: number) {
    super(storage, key)
    this.#size = size
  }

  override async stat() {
    return { ...(await super.stat()), size: this.#size }
  }
}

class OutdatedView extends DownloadView {
  override async getFile() {
    const { name, size } = this.params
    return new OutdatedFile(String(name), Number(size))
  }
}

describe('a file of a disk whose application tells another size', () => {
  for (const [name, size] of [
    ['small.txt', 10],
    ['small.txt', 2],
    ['large.bin', 200_000],
    ['large.bin', 400_000],
  ] as const) {
    test(`never looks whole: ${name}, ${size} bytes, and the next reply is none of it`, async () => {
      const { connect, faults } = await serve(OutdatedView.asView(), { route: '/:name/:size' })
      const connection = await connect()
      connection.send(writeRequest({ target: `/${name}/${size}` }))
      connection.send(writeRequest({ target: '/small.txt/4' }))
      const reply = await connection.reply().catch(() => undefined)
      if (reply?.status === 500) assert.equal((await connection.reply()).body.toString(), 'text')
      else assert.equal(reply?.isComplete ?? false, false)
      assert.ok(faults.length > 0, 'Nobody was told.')
      connection.destroy()
    })
  }
})
