import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, openSync, statfsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { nativeAddon } from '../../src/adapters/node/native/load.js'
import { NativeSender } from '../../src/adapters/node/native/sender.js'
import { createFixtures } from '../adapters/fixtures.js'
import { watchForStrayErrors } from '../adapters/use.js'
import { RawConnection, writeRequest } from '../http/raw.js'
import { hashOfBody, hashOfNoise, KIB, MIB, writeNoise } from './files.js'
import { serveNatively } from './serving.js'

const fixtures = createFixtures()
after(() => fixtures.remove())
watchForStrayErrors()

for (const [title, size] of [
  ['no byte', 0],
  ['one byte', 1],
  ['64 KiB', 64 * KIB],
  ['1 MiB less a byte', MIB - 1],
  ['1 MiB', MIB],
  ['1 MiB and a byte', MIB + 1],
  ['100 MiB', 100 * MIB],
] as const) {
  test(`a file of ${title} arrives as it is`, async () => {
    const served = await serveNatively(writeNoise(fixtures, 'file.bin', size))
    const connection = await served.connect()
    connection.send(writeRequest({ target: '/' }))
    const head = await connection.head()
    assert.equal(head.get('Content-Length'), String(size))
    assert.equal(await hashOfBody(connection, size), hashOfNoise(0, size - 1))
    assert.deepEqual(served.ends, [size])
    connection.destroy()
    await served.close()
  })
}

test('ranges from everywhere in a file arrive as they are', async () => {
  const size = 20 * MIB
  const served = await serveNatively(writeNoise(fixtures, 'ranges.bin', size))
  const connection = await served.connect()
  for (const [start, end] of [
    [0, 0],
    [size - 1, size - 1],
    [4095, 4096],
    [1, 3 * MIB],
    [7 * MIB + 13, size - 2],
  ] as const) {
    connection.send(writeRequest({ target: '/', headers: { Range: `bytes=${start}-${end}` } }))
    await connection.head()
    assert.equal(await hashOfBody(connection, end - start + 1), hashOfNoise(start, end))
  }
  assert.equal(served.byJavaScript, 0)
  connection.destroy()
  await served.close()
})

test('a range is sent piece by piece where the caller asks for that', async () => {
  const size = 5 * MIB
  const served = await serveNatively(writeNoise(fixtures, 'pieces.bin', size), {
    async send(sender, file, { start, end }) {
      let sent = 0
      for (let position = start; position <= end; position += 700_001) {
        const outcome = await sender.send(file, { start: position, end: Math.min(end, position + 700_000) })
        if (outcome === 'gone') return outcome
        sent += outcome
      }
      return sent
    },
  })
  const connection = await served.connect()
  connection.send(writeRequest({ target: '/' }))
  await connection.head()
  assert.equal(await hashOfBody(connection, size), hashOfNoise(0, size - 1))
  assert.deepEqual(served.ends, [size])
  connection.destroy()
  await served.close()
})

test('what is written between two ranges goes out between them', async () => {
  const path = writeNoise(fixtures, 'parts.bin', 5 * MIB)
  const borders = ['--first--', 'x'.repeat(100_000), '--last--']
  const server = createServer(async (_req, res) => {
    const file = openSync(path, 'r')
    res.writeHead(206, { 'Content-Length': 5 * MIB + borders.join('').length })
    const sender = NativeSender.for(res)
    res.write(borders[0])
    const first = await sender?.send(file, { start: 0, end: 3 * MIB - 1 })
    res.write(borders[1])
    const second = await sender?.send(file, { start: 3 * MIB, end: 5 * MIB - 1 })
    closeSync(file)
    res.end(borders[2])
    outcomes.push(first, second)
  })
  const outcomes: unknown[] = []
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const connection = await RawConnection.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  connection.send(writeRequest({ target: '/' }))
  await connection.head()
  const [first = '', second = '', last = ''] = borders
  assert.equal((await connection.take(first.length)).toString(), first)
  assert.equal(await hashOfBody(connection, 3 * MIB), hashOfNoise(0, 3 * MIB - 1))
  assert.equal((await connection.take(second.length)).toString(), second)
  assert.equal(await hashOfBody(connection, 2 * MIB), hashOfNoise(3 * MIB, 5 * MIB - 1))
  assert.equal((await connection.take(last.length)).toString(), last)
  assert.deepEqual(outcomes, [3 * MIB, 2 * MIB])
  connection.destroy()
  await new Promise((resolve) => server.close(resolve))
})

test('a file that is not in memory is read by another thread first', async () => {
  const size = 9 * MIB
  const path = writeNoise(fixtures, 'cold.bin', size)
  const served = await serveNatively(path)
  const connection = await served.connect()
  execFileSync('dd', [`of=${path}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'status=none'])
  const file = openSync(path, 'r')
  const isCached = () => nativeAddon()?.isCached(file, 0, 2 * MIB)
  const wasCached = isCached()
  connection.send(writeRequest({ target: '/' }))
  await connection.head()
  assert.equal(await hashOfBody(connection, size), hashOfNoise(0, size - 1))
  assert.equal(isCached(), true)
  if (TELLING.has(statfsSync(fixtures.root).type)) assert.equal(wasCached, false)
  closeSync(file)
  connection.destroy()
  await served.close()
})

test('a fast client does not keep the event loop for itself', async () => {
  const size = 64 * MIB
  let turns = 0
  let isSending = true
  const served = await serveNatively(writeNoise(fixtures, 'turns.bin', size), {
    async send(sender, file, range) {
      const count = () => {
        turns++
        if (isSending) setImmediate(count)
      }
      count()
      const outcome = await sender.send(file, range)
      isSending = false
      return outcome
    },
  })
  const connection = await served.connect()
  connection.send(writeRequest({ target: '/' }))
  await connection.head()
  await hashOfBody(connection, size)
  assert.ok(turns >= size / (2 * MIB), `${turns} turns for ${size / MIB} MiB`)
  connection.destroy()
  await served.close()
})

/** File systems that tell what is in memory, as `statfs` names them: ext4, XFS, Btrfs. */
const TELLING = new Set([0xef53, 0x58465342, 0x9123683e])
