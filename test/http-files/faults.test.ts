import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { OutgoingHttpHeaders } from 'node:http'
import { after, describe, test } from 'node:test'
import { HttpClient, type HttpClientOptions } from '../../src/files/http/client.js'
import { HttpDownloadView } from '../../src/views/http.js'
import { type RawReply, rawRequest } from '../http/raw.js'
import { type Served, serve } from '../http/serve.js'
import { eventually } from '../support/eventually.js'
import {
  type Answer,
  brokenAnswer,
  goodAnswer,
  hangUp,
  reset,
  type ScriptedOrigin,
  stall,
  startScriptedOrigin,
} from './scripted-origin.js'

const BYTES = randomBytes(600_000)

interface Case extends Served {
  readonly there: ScriptedOrigin
  ask(headers?: Record<string, string>, method?: string): Promise<RawReply>
}

/** Serves a file of a server that answers as it is told. */
async function serveFrom(answers: Answer[], options: HttpClientOptions = {}): Promise<Case> {
  const there = await startScriptedOrigin(...answers)
  const client = new HttpClient({ allowedHosts: ['127.0.0.1'], headersTimeout: 300, idleTimeout: 300, ...options })
  after(() => client.close())
  const served = await serve(HttpDownloadView.asView({ url: there.url, client }))
  return {
    ...served,
    there,
    ask: (headers = {}, method = 'GET') => rawRequest(served.origin, { target: '/', headers, method }),
  }
}

describe('an answer that is not the file', () => {
  for (const [status, expected] of [
    [404, 404],
    [410, 404],
    [403, 403],
    [401, 502],
    [400, 502],
    [407, 502],
    [429, 503],
    [500, 502],
    [502, 502],
    [503, 502],
    [504, 502],
    [201, 502],
    [202, 502],
    [204, 502],
    [206, 502],
    [304, 502],
    [300, 502],
    [416, 502],
  ] as const) {
    test(`${status} is answered with ${expected}`, async () => {
      const { ask, there } = await serveFrom([
        (res) =>
          res.writeHead(status, { 'X-Secret': 'inner' }).end(status === 204 || status === 304 ? undefined : 'inner'),
      ])
      for (const method of ['GET', 'HEAD']) {
        const reply = await ask({}, method)
        assert.equal(reply.status, expected)
        assert.doesNotMatch(`${reply.fields} ${reply.body}`, /inner|127\.0\.0\.1/)
        assert.equal(reply.get('Content-Disposition'), undefined)
      }
      assert.ok(there.asked.length <= 3, `It was asked ${there.asked.length} times.`)
    })
  }

  test('a wish to be left alone is passed on, in bounds', async () => {
    for (const [value, expected] of [
      ['7', '7'],
      ['99999999', '3600'],
      ['soon', undefined],
      [new Date(Date.now() - 5000).toUTCString(), '0'],
    ] as const) {
      const { ask } = await serveFrom([(res) => res.writeHead(429, { 'Retry-After': value }).end()])
      assert.equal((await ask()).get('Retry-After'), expected, value)
    }
  })

  test('a server that knows no HEAD is asked by GET', async () => {
    const { ask, there } = await serveFrom([(res) => res.writeHead(405).end(), goodAnswer(BYTES)])
    const reply = await ask({}, 'HEAD')
    assert.deepEqual([reply.status, reply.get('Content-Length')], [200, String(BYTES.length)])
    await eventually(() => there.open.size === 0)
  })
})

describe('a server that cannot be reached', () => {
  test('is a 502', async () => {
    const { ask, there } = await serveFrom([stall])
    await there.close()
    assert.equal((await ask()).status, 502)
  })

  test('whose name is not known is a 502', async () => {
    const client = new HttpClient({ allowedHosts: ['*.invalid'] })
    const { origin } = await serve(HttpDownloadView.asView({ url: 'http://host.invalid/', client }))
    assert.equal((await rawRequest(origin, { target: '/' })).status, 502)
  })

  test('that cuts the connection before its answer is asked once more, for it may have been a kept one', async () => {
    const { ask, there } = await serveFrom([reset, goodAnswer(BYTES)])
    const reply = await ask()
    assert.deepEqual([reply.status, reply.body.equals(BYTES), there.asked.length], [200, true, 2])
  })

  test('that cuts each connection is a 502', async () => {
    const { ask, there } = await serveFrom([reset])
    assert.deepEqual([(await ask()).status, there.asked.length], [502, 2])
  })

  test('that says nothing is a 504', async () => {
    const { ask, there } = await serveFrom([stall])
    assert.equal((await ask()).status, 504)
    assert.equal((await ask({}, 'HEAD')).status, 504)
    await eventually(() => there.open.size === 0)
  })

  test('that says again and again that its answer will come is a 504', async () => {
    const { ask, there } = await serveFrom([
      (res) => {
        const timer = setInterval(() => res.writeEarlyHints({ link: '</a.css>; rel=preload' }), 20)
        res.on('close', () => clearInterval(timer))
      },
    ])
    assert.equal((await ask()).status, 504)
    await eventually(() => there.open.size === 0)
  })

  test('that speaks no HTTP is a 502', async () => {
    const { ask } = await serveFrom([(res) => void res.socket?.end('nonsense\r\n\r\n')])
    assert.equal((await ask()).status, 502)
  })

  test('that says nothing after its headers is a 504', async () => {
    const { ask } = await serveFrom([brokenAnswer(BYTES, 0, stall)])
    assert.equal((await ask()).status, 504)
  })
})

describe('a body that breaks off', () => {
  for (const [title, breakOff] of Object.entries({ 'is reset': reset, 'ends too early': hangUp, stalls: stall })) {
    test(`goes on where it was when it ${title}, if there is a strong tag`, async () => {
      const { ask, there } = await serveFrom([brokenAnswer(BYTES, 200_000, breakOff), goodAnswer(BYTES)])
      const reply = await ask()
      assert.deepEqual([reply.status, reply.isComplete], [200, true])
      assert.ok(reply.body.equals(BYTES), 'The bytes are not those of the file.')
      const { range, 'if-range': ifRange } = there.asked[1]?.headers ?? {}
      assert.match(String(range), new RegExp(`^bytes=\\d+-${BYTES.length - 1}$`))
      assert.deepEqual([ifRange, there.asked.length], ['"v1"', 2])
      await eventually(() => there.open.size <= 1)
    })
  }

  test('goes on within its range', async () => {
    const { ask, there } = await serveFrom([brokenAnswer(BYTES, 100_000, reset), goodAnswer(BYTES)])
    const reply = await ask({ Range: 'bytes=1000-400000' })
    assert.deepEqual([reply.status, reply.get('Content-Range')], [206, `bytes 1000-400000/${BYTES.length}`])
    assert.ok(reply.body.equals(BYTES.subarray(1000, 400_001)), 'The bytes are not those of the range.')
    assert.match(String(there.asked[1]?.headers.range), /^bytes=\d{3,}-400000$/)
  })

  test('goes on again and again as long as it gets further', async () => {
    const often = Array.from({ length: 4 }, () => brokenAnswer(BYTES, 100_000, reset))
    const { ask } = await serveFrom([...often, goodAnswer(BYTES)])
    assert.ok((await ask()).body.equals(BYTES), 'The bytes are not those of the file.')
  })

  test('is asked for only so often', async () => {
    const { ask, there, faults } = await serveFrom([brokenAnswer(BYTES, 1000, reset)])
    const reply = await ask()
    assert.equal(reply.isComplete, false)
    assert.ok(there.asked.length <= 6, `It was asked ${there.asked.length} times.`)
    await eventually(() => faults.length === 1)
  })

  for (const [title, answers] of Object.entries<Answer[]>({
    'the file is another one by then': [brokenAnswer(BYTES, 200_000, reset), goodAnswer(randomBytes(600_000), '"v2"')],
    'the server leaves If-Range aside': [
      brokenAnswer(BYTES, 200_000, reset),
      (res, req) => {
        delete req.headers['if-range']
        goodAnswer(randomBytes(600_000), '"v2"')(res, req)
      },
    ],
    'the file is gone by then': [brokenAnswer(BYTES, 200_000, reset), (res) => res.writeHead(404).end()],
    'the rest has no tag': [
      brokenAnswer(BYTES, 200_000, reset),
      (res, req) => {
        delete req.headers['if-range']
        const { writeHead } = res
        res.writeHead = ((status: number, { ETag, ...headers }: OutgoingHttpHeaders) => {
          return writeHead.call(res, status, headers)
        }) as typeof res.writeHead
        goodAnswer(randomBytes(600_000))(res, req)
      },
    ],
    'the tag is weak': [brokenAnswer(BYTES, 200_000, reset, 'W/"v1"'), goodAnswer(BYTES, 'W/"v1"')],
    'the rest begins elsewhere': [
      brokenAnswer(BYTES, 200_000, reset),
      (res, req) => {
        req.headers.range = 'bytes=0-'
        goodAnswer(BYTES)(res, req)
      },
    ],
  })) {
    test(`never looks whole when ${title}`, async () => {
      const { ask, there } = await serveFrom(answers)
      const reply = await ask()
      assert.deepEqual([reply.status, reply.isComplete], [200, false])
      assert.ok(BYTES.subarray(0, reply.body.length).equals(reply.body), 'Bytes of another file came along.')
      await eventually(() => there.open.size <= 1)
    })
  }

  test('without a length never looks whole', async () => {
    const { ask } = await serveFrom([
      (res) => {
        res.writeHead(200, { ETag: '"v1"' })
        res.write(BYTES.subarray(0, 1000), () => reset(res))
      },
    ])
    assert.equal((await ask()).isComplete, false)
  })

  test('of gzip that is damaged never looks whole', async () => {
    const { ask } = await serveFrom([
      (res) => {
        res.writeHead(200, { 'Content-Encoding': 'gzip' })
        res.end(Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), randomBytes(100)]))
      },
    ])
    const reply = await ask()
    assert.ok(reply.status === 502 || !reply.isComplete, `${reply.status}, and complete`)
  })
})

test('an answer that nobody reads, and that never ends, is let go of', async () => {
  const { ask, there } = await serveFrom([
    (res) => {
      res.writeHead(404, { 'Content-Length': 10_000 })
      const timer = setInterval(() => res.write('.'), 20)
      res.on('close', () => clearInterval(timer))
    },
  ])
  assert.equal((await ask()).status, 404)
  await eventually(() => there.open.size === 0)
})

test('codings one around the other are not taken off, since each takes memory', async () => {
  const { ask, there } = await serveFrom([
    (res) => res.writeHead(200, { 'Content-Encoding': Array(1000).fill('gzip').join() }).end('never decoded'),
  ])
  assert.equal((await ask()).status, 502)
  await eventually(() => there.open.size <= 1)
})

describe('an answer without a body that tells too little', () => {
  const date = 'Mon, 01 Jan 2024 00:00:00 GMT'
  const whole: Answer = (res, req) => {
    res.setHeader('Last-Modified', date)
    goodAnswer(BYTES)(res, req)
  }

  test('is asked after when it is a 304 without the date that the client has asked by, as from Apache', async () => {
    const { ask, there } = await serveFrom([(res) => res.writeHead(304, { ETag: '"v1"' }).end(), whole])
    const reply = await ask({ 'If-Modified-Since': date })
    assert.deepEqual([reply.status, reply.get('Last-Modified')], [304, date])
    assert.deepEqual(
      there.asked.map(({ method }) => method),
      ['GET', 'HEAD'],
    )
  })

  test('is asked after when it is a 416: its tag and its type may be those of its page', async () => {
    const headers = { 'Content-Range': `bytes */${BYTES.length}`, ETag: '"page"', 'Content-Type': 'text/html' }
    const { ask } = await serveFrom([(res) => res.writeHead(416, headers).end('<h1>'), whole])
    const reply = await ask({ Range: 'bytes=700000-', 'If-Range': '"v0"' })
    assert.deepEqual([reply.status, reply.get('Content-Type'), reply.get('ETag')], [200, 'application/x-test', '"v1"'])
    assert.ok(reply.body.equals(BYTES), 'The bytes are not those of the file.')
  })
})

describe('a client that leaves', () => {
  test('ends the request also when the file was looked at before, of a server that knows no HEAD', async () => {
    const noHead: Answer = (res, req) => {
      if (req.method === 'HEAD') res.writeHead(405).end()
      else brokenAnswer(BYTES, 300_000, stall)(res, req)
    }
    const there = await startScriptedOrigin(noHead)
    const client = new HttpClient({ allowedHosts: ['127.0.0.1'], idleTimeout: 0 })
    after(() => client.close())
    class LookingView extends HttpDownloadView {
      override url = there.url
      override client = client
      override async getFile() {
        const file = await super.getFile()
        await file.stat()
        return file
      }
    }
    const connection = await (await serve(LookingView.asView())).connect()
    connection.send(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'))
    await connection.head()
    connection.destroy()
    await eventually(() => there.open.size === 0)
  })

  test('ends the request at once, before the answer', async () => {
    const { connect, there } = await serveFrom([stall], { headersTimeout: 60_000 })
    const connection = await connect()
    connection.send(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'))
    await eventually(() => there.open.size === 1)
    connection.destroy()
    await eventually(() => there.open.size === 0)
  })

  test('ends the request at once, in the middle of the body', async () => {
    const { connect, there } = await serveFrom([brokenAnswer(BYTES, 300_000, stall)], { idleTimeout: 60_000 })
    const connection = await connect()
    connection.send(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'))
    await connection.head()
    connection.destroy()
    await eventually(() => there.open.size === 0)
  })

  test('who has it already costs one request, whose connection is used again', async () => {
    const { ask, there } = await serveFrom([(res) => res.writeHead(304, { ETag: '"v1"' }).end()])
    for (let count = 0; count < 5; count++) assert.equal((await ask({ 'If-None-Match': '"v1"' })).status, 304)
    assert.deepEqual([there.asked.length, there.connections()], [5, 1])
  })
})

describe('connections', () => {
  test('are used again', async () => {
    const { ask, there } = await serveFrom([goodAnswer(BYTES)])
    for (let count = 0; count < 5; count++) assert.equal((await ask()).body.length, BYTES.length)
    assert.deepEqual([there.asked.length, there.connections()], [5, 1])
  })

  test('are used again after answers that were not the file', async () => {
    const { ask, there } = await serveFrom([(res) => res.writeHead(404).end('x'.repeat(2000))])
    for (let count = 0; count < 5; count++) assert.equal((await ask()).status, 404)
    assert.deepEqual([there.asked.length, there.connections()], [5, 1])
  })

  test('carry nothing of our client, and what the application gives along', async () => {
    const there = await startScriptedOrigin(goodAnswer(BYTES))
    const client = new HttpClient({ allowedHosts: ['127.0.0.1'] })
    const url = there.url.replace('http://', 'http://user:p%40ss@')
    const view = HttpDownloadView.asView({
      url,
      client,
      requestOptions: { headers: { 'X-Key': 'k', Range: 'bytes=1-1' } },
    })
    const { origin } = await serve(view)
    const headers = { Cookie: 'session=1', Authorization: 'Bearer own', 'Accept-Encoding': 'gzip', Range: 'bytes=2-3' }
    await rawRequest(origin, { target: '/', headers })
    const { 'x-key': key, cookie, authorization, range, 'accept-encoding': encoding } = there.asked[0]?.headers ?? {}
    assert.deepEqual([key, cookie, range, encoding], ['k', undefined, 'bytes=2-3', 'identity'])
    assert.equal(authorization, `Basic ${Buffer.from('user:p@ss').toString('base64')}`)
    await client.close()
  })
})

describe('a server that leaves ranges aside', () => {
  const whole: Answer = (res) => res.writeHead(200, { 'Content-Length': 10, ETag: '"v1"' }).end('0123456789')

  test('is believed, and the file is sent as a whole', async () => {
    const { ask, there } = await serveFrom([whole])
    const reply = await ask({ Range: 'bytes=2-3' })
    assert.deepEqual([reply.status, String(reply.body), reply.get('Accept-Ranges')], [200, '0123456789', 'none'])
    assert.equal(there.asked.length, 1)
  })

  test('that gives other bytes than those that were asked for is not believed', async () => {
    const { ask } = await serveFrom([
      (res) => res.writeHead(206, { 'Content-Range': 'bytes 5-6/10', 'Content-Length': 2, ETag: '"v1"' }).end('56'),
    ])
    assert.ok((await ask({ Range: 'bytes=2-3' })).status >= 500, 'Other bytes went as those of the range.')
  })
})
