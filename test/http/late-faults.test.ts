import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { connect, constants, createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { toHttp2StreamHandler, toNodeHandler } from '../../src/adapters/node/index.js'
import { DownloadError } from '../../src/errors.js'
import { ContentFile } from '../../src/files/content.js'
import { VirtualFile } from '../../src/files/virtual.js'
import { SmartDownloadMiddleware } from '../../src/middleware/smart.js'
import { DownloadResponse } from '../../src/responses/download.js'

// An error that nobody catches ends these tests, as it would end a server.

test('an error handler that throws breaks the connection off, and is reported', async () => {
  const errors: unknown[] = []
  const handler = toNodeHandler(() => Promise.reject(new DownloadError('first')), {
    onError: (error) => errors.push(error),
  })
  const broken: RequestListener = (req, res) =>
    handler(req, res, () => {
      throw new Error('second')
    })
  await serving(broken, async (origin) => {
    await assert.rejects(fetch(origin))
    assert.deepEqual(errors.map(String), ['Error: second'])
  })
})

test('a wait that is no number of seconds is not told', async () => {
  const handler = toNodeHandler(
    () => Promise.reject(new DownloadError('busy', { status: 503, retryAfter: 'a\nb' as unknown as number })),
    { onError() {} },
  )
  await serving(handler, async (origin) => {
    const response = await fetch(origin)
    assert.equal(response.status, 503)
    assert.equal(response.headers.get('Retry-After'), null)
  })
})

test('a file that fails while it is let go of, and an explanation that fails, spoil nothing', async () => {
  const middleware = new SmartDownloadMiddleware({
    backend: 'nginx',
    rules: [],
    explain: () => Promise.reject(new Error('no log')) as unknown as undefined,
  })
  const file = () => Object.assign(new ContentFile('x'), { close: () => Promise.reject(new Error('not closed')) })
  const handler = toNodeHandler(() => new DownloadResponse(file()), { middleware })
  await serving(handler, async (origin) => {
    assert.equal(await (await fetch(origin)).text(), 'x')
    await delay(20)
  })
})

test('a framing that the application has set beforehand does not go out beside ours', async () => {
  for (const [name, value] of [
    ['Transfer-Encoding', 'chunked'],
    ['Content-Length', '5'],
  ] as const) {
    for (const content of ['0123456789', pieces]) {
      const handler = toNodeHandler(() => new DownloadResponse(new VirtualFile(content)))
      const framed: RequestListener = (req, res) => handler(req, res.setHeader(name, value))
      await serving(framed, async (origin) => {
        const response = await fetch(origin)
        assert.equal(await response.text(), '0123456789')
        const isKnown = typeof content === 'string'
        assert.equal(response.headers.get('Content-Length'), isKnown ? '10' : null)
        assert.equal(response.headers.get('Transfer-Encoding'), isKnown ? null : 'chunked')
      })
    }
  }
})

test('fields of a connection of HTTP/1 are left out of HTTP/2', async () => {
  const headers = { Connection: 'close', 'Keep-Alive': 'timeout=5', 'X-Own': 'x' }
  const server = createHttp2Server().on(
    'stream',
    toHttp2StreamHandler(() => new DownloadResponse(new ContentFile('x'), { headers })),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  try {
    const [fields] = await once(client.request({ ':path': '/' }), 'response')
    assert.equal(fields[constants.HTTP2_HEADER_STATUS], 200)
    assert.equal(fields['x-own'], 'x')
    assert.equal(fields['connection'], undefined)
  } finally {
    client.destroy()
    server.close()
  }
})

async function* pieces() {
  yield '01234'
  yield '56789'
}

async function serving(listener: RequestListener, use: (origin: string) => Promise<void>): Promise<void> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
