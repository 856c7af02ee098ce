import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Http2Server } from 'node:http2'
import { type AddressInfo, connect } from 'node:net'
import { after, describe, test } from 'node:test'
import { toHttp2StreamHandler, toNodeHandler } from '../../src/adapters/node/index.js'
import { MemoryStorage } from '../../src/storages/memory.js'
import { StorageDownloadView } from '../../src/views/storage.js'

const storage = new MemoryStorage()
await storage.save('file.txt', '0123456789')
const etag = (await storage.stat('file.txt'))?.etag as string
const view = StorageDownloadView.asView({ storage, path: 'file.txt' })

/** Statuses have a place each in the static table of HPACK (RFC 7541, appendix A). */
const STATUS = { 136: 200, 138: 206, 139: 304 } as Readonly<Record<number, number>>

for (const [api, server] of Object.entries({
  'compatibility API': createServer(toNodeHandler(view)),
  streams: createServer().on('stream', toHttp2StreamHandler(view)),
})) {
  describe(`a header of HTTP/2 on two lines is one list (${api})`, () => {
    for (const [name, values, status] of [
      ['if-match', ['"x"', etag], 200],
      ['if-none-match', ['"x"', etag], 304],
      // No list: the second one makes it a text that is no range, or no condition, at all.
      ['range', ['bytes=0-1', 'bytes=4-5'], 200],
      ['if-range', [etag, '"x"'], 200],
    ] as const) {
      test(name, async () => {
        const range = name === 'if-range' ? [['range', 'bytes=0-1'] as const] : []
        assert.equal(await statusOf(server, [...range, ...values.map((value) => [name, value] as const)]), status)
      })
    }

    test('a range on one line is one', async () => {
      assert.equal(await statusOf(server, [['range', 'bytes=0-1']]), 206)
    })
  })
}

describe('what middleware has written into the headers of HTTP/2 counts', () => {
  const handle = toNodeHandler(view)
  const edited = createServer((req, res) => {
    req.headers.range = 'bytes=0-1'
    handle(req, res)
  })
  for (const ranges of [[], ['bytes=5-'], ['bytes=5-', 'bytes=6-']]) {
    test(`over ${ranges.length} lines of the client`, async () => {
      const lines = ranges.map((value) => ['range', value] as const)
      assert.equal(await statusOf(edited, lines), 206)
    })
  }
})

/** Asks by frames that are written here: Node's own client refuses to write such lines. */
async function statusOf(server: Http2Server, lines: readonly (readonly [string, string])[]): Promise<number> {
  if (!server.listening) {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    after(() => server.close())
  }
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const asked = [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':authority', 'localhost'],
    [':path', '/'],
    ...lines,
  ] as const
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
  socket.write(
    Buffer.concat([frame(SETTINGS, 0, 0), frame(HEADERS, END_STREAM | END_HEADERS, 1, ...asked.map(literal))]),
  )
  try {
    let bytes = Buffer.alloc(0)
    for await (const chunk of socket) {
      bytes = Buffer.concat([bytes, chunk])
      const status = readStatus(bytes)
      if (status !== undefined) return status
    }
    return assert.fail('The connection ended without an answer.')
  } finally {
    socket.destroy()
  }
}

const [HEADERS, SETTINGS] = [1, 4]
const [END_STREAM, END_HEADERS] = [1, 4]

/** RFC 9113, 4.1. */
function frame(type: number, flags: number, stream: number, ...parts: readonly Buffer[]): Buffer {
  const payload = Buffer.concat(parts)
  const head = Buffer.from([0, 0, 0, type, flags, 0, 0, 0, stream])
  head.writeUIntBE(payload.length, 0, 3)
  return Buffer.concat([head, payload])
}

/** RFC 7541, 6.2.2: a field by its name and value, as they are. */
function literal([name, value]: readonly [string, string]): Buffer {
  return Buffer.concat([
    Buffer.from([0, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ])
}

function readStatus(bytes: Buffer): number | undefined {
  for (let at = 0; at + 9 < bytes.length; at += 9 + bytes.readUIntBE(at, 3)) {
    if (bytes[at + 3] === HEADERS) return STATUS[bytes[at + 9] as number] ?? 0
  }
  return undefined
}
