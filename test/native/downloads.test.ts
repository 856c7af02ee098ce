import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { toNodeHandler } from '../../src/adapters/node/index.js'
import type { DownloadHandler } from '../../src/handler.js'
import { configureOpenFileCache } from '../../src/storages/disk/open-files.js'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { ObjectDownloadView } from '../../src/views/object.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { createFixtures, noise } from '../adapters/fixtures.js'
import { listen } from '../adapters/servers.js'
import { runChild } from '../support/child.js'
import { eventually } from '../support/eventually.js'
import { requireNative } from './serving.js'

requireNative()
configureOpenFileCache({ sendfile: true })
const fixtures = createFixtures()
after(() => fixtures.remove())
const MIB = 1024 * 1024
const content = noise(3 * MIB)
fixtures.write('large.bin', content)
fixtures.write('small.bin', content.subarray(0, 1000))

/** What a download asks for, and the bytes that it gets. */
const DOWNLOADS: Readonly<Record<string, [range: string | undefined, expected: Buffer]>> = {
  'whole file': [undefined, content],
  range: ['bytes=1000-2999999', content.subarray(1000, 3_000_000)],
  'last byte': ['bytes=-1', content.subarray(-1)],
}

describe('a large file', () => {
  for (const [what, [range, expected]] of Object.entries(DOWNLOADS)) {
    test(`goes past JavaScript, as the ${what}`, async () => {
      const { origin, written } = await serve()
      const reply = await fetch(`${origin}/large.bin`, { headers: range === undefined ? {} : { Range: range } })
      assert.equal(hashOf(Buffer.from(await reply.arrayBuffer())), hashOf(expected))
      // Node counts what it writes itself: the head.
      assert.ok(written() < 2000, `${written()} bytes`)
    })
  }

  test('goes past JavaScript in parts, each behind its head', async () => {
    const { origin, written } = await serve()
    const reply = await fetch(`${origin}/large.bin`, { headers: { Range: 'bytes=0-999999,2000000-2999999' } })
    const body = Buffer.from(await reply.arrayBuffer())
    assert.equal(body.length, Number(reply.headers.get('content-length')))
    assert.ok(body.includes(content.subarray(0, 1_000_000)), 'The first part differs.')
    assert.ok(body.includes(content.subarray(2_000_000, 3_000_000)), 'The second part differs.')
    assert.ok(written() < 3000, `${written()} bytes`)
  })
})

test('a large file of a row goes past JavaScript as well', async () => {
  const storage = new FileSystemStorage({ root: fixtures.root })
  const model = { find: () => ({ file: 'large.bin', type: 'application/x-row' }) }
  const { origin, written } = await serve(
    ObjectDownloadView.asView({ model, fileField: 'file', mimeTypeField: 'type', pkParam: 'path', storage }),
  )
  const reply = await fetch(`${origin}/1`)
  assert.equal(reply.headers.get('content-type'), 'application/x-row')
  assert.equal(hashOf(Buffer.from(await reply.arrayBuffer())), hashOf(content))
  assert.ok(written() < 2000, `${written()} bytes`)
})

test('a small file goes along with its head', async () => {
  const { origin, written } = await serve()
  const reply = await fetch(`${origin}/small.bin`)
  assert.equal(hashOf(Buffer.from(await reply.arrayBuffer())), hashOf(content.subarray(0, 1000)))
  assert.ok(written() > 1000, `${written()} bytes`)
})

test('all that holds over a real connection holds without the native sender as well', async () => {
  const { output, errors, code } = await runChild(WITHOUT, FILES)
  assert.equal(code, 0, `${output}\n${errors}`)
  const passed = Number(/^# pass (\d+)$/m.exec(output)?.[1])
  assert.ok(passed >= 70, `Only ${passed} tests ran.`)
})

/** What is sent of large files, cut, broken off, and waited for. */
const FILES = ['changing-files', 'framing', 'leaving-clients', 'slow-clients'].map((name) =>
  join('test/http', `${name}.test.ts`),
)

const WITHOUT = `
  import { spawnSync } from 'node:child_process'
  const env = { ...process.env, DOWNLOADVIEW_NATIVE: '0', NODE_TEST_CONTEXT: undefined, NODE_V8_COVERAGE: undefined }
  const args = ['--import', 'tsx', '--test', '--test-reporter=tap', ...process.argv.slice(1)]
  const { status, stdout } = spawnSync(process.execPath, args, { env, encoding: 'utf8', maxBuffer: 1e8 })
  console.log(stdout)
  process.exitCode = status
`

async function serve(
  view: DownloadHandler = StorageDownloadView.asView({ storage: new FileSystemStorage({ root: fixtures.root }) }),
): Promise<{ origin: string; written: () => number }> {
  const storage = new FileSystemStorage({ root: fixtures.root })
  await eventually(() => isQuick(storage))
  const handler = toNodeHandler(view, { route: '/*path' })
  let written = () => 0
  const server = await listen((req, res) => {
    const { socket } = req
    written = () => socket.bytesWritten
    handler(req, res)
  })
  after(() => server.close())
  return { origin: server.origin, written: () => written() }
}

/** A disk that was not seen before is not known to be one of this computer, and is asked. */
async function isQuick(storage: FileSystemStorage): Promise<boolean> {
  const stat = await storage.stat('large.bin')
  const file = stat && storage.retain(stat)
  file?.release()
  return file?.maySendfile ?? false
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
