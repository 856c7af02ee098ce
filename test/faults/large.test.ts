import assert from 'node:assert/strict'
import { closeSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { configureOpenFileCache } from '../../src/storages/disk/open-files.js'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { PathDownloadView } from '../../src/views/path.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { parseMultipart } from '../adapters/multipart.js'
import { watchForStrayErrors } from '../adapters/use.js'
import { rawRequest, writeRequest } from '../http/raw.js'
import { serve } from '../http/serve.js'
import { openBelow } from '../support/descriptors.js'
import { eventually } from '../support/eventually.js'
import { scratchFolder } from '../support/scratch.js'

watchForStrayErrors()

const GiB = 1024 ** 3
/** More than 32 bits can count. The file is sparse: it has few blocks on the disk. */
const SIZE = 5 * GiB + 3
/** Where numbers of 31 and of 32 bits end, and the file does. Each has a word of its own. */
const WORDS = { 'two GiB': 2 * GiB - 4, 'four GiB': 4 * GiB - 4, 'the end': SIZE - 8 } as const

const root = await scratchFolder({ after: (work) => after(work as () => void) })
writeSparse(join(root, 'sparse.bin'))

const views = {
  PathDownloadView: PathDownloadView.asView({ root }),
  StorageDownloadView: StorageDownloadView.asView({ storage: new FileSystemStorage({ root }) }),
}

for (const sendfile of [false, true]) {
  for (const [name, view] of Object.entries(views)) {
    describe(`a sparse file of more than 4 GiB, ${name}, ${sendfile ? 'with' : 'without'} sendfile`, () => {
      test('has its length', async () => {
        const { origin } = await served()
        const reply = await rawRequest(origin, { target: '/sparse.bin', method: 'HEAD' })
        assert.deepEqual([reply.status, reply.get('Content-Length')], [200, String(SIZE)])
      })

      for (const [place, at] of Object.entries(WORDS)) {
        test(`gives a range at ${place}`, async () => {
          const { origin } = await served()
          const headers = { Range: `bytes=${at}-${at + 7}` }
          const reply = await rawRequest(origin, { target: '/sparse.bin', headers })
          assert.equal(reply.get('Content-Range'), `bytes ${at}-${at + 7}/${SIZE}`)
          assert.deepEqual([reply.status, reply.body.toString()], [206, wordAt(at)])
        })
      }

      test('gives its last bytes, and several ranges far from each other', async () => {
        const { origin } = await served()
        const last = await rawRequest(origin, { target: '/sparse.bin', headers: { Range: 'bytes=-8' } })
        assert.deepEqual([last.status, last.body.toString()], [206, wordAt(WORDS['the end'])])
        const ranges = Object.values(WORDS).map((at) => `${at}-${at + 7}`)
        const several = await rawRequest(origin, {
          target: '/sparse.bin',
          headers: { Range: `bytes=${ranges.join(', ')}` },
        })
        const parts = parseMultipart(several)
        assert.deepEqual(
          parts.map(({ bytes }) => bytes.toString()),
          Object.values(WORDS).map(wordAt),
        )
      })

      test('goes on across 4 GiB, byte for byte', async () => {
        const { origin, faults } = await served()
        const start = 4 * GiB - 2_000_000
        const headers = { Range: `bytes=${start}-${start + 3_999_999}` }
        const reply = await rawRequest(origin, { target: '/sparse.bin', headers })
        const expected = Buffer.alloc(4_000_000)
        expected.write(wordAt(WORDS['four GiB']), WORDS['four GiB'] - start)
        assert.ok(reply.isComplete && reply.body.equals(expected), 'The bytes are not those of the file.')
        assert.deepEqual(faults, [])
      })

      test('begins to be sent as a whole, and a client may leave', async () => {
        const { connect, faults } = await served()
        const connection = await connect()
        connection.send(writeRequest({ target: '/sparse.bin' }))
        const head = await connection.head()
        assert.equal(head.get('Content-Length'), String(SIZE))
        assert.equal((await connection.take(1_000_000)).length, 1_000_000)
        connection.reset()
        // Once nobody reads it any more, the server has seen that the client left.
        await eventually(() => openBelow(root).length === 0)
        assert.deepEqual(faults, [])
      })
    })

    function served() {
      configureOpenFileCache({ sendfile })
      return serve(view, { route: '/*path' })
    }
  }
}

function writeSparse(path: string): void {
  writeFileSync(path, '')
  truncateSync(path, SIZE)
  const descriptor = openSync(path, 'r+')
  for (const at of Object.values(WORDS)) writeSync(descriptor, wordAt(at), at)
  closeSync(descriptor)
}

function wordAt(at: number): string {
  return at.toString(36).padStart(8, '.')
}
