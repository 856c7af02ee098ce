import assert from 'node:assert/strict'
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  createServer,
  type Http2Server,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { after, describe, test } from 'node:test'
import { type NodeHandlerOptions, toHttp2StreamHandler, toNodeHandler } from '../../src/adapters/node/index.js'
import { VirtualFile } from '../../src/files/virtual.js'
import type { DownloadHandler } from '../../src/handler.js'
import { PathDownloadView } from '../../src/views/path.js'
import { VirtualDownloadView } from '../../src/views/virtual.js'
import { eventually } from '../support/eventually.js'
import { BIG } from './fixtures.js'
import { useFixtures, watchForStrayErrors } from './use.js'
import { settled, sleep } from './wait.js'

const fixtures = useFixtures()
watchForStrayErrors()

type Start = (view: DownloadHandler, options: NodeHandlerOptions<string>) => Http2Server

const APIS: readonly (readonly [name: string, start: Start])[] = [
  ['compatibility API', (view, options) => createServer(toNodeHandler(view, options))],
  ['streams', (view, { context: _, ...options }) => createServer().on('stream', toHttp2StreamHandler(view, options))],
]

for (const [name, start] of APIS) {
  describe(`node:http2, ${name}`, () => {
    test('a hundred files share a connection', async () => {
      const { session } = await served(start, PathDownloadView.asView({ root: fixtures.root }), '/files/*path')
      const bodies = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          read(session.request({ ':path': `/files/${index % 2 ? 'big.bin' : 'digits.txt'}` })),
        ),
      )
      for (const [index, body] of bodies.entries()) {
        assert.ok(body.equals(index % 2 ? BIG : Buffer.from('0123456789')), 'The bytes differ.')
      }
    })

    test('a client that does not read one stream still gets the others', async () => {
      const { session } = await served(start, PathDownloadView.asView({ root: fixtures.root }), '/files/*path')
      const stalled = session.request({ ':path': '/files/big.bin' })
      await new Promise((resolve) => stalled.once('response', resolve))
      for (let round = 0; round < 5; round++) {
        assert.equal((await read(session.request({ ':path': '/files/digits.txt' }))).toString(), '0123456789')
      }
      assert.ok((await read(stalled)).equals(BIG), 'The bytes differ.')
    })

    test('a generator stops where the client’s window ends', async () => {
      let made = 0
      const { session } = await served(
        start,
        generated(async function* () {
          for (;;) {
            made += 100_000
            yield Buffer.alloc(100_000)
          }
        }),
      )
      const stream = session.request({ ':path': '/' })
      stream.on('error', () => {})
      await new Promise((resolve) => stream.once('response', resolve))
      const ahead = await settled(() => made)
      assert.ok(ahead < 10_000_000, `${ahead} bytes`)
      stream.close()
    })

    test('a session that dies ends all of its sources', async () => {
      let running = 0
      const { session, faults } = await served(
        start,
        generated(async function* () {
          running++
          try {
            for (;;) {
              yield 'x'.repeat(1000)
              await sleep(1)
            }
          } finally {
            running--
          }
        }),
      )
      for (let count = 0; count < 20; count++) {
        const stream = session.request({ ':path': '/' })
        stream.on('error', () => {}).resume()
      }
      await eventually(() => running === 20)
      session.destroy()
      await eventually(() => running === 0)
      assert.deepEqual(faults, [])
    })

    test('clients that cancel at every moment of a reply break nothing', async () => {
      const { origin, faults } = await served(start, PathDownloadView.asView({ root: fixtures.root }), '/files/*path')
      const cancelling = connect(origin)
      cancelling.on('error', () => {})
      for (let count = 0; count < 300 && !cancelling.destroyed; count++) {
        const stream = cancelling.request({ ':path': `/files/${['digits.txt', 'big.bin', 'missing.txt'][count % 3]}` })
        stream.on('error', () => {}).resume()
        const cancel = () => stream.close(8)
        if (count % 4 === 0) cancel()
        else if (count % 4 === 1) setImmediate(cancel)
        else setTimeout(cancel, count % 5)
        if (count % 10 === 0) await sleep(1)
      }
      await sleep(50)
      cancelling.destroy()
      assert.deepEqual(faults, [])
    })

    test('an application that closes the stream itself is left alone', async () => {
      const { session, faults } = await served(start, async (request) => {
        const raw = request.raw as ServerHttp2Stream | { stream: ServerHttp2Stream }
        const stream = 'stream' in raw ? raw.stream : raw
        stream.close(8)
        return PathDownloadView.asView({ path: fixtures.path('digits.txt') })(request)
      })
      const stream = session.request({ ':path': '/' })
      stream.on('error', () => {}).resume()
      await new Promise((resolve) => stream.once('close', resolve))
      await sleep(20)
      assert.deepEqual(faults, [])
    })
  })
}

test('compatibility API: nothing is opened for a client that left before the handler was called', async () => {
  let opened = false
  let handled = false
  const handler = toNodeHandler(
    generated(async function* () {
      opened = true
      yield 'content'
    }),
  )
  const server = createServer((req, res) => {
    res.stream.once('close', () => {
      handler(req, res)
      handled = true
    })
  })
  const { session } = await listening(server)
  const stream = session.request({ ':path': '/' })
  stream.on('error', () => {})
  await sleep(20)
  stream.close(8)
  await eventually(() => handled)
  await sleep(20)
  assert.equal(opened, false)
})

function generated(content: () => AsyncGenerator<string | Uint8Array>): DownloadHandler {
  return class extends VirtualDownloadView {
    override getFile(): VirtualFile {
      return new VirtualFile(content)
    }
  }.asView()
}

async function served(start: Start, view: DownloadHandler, route?: string) {
  const faults: unknown[] = []
  const listened = await listening(start(view, { route, onError: (error) => void faults.push(error) }))
  return { ...listened, faults }
}

async function listening(server: Http2Server): Promise<{ origin: string; session: ClientHttp2Session }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const session = connect(origin)
  after(() => {
    session.destroy()
    server.close()
  })
  return { origin, session }
}

async function read(stream: ClientHttp2Stream): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece)
  return Buffer.concat(pieces)
}
