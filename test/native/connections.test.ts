import assert from 'node:assert/strict'
import { closeSync, openSync, readdirSync, truncateSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { after, describe, test } from 'node:test'
import { nativeAddon } from '../../src/adapters/node/native/load.js'
import type { PlainSocket } from '../../src/adapters/node/native/plain-socket.js'
import { FileChangedError } from '../../src/errors.js'
import { createFixtures } from '../adapters/fixtures.js'
import { watchForStrayErrors } from '../adapters/use.js'
import { settled, sleep } from '../adapters/wait.js'
import { RawConnection, writeRequest } from '../http/raw.js'
import { openBelow } from '../support/descriptors.js'
import { eventually } from '../support/eventually.js'
import { hashOfBody, hashOfNoise, KIB, MIB, writeNoise } from './files.js'
import { serveNatively } from './serving.js'

const fixtures = createFixtures()
after(() => fixtures.remove())
watchForStrayErrors()

/** More than all buffers between the two ends hold. */
const LARGE = 64 * MIB
const large = writeNoise(fixtures, 'large.bin', LARGE)
const small = writeNoise(fixtures, 'small.bin', 100 * KIB)
const HASH_OF_LARGE = hashOfNoise(0, LARGE - 1)
const HASH_OF_SMALL = hashOfNoise(0, 100 * KIB - 1)
const GET = writeRequest({ target: '/' })

describe('a connection that is kept', () => {
  test('takes two hundred replies in a row', async () => {
    const served = await serveNatively(small)
    const connection = await served.connect()
    for (let round = 0; round < 200; round++) {
      connection.send(writeRequest({ target: `/${round}` }))
      const head = await connection.head()
      assert.equal(head.get('X-Target'), `/${round}`)
      assert.equal(await hashOfBody(connection, 100 * KIB), HASH_OF_SMALL)
    }
    assert.equal(served.ends.length, 200)
    connection.destroy()
    await served.close()
  })

  test('takes a reply whose head had to wait, in the right order', async () => {
    let filled = 0
    const waited: boolean[] = []
    const served = await serveNatively(small, {
      async before(_req, res) {
        response = res
        filled = await fillUp(res)
      },
      async send(sender, file, range) {
        const outcome = sender.send(file, range)
        waited.push((response?.socket?.writableLength ?? 0) > 0)
        return outcome
      },
    })
    let response: ServerResponse | undefined
    const connection = await served.connect()
    connection.send(GET)
    await eventually(() => waited.length === 1)
    assert.deepEqual(waited, [true])
    await connection.take(filled)
    assert.equal((await connection.head()).status, 200)
    assert.equal(await hashOfBody(connection, 100 * KIB), HASH_OF_SMALL)
    connection.destroy()
    await served.close()
  })

  test('that breaks while the head waits ends the transfer', async () => {
    const served = await serveNatively(small, { before: async (_req, res) => void (await fillUp(res)) })
    const connection = await served.connect()
    connection.send(GET)
    await settled(() => served.ends.length)
    connection.reset()
    await eventually(() => served.ends.length === 1)
    assert.deepEqual(served.ends, ['gone'])
    await served.close()
  })

  test('takes the replies to requests that came all at once in their order', async () => {
    const served = await serveNatively(small)
    const connection = await served.connect()
    const targets = Array.from({ length: 20 }, (_, index) => `/${index}`)
    connection.send(Buffer.concat(targets.map((target) => writeRequest({ target }))))
    for (const target of targets) {
      assert.equal((await connection.head()).get('X-Target'), target)
      assert.equal(await hashOfBody(connection, 100 * KIB), HASH_OF_SMALL)
    }
    assert.equal(served.ends.length + served.byJavaScript, 20)
    assert.ok(served.ends.length >= 1, 'The first one has the connection to itself.')
    connection.destroy()
    await served.close()
  })

  test('takes a small reply that was asked for during a large one', async () => {
    const served = await serveNatively(large)
    const connection = await served.connect()
    connection.send(GET)
    await connection.head()
    connection.send(writeRequest({ target: '/second', headers: { Range: 'bytes=5-9' } }))
    assert.equal(await hashOfBody(connection, LARGE), HASH_OF_LARGE)
    assert.equal((await connection.head()).get('X-Target'), '/second')
    assert.equal(await hashOfBody(connection, 5), hashOfNoise(5, 9))
    connection.destroy()
    await served.close()
  })
})

describe('a client that', () => {
  for (const [title, leave] of [
    ['closes', (connection: RawConnection) => connection.destroy()],
    ['resets', (connection: RawConnection) => connection.reset()],
  ] as const) {
    test(`${title} its connection half-way ends the transfer`, async () => {
      const served = await serveNatively(large)
      const connection = await served.connect()
      connection.send(GET)
      await connection.head()
      await connection.take(MIB)
      leave(connection)
      await eventually(() => served.ends.length === 1)
      assert.deepEqual(served.ends, ['gone'])
      await served.close()
    })
  }

  test('resets its connection is noticed even when Node has stopped to read from it', async () => {
    const served = await serveNatively(large)
    const connection = await served.connect()
    // So many replies wait that Node stops to read.
    connection.send(Buffer.concat(Array.from({ length: 50 }, () => GET)))
    await connection.head()
    await settled(() => served.byJavaScript)
    connection.reset()
    await eventually(() => served.ends.length === 1)
    assert.deepEqual(served.ends, ['gone'])
    await served.close()
  })

  test('has ended its own side gets everything where the server allows that', async () => {
    const served = await serveNatively(large)
    Reflect.set(served.server, 'httpAllowHalfOpen', true)
    const connection = await served.connect()
    connection.send(GET)
    await connection.head()
    connection.finish()
    assert.equal(await hashOfBody(connection, LARGE), HASH_OF_LARGE)
    assert.deepEqual(served.ends, [LARGE])
    await served.close()
  })

  test('has ended its own side elsewhere gets no body that looks whole', async () => {
    const served = await serveNatively(large)
    const connection = await served.connect()
    connection.send(GET)
    await connection.head()
    connection.finish()
    assert.match(await hashOfBody(connection, LARGE), /^only \d+ bytes$/)
    await eventually(() => served.ends.length === 1)
    assert.deepEqual(served.ends, ['gone'])
    await served.close()
  })

  test('reads slowly gets everything, whatever the timeout of the server, while it reads', async () => {
    const served = await serveNatively(large)
    served.server.setTimeout(1000)
    const connection = await served.connect()
    connection.send(GET)
    await connection.head()
    const started = performance.now()
    // Slower than the timeout in all, and never so slow that nothing moves for so long.
    const pace = async () => sleep(performance.now() - started < 2500 ? 30 : 0)
    const pieces: string[] = []
    for (let position = 0; position < LARGE; position += MIB) {
      pieces.push(await hashOfBody(connection, MIB))
      await pace()
    }
    assert.deepEqual(
      pieces,
      pieces.map((_, index) => hashOfNoise(index * MIB, (index + 1) * MIB - 1)),
    )
    connection.destroy()
    await served.close()
  })

  test('does not read at all is cut by the timeout of the server', async () => {
    const served = await serveNatively(large)
    served.server.setTimeout(100)
    const connection = await served.connect()
    connection.send(GET)
    await eventually(() => served.ends.length === 1)
    assert.deepEqual(served.ends, ['gone'])
    connection.destroy()
    await served.close()
  })

  test('goes away five hundred times leaves no descriptor behind', async () => {
    const served = await serveNatively(large)
    const base = await settled(openDescriptors)
    for (let round = 0; round < 500; round++) {
      const connection = await served.connect()
      connection.send(GET)
      await connection.head()
      if (round % 2 === 0) connection.reset()
      else connection.destroy()
    }
    await eventually(() => served.ends.length === 500)
    await eventually(() => openDescriptors() <= base)
    assert.deepEqual(openBelow(fixtures.root), [])
    assert.deepEqual(new Set(served.ends), new Set(['gone']))
    await served.close()
  })
})

describe('a server that', () => {
  test('is closed lets a transfer come to its end', async () => {
    const served = await serveNatively(large)
    const connection = await served.connect()
    connection.send(GET)
    await connection.head()
    const closed = new Promise((resolve) => served.server.close(resolve))
    served.server.closeIdleConnections()
    assert.equal(await hashOfBody(connection, LARGE), HASH_OF_LARGE)
    connection.destroy()
    assert.equal(await closed, undefined)
    assert.deepEqual(served.ends, [LARGE])
  })

  test('closes all connections ends the transfers', async () => {
    const served = await serveNatively(large)
    const connections = await Promise.all(Array.from({ length: 10 }, () => served.connect()))
    for (const connection of connections) {
      connection.send(GET)
      await connection.head()
    }
    const closed = served.close()
    for (const connection of connections) assert.match(await hashOfBody(connection, LARGE), /^only \d+ bytes$/)
    await closed
    await eventually(() => served.ends.length === 10)
    assert.deepEqual(new Set(served.ends), new Set(['gone']))
  })

  test('ends the response too early breaks the connection, so that no other reply looks like part of the body', async () => {
    let response: ServerResponse | undefined
    const served = await serveNatively(large, {
      before(_req, res) {
        response = res
      },
    })
    const connection = await served.connect()
    connection.send(GET)
    await connection.head()
    response?.end()
    assert.match(await hashOfBody(connection, LARGE), /^only \d+ bytes$/)
    await eventually(() => served.ends.length === 1)
    assert.deepEqual(served.ends, ['gone'])
    await served.close()
  })

  test('destroys the response ends the transfer, and the client learns of it', async () => {
    const served = await serveNatively(large, {
      async send(sender, file, range) {
        const outcome = sender.send(file, range)
        destroy()
        return outcome
      },
      before(_req, res) {
        destroy = () => res.destroy()
      },
    })
    let destroy = () => {}
    const connection = await served.connect()
    connection.send(GET)
    await connection.head()
    assert.match(await hashOfBody(connection, LARGE), /^only \d+ bytes$/)
    await eventually(() => served.ends.length === 1)
    assert.deepEqual(served.ends, ['gone'])
    await served.close()
  })
})

test('a file that becomes shorter while it is sent is reported, and its body never looks whole', async () => {
  const path = writeNoise(fixtures, 'shrinking.bin', LARGE)
  const served = await serveNatively(path)
  const connection = await served.connect()
  connection.send(GET)
  await connection.head()
  await connection.take(MIB)
  truncateSync(path, 2 * MIB)
  assert.match(await hashOfBody(connection, LARGE - MIB), /^only \d+ bytes$/)
  const [end] = served.ends
  assert.ok(end instanceof FileChangedError, String(end))
  await served.close()
})

test('a range behind the end of its file is reported, and nothing of it is sent', async () => {
  const served = await serveNatively(small)
  const connection = await served.connect()
  connection.send(writeRequest({ target: '/', headers: { Range: 'bytes=102400-102500' } }))
  await connection.head()
  assert.equal(await hashOfBody(connection, 101), 'only 0 bytes')
  assert.ok(served.ends[0] instanceof FileChangedError, String(served.ends[0]))
  await served.close()
})

test('a connection by a Unix socket is sent to as well', async () => {
  const served = await serveNatively(large)
  const path = fixtures.path('socket')
  const { server } = served
  await new Promise<void>((resolve) => server.close(() => resolve()))
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const connection = await RawConnection.open(`unix:${path}`)
  connection.send(GET)
  await connection.head()
  assert.equal(await hashOfBody(connection, LARGE), HASH_OF_LARGE)
  assert.deepEqual(served.ends, [LARGE])
  connection.destroy()
  await served.close()
})

/** Fills the buffers of a connection, so that what is written next has to wait. Gives how many bytes that took. */
async function fillUp(response: ServerResponse): Promise<number> {
  const { _handle: handle } = response.socket as PlainSocket
  const file = openSync(large, 'r')
  let filled = 0
  for (let refused = 0; refused < 5; await new Promise(setImmediate)) {
    const sent = nativeAddon()?.sendFile(handle?.fd ?? -1, file, 0, LARGE) ?? -1
    filled += Math.max(0, sent)
    refused = sent < 0 ? refused + 1 : 0
  }
  closeSync(file)
  return filled
}

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}
