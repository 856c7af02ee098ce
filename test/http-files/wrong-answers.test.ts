import assert from 'node:assert/strict'
import type { OutgoingHttpHeaders } from 'node:http'
import { after, describe, test } from 'node:test'
import { HttpClient } from '../../src/files/http/client.js'
import { HttpDownloadView } from '../../src/views/http.js'
import { type RawReply, rawRequest } from '../http/raw.js'
import { serve } from '../http/serve.js'
import { type Answer, goodAnswer, hangUp, startScriptedOrigin } from './scripted-origin.js'

const FILE = '0123456789'

/** Asks for a file of a server that gives these answers. */
async function askFrom(answers: readonly Answer[], headers: Record<string, string> = {}, method = 'GET') {
  const there = await startScriptedOrigin(...answers)
  const client = new HttpClient({ allowedHosts: ['127.0.0.1'], headersTimeout: 5000, idleTimeout: 5000 })
  after(() => client.close())
  const { origin, faults } = await serve(HttpDownloadView.asView({ url: there.url, client }))
  return { reply: await rawRequest(origin, { target: '/', headers, method }), there, faults }
}

/** An answer of which everything is said, right or wrong. */
function answer(status: number, fields: OutgoingHttpHeaders, body = FILE): Answer {
  return (res, req) => {
    res.writeHead(status, { ETag: '"v1"', ...fields })
    res.end(req.method === 'HEAD' ? undefined : body)
  }
}

/** An answer that is written byte by byte, for what Node would not write. */
function raw(text: string): Answer {
  return (res) => void res.socket?.end(text)
}

/** Whole and right, or an honest status, or broken off: nothing else is an answer. */
function assertHonest({ status, body, isComplete, framing }: RawReply, { start, end } = { start: 0, end: 9 }): void {
  if (status >= 500) {
    assert.ok(!body.includes('23'), 'A part of the file went as an error.')
    return
  }
  const expected = status === 206 ? FILE.slice(start, end + 1) : FILE
  if (isComplete && framing !== 'close') assert.equal(body.toString(), expected)
}

describe('an answer to a range that is another one', () => {
  const length = { 'Content-Length': 2 }
  for (const [title, answers] of Object.entries({
    'has no Content-Range': [answer(206, length, '23')],
    'has a Content-Range that cannot be read': [
      answer(206, { ...length, 'Content-Range': 'bytes two-three/ten' }, '23'),
    ],
    'is of other units': [answer(206, { ...length, 'Content-Range': 'lines 2-3/10' }, '23')],
    'ends before it begins': [answer(206, { ...length, 'Content-Range': 'bytes 3-2/10' }, '23')],
    'ends after the file': [answer(206, { ...length, 'Content-Range': 'bytes 2-3/3' }, '23')],
    'begins earlier': [answer(206, { 'Content-Range': 'bytes 0-3/10', 'Content-Length': 4 }, '0123')],
    'ends earlier': [answer(206, { 'Content-Range': 'bytes 2-2/10', 'Content-Length': 1 }, '2'), wholeAnswer()],
    'is longer': [answer(206, { 'Content-Range': 'bytes 2-9/10', 'Content-Length': 8 }, '23456789')],
    'is longer than it says': [answer(206, { 'Content-Range': 'bytes 2-3/10', 'Content-Length': 8 }, '23456789')],
    'is shorter than it says': [answer(206, { 'Content-Range': 'bytes 2-3/10', 'Content-Length': 1 }, '2')],
    'is of several ranges': [
      answer(
        206,
        { 'Content-Type': 'multipart/byteranges; boundary=x' },
        '--x\r\nContent-Range: bytes 2-3/10\r\n\r\n23\r\n--x--',
      ),
    ],
    'is a 416 without a size': [answer(416, {}, ''), goodAnswer(Buffer.from(FILE))],
    'has numbers that nobody can count': [
      answer(206, { ...length, 'Content-Range': 'bytes 2-3/99999999999999999999999' }, '23'),
    ],
    'comes with a coding': [
      answer(206, { ...length, 'Content-Range': 'bytes 2-3/10', 'Content-Encoding': 'gzip' }, '23'),
    ],
  } satisfies Record<string, Answer[]>)) {
    test(`is not taken for it when it ${title}`, async () => {
      const { reply } = await askFrom(answers, { Range: 'bytes=2-3' })
      assertHonest(reply, { start: 2, end: 3 })
      if (reply.status === 206) assert.equal(reply.get('Content-Range'), 'bytes 2-3/10')
    })
  }

  test('is cut to the range when a size is not known, and never longer', async () => {
    const { reply } = await askFrom([answer(206, { 'Content-Range': 'bytes 2-3/*', 'Content-Length': 2 }, '23')], {
      Range: 'bytes=2-3',
    })
    assertHonest(reply, { start: 2, end: 3 })
  })
})

test('a part that is not the one that was asked for is left, and the whole file is sent', async () => {
  const { reply, there } = await askFrom(
    [answer(206, { 'Content-Range': 'bytes 2-4/10', 'Content-Length': 3 }, '234'), wholeAnswer()],
    { Range: 'bytes=2-5' },
  )
  assert.deepEqual([reply.status, String(reply.body), there.asked.length], [200, FILE, 2])
})

test('a unit is the same in capitals (RFC 9110, 14.1)', async () => {
  const { reply, there } = await askFrom(
    [answer(206, { 'Content-Range': 'Bytes 2-5/10', 'Content-Length': 4 }, '2345')],
    { Range: 'bytes=2-5' },
  )
  assert.deepEqual([reply.status, String(reply.body), there.asked.length], [206, '2345', 1])
})

test('a 304 about another tag is left, and the file is asked for without the condition', async () => {
  const { reply, there } = await askFrom([answer(304, { ETag: '"other"' }, ''), wholeAnswer()], {
    'If-None-Match': '"zzz"',
  })
  assert.deepEqual([reply.status, String(reply.body), there.asked.length], [200, FILE, 2])
})

test('a 412 that nobody asked for is a 502', async () => {
  const { reply, there } = await askFrom([answer(412, {}, 'no')])
  assert.deepEqual([reply.status, there.asked.length], [502, 1])
})

test('bytes that are coded on their way are a 502, and never taken for those of the file', async () => {
  const { reply } = await askFrom([
    raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n'),
  ])
  assert.equal(reply.status, 502)
})

test('a transfer coding that codes nothing is none', async () => {
  const { reply } = await askFrom([raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n0123456789')])
  assert.deepEqual([reply.status, String(reply.body)], [200, FILE])
})

describe('several ranges are never glued together of two versions', () => {
  for (const [title, fields] of Object.entries({
    'that have no validator': {},
    'that share a weak tag': { ETag: 'W/"v"' },
    'that share a date': { 'Last-Modified': 'Thu, 01 Jan 2026 00:00:00 GMT' },
  })) {
    test(title, async () => {
      const versions = ['AAAAAAAAAA', 'BBBBBBBBBB'].map((text) => versionAnswer(text, fields))
      const { reply } = await askFrom([...versions, ...versions], { Range: 'bytes=0-3,6-9' })
      assert.deepEqual([reply.status, new Set(String(reply.body)).size], [200, 1])
    })
  }
})

test('a condition on a date goes with no other one, which a server may answer without the date', async () => {
  const unchanged: Answer = (res, req) => {
    const isAsked = req.headers['if-none-match'] === '"v1"'
    res.writeHead(isAsked ? 304 : 200, isAsked ? { ETag: '"v1"' } : { ETag: '"v1"', 'Last-Modified': LATER })
    res.end(isAsked || req.method === 'HEAD' ? undefined : FILE)
  }
  const headers = { 'If-None-Match': '"v1"', 'If-Unmodified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT' }
  assert.equal((await askFrom([unchanged], headers)).reply.status, 412)
})

const LATER = 'Thu, 01 Jan 2026 00:00:00 GMT'

/** The whole file, whatever part was asked for. */
function wholeAnswer(): Answer {
  return answer(200, { 'Content-Length': 10 })
}

/** Ranges of a text, with these validators. */
function versionAnswer(text: string, fields: OutgoingHttpHeaders): Answer {
  return (res, req) => {
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(req.headers.range ?? '') ?? []
    const part = start === undefined ? text : text.slice(Number(start), Number(end) + 1)
    const range = start === undefined ? {} : { 'Content-Range': `bytes ${start}-${end}/${text.length}` }
    res.writeHead(start === undefined ? 200 : 206, { ...fields, ...range, 'Content-Length': part.length })
    res.end(part)
  }
}

describe('an answer to no range', () => {
  for (const [title, answers] of Object.entries({
    'a part': [answer(206, { 'Content-Range': 'bytes 0-4/10', 'Content-Length': 5 }, '01234')],
    'a part that is all': [answer(206, { 'Content-Range': 'bytes 0-9/10', 'Content-Length': 10 })],
    'a 304': [answer(304, {}, '')],
    'a 412': [answer(412, {}, 'no')],
    'a 416': [answer(416, { 'Content-Range': 'bytes */10' }, 'no')],
    'a 100 and nothing else': [
      (res) => {
        res.writeContinue()
        hangUp(res)
      },
    ],
    'two lengths': [raw('HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Length: 5\r\n\r\n0123456789')],
    'a length and chunks': [
      raw('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n'),
    ],
    'a length below nothing': [raw('HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n0123456789')],
    'a length that nobody can count': [raw(`HTTP/1.1 200 OK\r\nContent-Length: ${'9'.repeat(30)}\r\n\r\n0123456789`)],
    'a length that is too long': [raw('HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n0123456789')],
    'chunks without an end': [raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n')],
    'a chunk that is none': [raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n0123456789\r\n0\r\n\r\n')],
    'a coding that nobody asked for and that it is not': [
      answer(200, { 'Content-Encoding': 'gzip', 'Content-Length': 10 }),
    ],
    'a coding that nobody knows': [answer(200, { 'Content-Encoding': 'aws-chunked', 'Content-Length': 10 })],
    'a redirect to nowhere': [(res) => res.writeHead(302).end()],
    'a redirect to what is no address': [(res) => res.writeHead(302, { Location: 'http://[' }).end()],
    'a header that is far too long': [(res) => res.writeHead(200, { 'X-Long': 'x'.repeat(500_000) }).end(FILE)],
    'a thousand headers': [
      (res) => {
        for (let count = 0; count < 5000; count++) res.setHeader(`X-${count}`, 'x'.repeat(100))
        res.end(FILE)
      },
    ],
    'HTTP/2': [raw('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
    'HTTP/0.9': [raw(FILE)],
  } satisfies Record<string, Answer[]>)) {
    for (const method of ['GET', 'HEAD']) {
      test(`that is ${title} is never taken for the file (${method})`, async () => {
        const { reply, faults } = await askFrom(answers, {}, method)
        if (method === 'GET') assertHonest(reply)
        assert.ok(reply.status === 200 || reply.status >= 500, `Status ${reply.status}`)
        assert.doesNotMatch(String(reply.fields), /127\.0\.0\.1|X-Long|X-4999/)
        for (const fault of faults) assert.ok(fault instanceof Error, 'The application was told of no error.')
      })
    }
  }
})

describe('fields of another server', () => {
  test('do not pass, but those of the file', async () => {
    const fields = {
      'Content-Length': 10,
      'Set-Cookie': 'session=inner',
      'X-Accel-Redirect': '/etc/passwd',
      'X-Sendfile': '/etc/passwd',
      'Content-Disposition': 'inline; filename="evil.html"',
      'Strict-Transport-Security': 'max-age=1',
      Server: 'inner',
      Via: '1.1 inner',
      'Access-Control-Allow-Origin': '*',
      'Clear-Site-Data': '"*"',
    }
    const { reply } = await askFrom([answer(200, fields)])
    assert.equal(reply.body.toString(), FILE)
    for (const name of Object.keys(fields).slice(1)) {
      if (name !== 'Content-Disposition') assert.equal(reply.get(name), undefined, name)
    }
    assert.match(reply.get('Content-Disposition') ?? '', /^attachment/)
  })

  for (const value of ['-5', 'soon', 'Thu, 01 Jan 1970 00:00:00 GMT', '99999999999', '1, 2', '1e9', '']) {
    test(`a Retry-After of ${JSON.stringify(value)} is a 503 whose own one makes sense`, async () => {
      const { reply } = await askFrom([(res) => res.writeHead(429, { 'Retry-After': value }).end()])
      assert.equal(reply.status, 503)
      const after = reply.get('Retry-After')
      if (after !== undefined) assert.ok(/^\d+$/.test(after) && Number(after) <= 86_400, after)
    })
  }

  for (const [name, value] of [
    ['ETag', 'no quotes'],
    ['ETag', '"a"b"'],
    ['ETag', '"\u00e9"'],
    ['ETag', ''],
    ['Last-Modified', 'yesterday'],
    ['Last-Modified', 'Thu, 01 Jan 2099 00:00:00 GMT'],
    ['Content-Type', 'text/html\u00e9'],
    ['Content-Type', ''],
    ['Accept-Ranges', 'lines'],
  ] as const) {
    test(`a ${name} like ${JSON.stringify(value)} spoils nothing`, async () => {
      const { reply, faults } = await askFrom([
        (res) => {
          res.socket?.end(
            Buffer.from(
              `HTTP/1.1 200 OK\r\n${name}: ${value}\r\nContent-Length: 10\r\nConnection: close\r\n\r\n${FILE}`,
              'latin1',
            ),
          )
        },
      ])
      assert.deepEqual([reply.status, reply.body.toString(), faults], [200, FILE, []])
      const tag = reply.get('ETag')
      if (tag !== undefined) assert.match(tag, /^(W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/)
      const modified = reply.get('Last-Modified')
      if (modified !== undefined) assert.ok(Date.parse(modified) <= Date.now(), modified)
    })
  }
})
