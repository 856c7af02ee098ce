import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { connect, createServer as createHttp2Server } from 'node:http2'
import { type AddressInfo, type Server, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { NativeSender } from '../../src/adapters/node/native/sender.js'
import { createFixtures } from '../adapters/fixtures.js'
import { RawConnection, type RawReply, rawRequest, writeRequest } from '../http/raw.js'
import { transports } from '../http/transports.js'
import { KIB, writeNoise } from './files.js'
import { requireNative, serveNatively } from './serving.js'

const fixtures = createFixtures()
after(() => fixtures.remove())
before(requireNative)

const path = writeNoise(fixtures, 'file.bin', 64 * KIB)

describe('JavaScript sends', () => {
  for (const [title, change] of Object.entries<(res: ServerResponse) => void>({
    'where the write of the response is wrapped': (res) => {
      const { write } = res
      res.write = ((...args: Parameters<typeof write>) => write.apply(res, args)) as typeof write
    },
    'where the end of the response is wrapped': (res) => {
      const { end } = res
      res.end = ((...args: Parameters<typeof end>) => end.apply(res, args)) as typeof end
    },
    'where the write of the socket is wrapped': ({ socket }) => {
      assert.ok(socket, 'It has its turn.')
      const { write } = socket
      socket.write = ((...args: Parameters<typeof write>) => write.apply(socket, args)) as typeof write
    },
    'where the socket is of another class': ({ socket }) => {
      assert.ok(socket, 'It has its turn.')
      Object.setPrototypeOf(socket, class extends Socket {}.prototype)
    },
    'where the application holds the socket back': ({ socket }) => {
      socket?.cork()
      setImmediate(() => socket?.uncork())
    },
    'where the application holds the response back': (res) => {
      res.cork()
      setImmediate(() => res.uncork())
    },
    'where the body goes in chunks': (res) => res.setHeader('Transfer-Encoding', 'chunked'),
  })) {
    test(title, async () => {
      const served = await serveNatively(path, { before: (_req, res) => change(res) })
      const reply = await ask(served.origin)
      assert.deepEqual(reply.body, readFileSync(path))
      assert.equal(served.byJavaScript, 1)
      assert.deepEqual(served.ends, [])
      await served.close()
    })
  }

  test('where Node counts the bytes of the body', async () => {
    const served = await serveNatively(path, {
      before(_req, res) {
        res.strictContentLength = true
      },
    })
    const reply = await ask(served.origin)
    assert.deepEqual(reply.body, readFileSync(path))
    assert.equal(served.byJavaScript, 1)
    await served.close()
  })

  test('a pipelined response that waits for its turn', async () => {
    const senders: boolean[] = []
    const server = createServer((_req, res) => {
      res.writeHead(200, { 'Content-Length': 2 })
      senders.push(NativeSender.for(res) !== undefined)
      setImmediate(() => res.end('ok'))
    })
    const origin = await listen(server)
    const connection = await RawConnection.open(origin)
    connection.send(Buffer.concat([GET, GET]))
    assert.equal((await connection.reply()).body.toString(), 'ok')
    assert.equal((await connection.reply()).body.toString(), 'ok')
    assert.deepEqual(senders, [true, false])
    connection.destroy()
    await stop(server)
  })

  test('before the head was written, and after the response was ended', async () => {
    const senders: boolean[] = []
    const note = (res: ServerResponse) => senders.push(NativeSender.for(res) !== undefined)
    const server = createServer((_req, res) => {
      note(res)
      res.writeHead(200, { 'Content-Length': 0 })
      note(res)
      res.end()
      note(res)
    })
    const origin = await listen(server)
    await ask(origin)
    assert.deepEqual(senders, [false, true, false])
    await stop(server)
  })

  test('a body that was begun and is still on its way', async () => {
    const senders: boolean[] = []
    const large = Buffer.alloc(32 * 1024 * KIB)
    const server = createServer((_req, res) => {
      res.writeHead(200, { 'Content-Length': large.length })
      res.write(large)
      senders.push(NativeSender.for(res) !== undefined)
      res.end()
    })
    const origin = await listen(server)
    assert.equal((await ask(origin)).body.length, large.length)
    assert.deepEqual(senders, [false])
    await stop(server)
  })

  test('over TLS', async () => {
    const senders: boolean[] = []
    const server = await transports.tls(answer(senders))
    assert.equal((await ask(server.origin)).body.toString(), 'ok')
    assert.deepEqual(senders, [false])
    await server.close()
  })

  test('over HTTP/2', async () => {
    const senders: boolean[] = []
    const server = createHttp2Server((_req, res) => {
      res.writeHead(200, { 'Content-Length': 2 })
      senders.push(NativeSender.for(res as unknown as ServerResponse) !== undefined)
      res.end('ok')
    })
    const session = connect(await listen(server))
    assert.equal(await text(session.request({ ':path': '/' })), 'ok')
    assert.deepEqual(senders, [false])
    session.close()
    await stop(server)
  })
})

const GET = writeRequest({ target: '/' })

function answer(senders: boolean[]): RequestListener {
  return (_req, res) => {
    res.writeHead(200, { 'Content-Length': 2 })
    senders.push(NativeSender.for(res) !== undefined)
    res.end('ok')
  }
}

async function ask(origin: string): Promise<RawReply> {
  return rawRequest(origin, { target: '/', headers: { Connection: 'close' } })
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
