import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { truncateSync } from 'node:fs'
import { after, test } from 'node:test'
import { PathDownloadView } from '../../src/views/path.js'
import { createFixtures, noise } from '../adapters/fixtures.js'
import { watchForStrayErrors } from '../adapters/use.js'
import { settled, sleep } from '../adapters/wait.js'
import { writeRequest } from './raw.js'
import { made, serve } from './serve.js'

const fixtures = createFixtures()
after(() => fixtures.remove())
watchForStrayErrors()

const MEGABYTE = 1024 * 1024
fixtures.write('huge.bin', '')
truncateSync(fixtures.path('huge.bin'), 200 * MEGABYTE)

/** What memory grows by while something happens, in bytes. */
async function growth(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss()
  let peak = before
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 5)
  await work()
  clearInterval(watch)
  return Math.max(peak, process.memoryUsage.rss()) - before
}

test('200 MiB to a client that stops reading stay on the disk', async () => {
  const { connect } = await serve(PathDownloadView.asView({ path: fixtures.path('huge.bin') }))
  const connection = await connect()
  const grown = await growth(async () => {
    connection.send(writeRequest({ target: '/' }))
    await connection.head()
    await sleep(500)
  })
  connection.destroy()
  assert.ok(grown < 40 * MEGABYTE, `${grown} bytes`)
})

test('twenty clients that stop reading cost a few buffers each', async () => {
  const { connect } = await serve(PathDownloadView.asView({ path: fixtures.path('huge.bin') }))
  const connections = await Promise.all(Array.from({ length: 20 }, () => connect()))
  const grown = await growth(async () => {
    for (const connection of connections) {
      connection.send(writeRequest({ target: '/' }))
      await connection.head()
    }
    await sleep(500)
  })
  for (const connection of connections) connection.destroy()
  assert.ok(grown < 80 * MEGABYTE, `${grown} bytes`)
})

test('a generator makes nothing ahead for a client that stops reading', async () => {
  let produced = 0
  const { connect } = await serve(
    made({
      endless: () => [
        async function* () {
          for (;;) {
            produced += MEGABYTE
            yield Buffer.alloc(MEGABYTE)
          }
        },
      ],
    }),
  )
  const connection = await connect()
  connection.send(writeRequest({ target: '/endless' }))
  await connection.head()
  const ahead = await settled(() => produced)
  connection.destroy()
  assert.ok(ahead < 32 * MEGABYTE, `${ahead} bytes`)
})

test('a client that reads in fits gets every byte', async () => {
  const bytes = noise(8 * MEGABYTE)
  fixtures.write('whole.bin', bytes)
  const { connect } = await serve(PathDownloadView.asView({ path: fixtures.path('whole.bin') }))
  const connection = await connect()
  connection.send(writeRequest({ target: '/' }))
  await connection.head()
  const hash = createHash('sha256')
  for (let received = 0; received < bytes.length; received += 400_000) {
    hash.update(await connection.take(Math.min(400_000, bytes.length - received)))
    await sleep(5)
  }
  connection.destroy()
  assert.equal(hash.digest('hex'), createHash('sha256').update(bytes).digest('hex'))
})

test('200 MiB to a client that reads need no more memory than a few pieces', async () => {
  const { connect } = await serve(PathDownloadView.asView({ path: fixtures.path('huge.bin') }))
  const connection = await connect()
  let received = 0
  const grown = await growth(async () => {
    connection.send(writeRequest({ target: '/' }))
    await connection.head()
    while (received < 200 * MEGABYTE) received += (await connection.some()).length
  })
  connection.destroy()
  assert.equal(received, 200 * MEGABYTE)
  // Pieces that are read and not yet collected count, too.
  assert.ok(grown < 120 * MEGABYTE, `${grown} bytes`)
})
