import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { BufferPool } from '../../src/adapters/buffer-pool.js'
import { toNodeHandler } from '../../src/adapters/node/index.js'
import { ResponseTarget } from '../../src/adapters/node/response-target.js'
import { PathDownloadView } from '../../src/views/path.js'
import { createFixtures, noise } from '../adapters/fixtures.js'
import { watchForStrayErrors } from '../adapters/use.js'
import { eventually } from '../support/eventually.js'
import { RawConnection, writeRequest } from './raw.js'
import { serve, serveListener } from './serve.js'

const fixtures = createFixtures()
after(() => fixtures.remove())
watchForStrayErrors()

const LARGE = noise(2 * 1024 * 1024)
fixtures.write('large.bin', LARGE)
const outstanding = watchPools()

test('memory comes back of a download whose client left before its head', async () => {
  class Late extends PathDownloadView {
    override async renderToResponse() {
      const response = await super.renderToResponse()
      const { socket } = this.request.raw as IncomingMessage
      if (!socket.destroyed) await once(socket, 'close')
      return response
    }
  }
  const { connect } = await serve(Late.asView({ path: `${fixtures.root}/large.bin` }))
  for (let round = 0; round < 5; round++) {
    const connection = await connect()
    connection.send(writeRequest({ target: '/' }))
    connection.reset()
  }
  await eventually(() => outstanding.taken > 0 && outstanding.size === 0, {
    within: 20_000,
    what: 'Memory is missing.',
  })
})

test('memory comes back of downloads that are left at any time', async () => {
  const { connect } = await serve(PathDownloadView.asView({ path: `${fixtures.root}/large.bin` }))
  for (let round = 0; round < 200; round++) {
    const connection = await connect()
    connection.send(writeRequest({ target: '/' }))
    if (round % 4 > 0) await connection.head()
    if (round % 4 > 1) await connection.take(round * 8000)
    if (round % 2 === 0) connection.reset()
    else connection.destroy()
  }
  await eventually(() => outstanding.size === 0, { within: 20_000, what: 'Memory is missing.' })
})

test('memory comes back of a download whose head cannot be written', async () => {
  const handler = toNodeHandler(PathDownloadView.asView({ path: `${fixtures.root}/large.bin` }), { onError() {} })
  const origin = await serveListener((req, res) => {
    // As of middleware that sets a field of its own in the last moment, and fails.
    const { writeHead } = res
    res.writeHead = () => {
      res.writeHead = writeHead
      throw new Error('No cookie can be made.')
    }
    handler(req, res)
  })
  assert.equal((await fetch(origin)).status, 500)
  assert.equal(outstanding.size, 0)
})

for (const method of ['write', 'end'] as const) {
  test(`memory comes back of bytes that are given to ${method}() when the connection has just gone`, async () => {
    let isBack = false
    const origin = await serveListener((_req, res) => {
      res.writeHead(200, { 'Content-Length': 20 })
      res.write('0123456789')
      res.socket?.destroy()
      new ResponseTarget(res)[method](Buffer.from('abcdefghij'), () => {
        isBack = true
      })
    })
    const connection = await RawConnection.open(origin)
    connection.send(writeRequest({ target: '/' }))
    await eventually(() => isBack, { within: 20_000, what: 'Nobody was told.' })
  })
}

for (const method of ['write', 'end'] as const) {
  test(`memory comes back of bytes that are given to ${method}() and lost when the connection fails`, async () => {
    let isBack = false
    const origin = await serveListener((_req, res) => {
      res.writeHead(200, { 'Content-Length': 64 * LARGE.length })
      // More than the system takes for a client that reads nothing.
      new ResponseTarget(res)[method](Buffer.alloc(64 * LARGE.length), () => {
        isBack = true
      })
    })
    const connection = await RawConnection.open(origin)
    connection.send(writeRequest({ target: '/' }))
    await connection.head()
    assert.equal(isBack, false)
    connection.reset()
    await eventually(() => isBack, { within: 20_000, what: 'Nobody was told.' })
  })
}

for (const method of ['write', 'end'] as const) {
  test(`memory comes back of bytes that are given to ${method}() when the client has just ended the connection`, async () => {
    let isBack = false
    const origin = await serveListener((req, res) => {
      res.writeHead(200, { 'Content-Length': 3 * LARGE.length })
      // Not taken by a client that reads nothing, so that the connection is not destroyed when it is ended.
      res.write(Buffer.alloc(2 * LARGE.length))
      req.socket.once('end', () => {
        assert.deepEqual([req.socket.writable, req.socket.destroyed], [false, false])
        new ResponseTarget(res)[method](LARGE, () => {
          isBack = true
        })
      })
    })
    const connection = await RawConnection.open(origin)
    connection.send(writeRequest({ target: '/' }))
    await connection.head()
    connection.finish()
    await eventually(() => isBack, { within: 20_000, what: 'Nobody was told.' })
    connection.destroy()
  })
}

test('memory is not used again while a response of another class holds it', async () => {
  /** As one that compresses does, which says at once that it has taken a piece. */
  class Gathering extends ServerResponse {
    readonly #pieces: Uint8Array[] = []
    override write(...given: unknown[]): boolean {
      this.#pieces.push(given[0] as Uint8Array)
      const onTaken = given.at(-1)
      if (typeof onTaken === 'function') onTaken()
      return true
    }
    override end(...given: unknown[]): this {
      if (given[0] instanceof Uint8Array) this.write(...given)
      return super.end(Buffer.concat(this.#pieces))
    }
  }
  const handler = toNodeHandler(PathDownloadView.asView({ path: `${fixtures.root}/large.bin` }))
  const server = createServer({ ServerResponse: Gathering }, handler)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    const reply = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    assert.ok(LARGE.equals(Buffer.from(await reply.arrayBuffer())), 'The bytes differ.')
  } finally {
    server.close()
  }
})

/** Counts the buffers that are taken from any pool and not given back. */
function watchPools(): { readonly size: number; readonly taken: number } {
  const { take, give } = BufferPool.prototype
  const out = new Set<Buffer>()
  let taken = 0
  BufferPool.prototype.take = function () {
    const buffer = take.call(this)
    if (buffer !== undefined) out.add(buffer)
    taken++
    return buffer
  }
  BufferPool.prototype.give = function (buffer) {
    out.delete(buffer)
    give.call(this, buffer)
  }
  return {
    get size() {
      return out.size
    },
    get taken() {
      return taken
    },
  }
}
