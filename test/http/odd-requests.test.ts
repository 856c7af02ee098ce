import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { createFixtures } from '../adapters/fixtures.js'
import { watchForStrayErrors } from '../adapters/use.js'
import { type RawReply, writeRequest } from './raw.js'
import { serve } from './serve.js'

watchForStrayErrors()

const fixtures = createFixtures()
after(() => fixtures.remove())
const FILE = '0123456789'
fixtures.write('digits.txt', FILE)
const storage = new FileSystemStorage({ root: fixtures.root })
const served = await serve(StorageDownloadView.asView({ storage }), { route: '/*path' })

const GET = 'GET /digits.txt HTTP/1.1\r\nHost: a\r\n'
const NEXT = writeRequest({ target: '/digits.txt', headers: { Range: 'bytes=4-5' } }).toString()

describe('a GET that brings a body', () => {
  for (const [title, request] of [
    ['of a length', `${GET}Content-Length: 4\r\n\r\nbody`],
    ['in chunks', `${GET}Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n`],
    ['in chunks with trailers', `${GET}Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nX-Last: 1\r\n\r\n`],
    ['that looks like a request', `${GET}Content-Length: ${NEXT.length}\r\n\r\n${NEXT}`],
    ['after it was told to go on', `${GET}Content-Length: 4\r\nExpect: 100-continue\r\n\r\nbody`],
  ] as const) {
    test(`${title} is answered once, and the connection stays in step`, async () => {
      const connection = await served.connect()
      connection.send(request + NEXT)
      assert.equal((await connection.reply()).body.toString(), FILE)
      const next = await connection.reply()
      assert.deepEqual([next.status, next.body.toString()], [206, '45'])
      connection.destroy()
    })
  }

  test('of which only a part ever comes is answered, and the rest is not waited for', async () => {
    const connection = await served.connect()
    connection.send(`${GET}Content-Length: 1000000\r\n\r\nbegun`)
    assert.equal((await connection.reply()).body.toString(), FILE)
    connection.destroy()
  })
})

describe('a request whose end can be read in two ways', () => {
  for (const [title, fields] of [
    ['two lengths', 'Content-Length: 4\r\nContent-Length: 5\r\n'],
    ['two lengths in one field', 'Content-Length: 4, 5\r\n'],
    ['a length and chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n'],
    ['chunks that are not the last coding', 'Transfer-Encoding: chunked, gzip\r\n'],
    ['chunks twice', 'Transfer-Encoding: chunked, chunked\r\n'],
    ['a coding that nobody knows', 'Transfer-Encoding: xchunked\r\n'],
    ['a length with a sign', 'Content-Length: +4\r\n'],
    ['a length in hexadecimal', 'Content-Length: 0x4\r\n'],
    ['a length below nothing', 'Content-Length: -4\r\n'],
    ['a folded field', 'X-Folded: a\r\n b\r\nContent-Length : 4\r\n'],
    ['two hosts', 'Host: b\r\n'],
    ['a field with a NUL', 'X-Nul: a\0b\r\n'],
  ] as const) {
    test(`as by ${title} never yields the answer to a request within it`, async () => {
      const connection = await served.connect()
      connection.send(`${GET}${fields}\r\n0\r\n\r\n${NEXT}`)
      const replies: RawReply[] = []
      for (;;) {
        const reply = await connection.reply().catch(() => undefined)
        if (reply === undefined) break
        replies.push(reply)
        if (reply.framing === 'close' || replies.length === 2) break
      }
      connection.destroy()
      // Two hosts leave no doubt about the end; all else is refused, and nothing follows.
      const isClear = title === 'two hosts'
      if (!isClear)
        assert.deepEqual(
          replies.map(({ status }) => status),
          [400],
        )
      for (const { body } of replies) assert.doesNotMatch(body.toString(), /\/tmp|node:|at /)
    })
  }
})

describe('a HEAD', () => {
  for (const [title, headers, expected] of [
    ['a range', { Range: 'bytes=2-3' }, [200, '10']],
    ['several ranges', { Range: 'bytes=0-0,5-5' }, [200, '10']],
    ['a range that is not there', { Range: 'bytes=99-' }, [200, '10']],
    ['a range and If-Range', { Range: 'bytes=2-3', 'If-Range': '"other"' }, [200, '10']],
  ] as const) {
    test(`with ${title} is that of the whole file, and leaves the connection in step`, async () => {
      const connection = await served.connect()
      connection.send(
        Buffer.concat([writeRequest({ target: '/digits.txt', method: 'HEAD', headers }), Buffer.from(NEXT)]),
      )
      const reply = await connection.reply('HEAD')
      assert.deepEqual([reply.status, reply.get('Content-Length')], expected)
      assert.equal(reply.get('Content-Range'), undefined)
      assert.equal((await connection.reply()).body.toString(), '45')
      connection.destroy()
    })
  }
})

describe('a request line', () => {
  for (const [title, line, statuses] of [
    ['of a method that nobody knows', 'BREW /digits.txt HTTP/1.1', [400, 405]],
    ['of a method in small letters', 'get /digits.txt HTTP/1.1', [400, 405]],
    ['to open a tunnel', 'CONNECT digits.txt:443 HTTP/1.1', ['closed']],
    ['of HTTP/0.9', 'GET /digits.txt', [200, 400]],
    ['of HTTP/2', 'PRI * HTTP/2.0', [400]],
    ['of HTTP/9.9', 'GET /digits.txt HTTP/9.9', [400, 505]],
    ['with a space in the target', 'GET /digits .txt HTTP/1.1', [400]],
    ['with a target of 100 KB', `GET /${'a'.repeat(100_000)} HTTP/1.1`, [404, 414, 431]],
    ['with bytes that are no letters', 'GET /d\u00efgits.txt HTTP/1.1', [400, 404]],
    ['with a fragment', 'GET /digits.txt#part HTTP/1.1', [200, 400, 404]],
    ['that traces', 'TRACE /digits.txt HTTP/1.1', [405]],
  ] as const) {
    test(`${title} is refused in order, and reveals nothing`, async () => {
      const connection = await served.connect()
      connection.send(Buffer.from(`${line}\r\nHost: a\r\n\r\n`, 'latin1'))
      const reply = await connection.reply().catch(() => undefined)
      connection.destroy()
      assert.ok((statuses as readonly unknown[]).includes(reply?.status ?? 'closed'), `${reply?.status}`)
      if (reply?.status !== 200) assert.doesNotMatch(reply?.body.toString() ?? '', /\/tmp|node:|0123/)
    })
  }
})

test('a client that sends its headers for ever is cut, and keeps nobody waiting', async () => {
  const slow = await served.connect()
  slow.send(GET)
  for (let count = 0; count < 300; count++) slow.send(`X-${count}: ${'x'.repeat(100)}\r\n`)
  const reply = await slow.reply()
  assert.equal(reply.status, 431)
  assert.equal(await slow.ended(), 'closed')
  const other = await served.connect()
  other.send(NEXT)
  assert.equal((await other.reply()).body.toString(), '45')
  other.destroy()
})

test('a reset after any byte of a request is no fault', async () => {
  const request = writeRequest({ target: '/digits.txt' })
  for (let sent = 0; sent <= request.length; sent += 3) {
    const connection = await served.connect()
    connection.send(request.subarray(0, sent))
    connection.reset()
  }
  assert.deepEqual(served.faults, [])
  const connection = await served.connect()
  connection.send(NEXT)
  assert.equal((await connection.reply()).body.toString(), '45')
  connection.destroy()
})
