import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import { eventually } from '../../../test/support/eventually.js'
import { toNodeHandler } from '../../adapters/node/handler.js'
import { temporaryStorage } from '../../testing/temporary-storage.js'
import { FolderView } from './folder-view.js'
import { type Transfer, Transfers } from './transfers.js'

test('a download of several ranges is one download, of all the bytes that were read', async () => {
  await counting(async ({ ask, ended }) => {
    await ask('GET /file HTTP/1.1\r\nHost: a\r\nConnection: close\r\nRange: bytes=0-9,500-509\r\n\r\n')
    await eventually(() => ended.length === 1)
    assert.deepEqual(ended.map(tell), [['file', 206, 20, true]])
  })
})

test('what sends no bytes of a file is no download', async () => {
  await counting(async ({ ask, begun }) => {
    for (const line of ['HEAD /file', 'GET /nothing', 'GET /', 'DELETE /file']) {
      await ask(`${line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    }
    assert.deepEqual(begun, [])
  })
})

test('each of several requests on one connection is a download of its own', async () => {
  await counting(async ({ ask, ended }) => {
    const request = 'GET /file HTTP/1.1\r\nHost: a\r\n\r\n'
    await ask(`${request}${request}${request.replace('Host', 'Connection: close\r\nHost')}`)
    await eventually(() => ended.length === 3)
    assert.deepEqual(ended.map(tell), Array(3).fill(['file', 200, 1000, true]))
  })
})

test('a download ends when its client goes, also one that still waits for its turn', async () => {
  await counting(async ({ port, begun, ended }) => {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    const request = 'GET /large HTTP/1.1\r\nHost: a\r\n\r\n'
    socket.write(request + request)
    await eventually(() => begun.length === 2)
    socket.destroy()
    await eventually(() => ended.length === 2)
    assert.deepEqual(
      ended.map(({ isWhole }) => isWhole),
      [false, false],
    )
  })
})

function tell({ name, status, bytes, isWhole }: Transfer): unknown[] {
  return [name, status, bytes, isWhole]
}

interface Counting {
  readonly port: number
  readonly begun: readonly Transfer[]
  readonly ended: readonly Transfer[]
  /** Sends requests, and waits until the server closes the connection. */
  ask(text: string): Promise<void>
}

async function counting(use: (counting: Counting) => Promise<void>): Promise<void> {
  await using storage = await temporaryStorage()
  await storage.save('file', 'x'.repeat(1000))
  await storage.save('large', Buffer.alloc(32 * 1024 * 1024))
  const begun: Transfer[] = []
  const ended: Transfer[] = []
  const transfers = new Transfers({ begin: (each) => begun.push(each), end: (each) => ended.push(each) })
  const handle = toNodeHandler(FolderView.asView({ storage, transfers }), { route: '/*path' })
  const server = createServer((request, response) => {
    transfers.expect(request, response)
    handle(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const ask = async (text: string) => {
    const socket = connect(port, '127.0.0.1')
    socket.write(text)
    socket.resume()
    await once(socket, 'close')
  }
  try {
    await use({ port, begun, ended, ask })
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
