import assert from 'node:assert/strict'
import {
  closeSync,
  copyFileSync,
  openSync,
  renameSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { after, test } from 'node:test'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { PathDownloadView } from '../../src/views/path.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { createFixtures, noise } from '../adapters/fixtures.js'
import { parseMultipart } from '../adapters/multipart.js'
import { watchForStrayErrors } from '../adapters/use.js'
import { rawRequest, writeRequest } from './raw.js'
import { type Served, serve } from './serve.js'

const fixtures = createFixtures()
after(() => fixtures.remove())
watchForStrayErrors()

const SIZE = 50 * 1024 * 1024
const OLD = repeated(noise(1_000_003, 1))
const NEW = repeated(noise(1_000_003, 2))
fixtures.write('old.bin', OLD)
fixtures.write('new.bin', NEW)

/** Far more than the buffers between a server and a client hold, and no two blocks of it alike. */
function repeated(block: Buffer): Buffer {
  const bytes = Buffer.alloc(SIZE)
  for (let offset = 0; offset < SIZE; offset += block.length) {
    block.copy(bytes, offset)
    bytes.writeUInt32BE(offset, offset)
  }
  return bytes
}

/** What can happen to a file under the eyes of a client. `kept`: the old file is still somewhere to be read. */
const CHANGES: readonly (readonly [title: string, change: (path: string) => void, kept: boolean])[] = [
  ['cut to half its size', (path) => truncateSync(path, SIZE / 2), false],
  ['cut to nothing', (path) => truncateSync(path, 0), false],
  ['cut by one byte', (path) => truncateSync(path, SIZE - 1), false],
  ['rewritten in place', (path) => writeFileSync(path, NEW), false],
  ['rewritten in place at its end', (path) => overwrite(path, SIZE - 1000), false],
  ['made longer', (path) => overwrite(path, SIZE), false],
  ['replaced by another one', (path) => replace(path), true],
  ['renamed', (path) => renameSync(path, `${path}.moved`), true],
  ['deleted', (path) => unlinkSync(path), true],
]

/** Cut, rewritten, replaced, deleted: one change for each way in which it is found out. */
const EACH_KIND = /half|rewritten in place$|replaced|deleted/

function overwrite(path: string, position: number): void {
  const descriptor = openSync(path, 'r+')
  writeSync(descriptor, NEW, 0, 1000, position)
  closeSync(descriptor)
}

function replace(path: string): void {
  copyFileSync(fixtures.path('new.bin'), `${path}.new`)
  renameSync(`${path}.new`, path)
}

const paths = await serve(PathDownloadView.asView({ path: fixtures.path('changing.bin') }))
const storage = new FileSystemStorage({ root: fixtures.root })
const keys = await serve(StorageDownloadView.asView({ storage, path: 'changing.bin' }))

for (const [title, change, kept] of CHANGES) {
  test(`a file that is ${title} while a slow client reads is ${kept ? 'sent whole' : 'broken off'}`, () =>
    expectWholeOrBroken(paths, change, kept))
}

for (const [title, change, kept] of CHANGES.filter(([title]) => EACH_KIND.test(title))) {
  test(`a file of a storage that is ${title} while a slow client reads is ${kept ? 'sent whole' : 'broken off'}`, () =>
    expectWholeOrBroken(keys, change, kept))

  test(`a range of a file that is ${title} is ${kept ? 'one of the old file' : 'broken off'}`, async () => {
    const { status, body, isComplete } = await download(paths, change, 'bytes=1000-')
    assert.equal(status, 206)
    assert.equal(isComplete, kept)
    if (kept) assert.ok(body.equals(OLD.subarray(1000)), 'The bytes differ.')
  })

  test(`several ranges of a file that is ${title} are ${kept ? 'all of the old file' : 'broken off'}`, async () => {
    const reply = await download(paths, change, `bytes=0-${SIZE / 2 - 1},${SIZE / 2 + 5000}-`)
    assert.equal(reply.status, 206)
    assert.equal(reply.isComplete, kept)
    if (kept) {
      const [first, second] = parseMultipart(reply)
      assert.ok(first?.bytes.equals(OLD.subarray(0, SIZE / 2)), 'The first part is another.')
      assert.ok(second?.bytes.equals(OLD.subarray(SIZE / 2 + 5000)), 'The second part is another.')
    }
  })
}

test('a file that is only touched while a slow client reads never becomes another one', async () => {
  const { body, isComplete } = await download(paths, (path) => utimesSync(path, new Date(), new Date()))
  assert.ok(!isComplete || body.equals(OLD), 'Other bytes look whole.')
})

test('a file that is rewritten in the same length and whose time is set back is sent with its new bytes', async () => {
  const path = fixtures.path('changing.bin')
  const time = new Date('2020-01-01T00:00:00Z')
  const tags = new Set<string | undefined>()
  for (const content of ['one', 'two', 'six']) {
    writeFileSync(path, content)
    utimesSync(path, time, time)
    for (const served of [paths, keys]) {
      for (let round = 0; round < 2; round++) {
        const reply = await rawRequest(served.origin, { target: '/' })
        assert.equal(reply.body.toString(), content)
        tags.add(reply.get('ETag'))
      }
    }
  }
  assert.equal(tags.size, 1, 'The page of faults says that the tag stays.')
})

async function expectWholeOrBroken(served: Served, change: (path: string) => void, kept: boolean): Promise<void> {
  const { status, body, isComplete } = await download(served, change)
  assert.equal(status, 200)
  assert.equal(isComplete, kept)
  if (kept) assert.ok(body.equals(OLD), 'The bytes differ.')
  assert.equal(served.faults.length, kept ? 0 : 1)
}

/** Reads a little, lets the file change, and reads the rest. */
async function download(served: Served, change: (path: string) => void, range?: string) {
  served.faults.length = 0
  const path = fixtures.path('changing.bin')
  copyFileSync(fixtures.path('old.bin'), path)
  const connection = await served.connect()
  connection.send(writeRequest({ target: '/', headers: range === undefined ? {} : { Range: range } }))
  const head = await connection.head()
  const beginning = await connection.take(100_000)
  change(path)
  const length = Number(head.get('Content-Length'))
  const rest = await connection.take(length - beginning.length)
  connection.destroy()
  const body = Buffer.concat([beginning, rest])
  return { ...head, body, isComplete: body.length === length }
}
