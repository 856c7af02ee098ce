import assert from 'node:assert/strict'
import { readdirSync, readlinkSync } from 'node:fs'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { toNodeHandler } from '../../src/adapters/node/index.js'
import { ResponseTarget } from '../../src/adapters/node/response-target.js'
import type { DownloadFile } from '../../src/files/file.js'
import { VirtualFile } from '../../src/files/virtual.js'
import { DownloadView } from '../../src/views/base.js'
import { PathDownloadView } from '../../src/views/path.js'
import { VirtualDownloadView } from '../../src/views/virtual.js'
import { createFixtures, FOLDER_MARK, noise } from '../adapters/fixtures.js'
import { listen } from '../adapters/servers.js'
import { watchForStrayErrors } from '../adapters/use.js'
import { createGate, sleep } from '../adapters/wait.js'
import { eventually } from '../support/eventually.js'
import { RawConnection, writeRequest } from './raw.js'
import { made, serve } from './serve.js'

const fixtures = createFixtures()
after(() => fixtures.remove())
watchForStrayErrors()

const LARGE = noise(8 * 1024 * 1024)
for (let index = 0; index < 10; index++) fixtures.write(`large-${index}.bin`, LARGE)
const files = await serve(PathDownloadView.asView({ root: fixtures.root }), { route: '/files/*path' })

/** How many of the served files this process has open. */
function openFixtures(): number {
  return readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`).includes(FOLDER_MARK)
    } catch {
      return false
    }
  }).length
}

for (const [title, headers] of [
  ['of whole files', {}],
  ['of a range', { Range: 'bytes=10-' }],
  ['of several ranges', { Range: 'bytes=0-3999999,4000002-' }],
] as const) {
  test(`fifty downloads ${title} that were left half-way hold no file open`, async () => {
    for (let round = 0; round < 50; round++) {
      const connection = await files.connect()
      connection.send(writeRequest({ target: `/files/large-${round % 10}.bin`, headers }))
      await connection.head()
      await connection.take(round * 1000)
      if (round % 2 === 0) connection.reset()
      else connection.destroy()
    }
    await eventually(() => openFixtures() === 0, { within: 10_000, what: 'Files are still open.' })
    assert.deepEqual(files.faults, [])
  })
}

test('fifty generators that were left half-way have ended', async () => {
  let running = 0
  const served = await serve(
    made({
      endless: () => [
        async function* () {
          running++
          try {
            for (;;) {
              yield 'x'.repeat(10_000)
              await sleep(1)
            }
          } finally {
            running--
          }
        },
      ],
    }),
  )
  for (let round = 0; round < 50; round++) {
    const connection = await served.connect()
    connection.send(writeRequest({ target: '/endless' }))
    await connection.head()
    if (round % 2 === 0) connection.reset()
    else connection.destroy()
  }
  await eventually(() => running === 0)
  assert.deepEqual(served.faults, [])
})

test('a stream that stalls before its first byte is destroyed with the connection', async () => {
  const streams: Readable[] = []
  const served = await serve(
    made({
      stalled: () => {
        const stream = new Readable({ read() {} })
        streams.push(stream)
        return [stream]
      },
    }),
  )
  const connection = await served.connect()
  connection.send(writeRequest({ target: '/stalled' }))
  await eventually(() => streams.length === 1)
  await sleep(20)
  connection.reset()
  await eventually(() => streams[0]?.destroyed === true)
  assert.deepEqual(served.faults, [])
})

test('nothing is opened for a client that left while its file was looked for', async () => {
  const gate = createGate()
  let asked = false
  let opened = false
  let aborted = false
  const served = await serve(
    class extends DownloadView {
      override async getFile(): Promise<DownloadFile> {
        asked = true
        this.request.signal.addEventListener('abort', () => {
          aborted = true
        })
        await gate.opened
        // One that never asks for the signal itself.
        return {
          name: 'careless.txt',
          stat: async () => ({ size: 7 }),
          async *open() {
            opened = true
            yield Buffer.from('content')
          },
        }
      }
    }.asView(),
  )
  const connection = await served.connect()
  connection.send(writeRequest({ target: '/' }))
  await eventually(() => asked)
  connection.reset()
  await eventually(() => aborted)
  gate.open()
  await sleep(20)
  assert.equal(opened, false)
  assert.deepEqual(served.faults, [])
})

test('a client that left before the handler was called costs nothing', async () => {
  let opened = false
  const handler = toNodeHandler(
    class extends VirtualDownloadView {
      override getFile(): VirtualFile {
        return new VirtualFile(() => {
          opened = true
          return 'content'
        })
      }
    }.asView(),
  )
  const handled = createGate()
  const server = await listen(async (req, res) => {
    await new Promise((resolve) => req.socket.once('close', resolve))
    handler(req, res)
    await sleep(20)
    handled.open()
  })
  const connection = await RawConnection.open(server.origin)
  connection.send(writeRequest({ target: '/' }))
  await sleep(20)
  connection.reset()
  await handled.opened
  await server.close()
  assert.equal(opened, false)
})

test('a source that fails because its client has gone is no fault', async () => {
  const served = await serve(
    made({
      failing: () => [
        async function* (signal) {
          yield 'first'
          await new Promise((resolve) => signal?.addEventListener('abort', resolve))
          throw new Error('The connection to the store was closed.')
        },
      ],
    }),
  )
  const connection = await served.connect()
  connection.send(writeRequest({ target: '/failing' }))
  await connection.head()
  connection.reset()
  await sleep(50)
  assert.deepEqual(served.faults, [])
})

test('a client that ends its connection while its download breaks off leaves no connection behind', async () => {
  let broken: (socket: Socket) => void = () => {}
  const isBroken = new Promise<Socket>((resolve) => {
    broken = resolve
  })
  const server = await listen((req, res) => {
    res.writeHead(200).write('half of it')
    // Node ends its side as well then, so that the system has no connection left that it could reset.
    req.socket.once('end', () => {
      assert.equal(req.socket.writableEnded, true)
      new ResponseTarget(res).breakOff()
      broken(req.socket)
    })
  })
  const connection = await RawConnection.open(server.origin)
  try {
    connection.send('GET / HTTP/1.0\r\n\r\n')
    await connection.head()
    connection.finish()
    const socket = await isBroken
    await eventually(() => socket.closed, { within: 20_000, what: 'The connection is still there.' })
  } finally {
    connection.destroy()
    await server.close()
  }
})
