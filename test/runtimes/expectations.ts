import assert from 'node:assert/strict'
import { statSync, writeFileSync } from 'node:fs'
import { comparable } from '../adapters/expectations/methods.js'
import { BIG, DIGITS, type Fixtures, LAST_MODIFIED, SECRET } from '../adapters/fixtures.js'
import { parseMultipart } from '../adapters/multipart.js'
import { UNREACHABLE } from '../adapters/spellings.js'
import { sleep } from '../adapters/wait.js'
import { type Ending, RawConnection, type RawReply, type RawRequest, rawRequest, writeRequest } from '../http/raw.js'
import { eventually } from '../support/eventually.js'

/** The application of `application.ts`, as a client sees it. */
export class RunningApplication {
  readonly origin: string
  readonly fixtures: Fixtures

  constructor(origin: string, fixtures: Fixtures) {
    this.origin = origin
    this.fixtures = fixtures
  }

  ask(target: string, { headers, method }: Pick<RawRequest, 'headers' | 'method'> = {}): Promise<RawReply> {
    return rawRequest(this.origin, { target, headers, method })
  }

  /** A reply as far as one came before the connection was ended. */
  async replyOrNone(request: RawRequest): Promise<RawReply | undefined> {
    const connection = await RawConnection.open(this.origin)
    try {
      connection.send(writeRequest(request))
      return await connection.reply()
    } catch (error) {
      if (connection.ending === 'open') throw error
      return undefined
    } finally {
      connection.destroy()
    }
  }

  /** How a connection of HTTP/1.0 ends when a body breaks off of which all that there is was read. */
  async endingOfBroken(): Promise<Ending> {
    const connection = await RawConnection.open(this.origin)
    connection.send(writeRequest({ target: '/made/broken-later', version: '1.0' }))
    const { framing } = await connection.head()
    assert.equal(framing, 'close')
    // Node takes a reset for an end where it comes together with bytes.
    assert.equal((await connection.take(5)).toString(), 'first')
    await this.ask('/made/break')
    return connection.ended()
  }

  /** Asks for the file of ten digits. */
  digits(headers: Record<string, string> = {}, method = 'GET'): Promise<RawReply> {
    return this.ask('/files/digits.txt', { headers, method })
  }

  async etag(): Promise<string> {
    return (await this.digits()).get('ETag') ?? ''
  }

  /** A number that the application keeps. */
  async count(name: 'running' | 'produced' | 'faults'): Promise<number> {
    return Number((await this.ask(`/made/${name}`)).body.toString())
  }

  /** Sends a GET and reads nothing but the headers of the reply. */
  async begin(target: string): Promise<RawConnection> {
    const connection = await RawConnection.open(this.origin)
    connection.send(writeRequest({ target }))
    assert.equal((await connection.head()).status, 200)
    return connection
  }
}

export type Expectation = (app: RunningApplication) => Promise<void>

/** What a client can rely on, whatever runs the application. */
export const EXPECTATIONS = {
  'GET sends the whole file with all that is known of it': async (app) => {
    const reply = await app.digits()
    assert.equal(reply.status, 200)
    assert.equal(reply.body.toString(), DIGITS)
    assert.equal(reply.get('Content-Length'), '10')
    assert.equal(reply.get('Content-Type'), 'text/plain; charset=utf-8')
    assert.equal(reply.get('Content-Disposition'), 'attachment; filename="digits.txt"')
    assert.equal(reply.get('X-Content-Type-Options'), 'nosniff')
    assert.equal(reply.get('Cache-Control'), 'private, no-cache')
    assert.equal(reply.get('Accept-Ranges'), 'bytes')
    assert.equal(reply.get('Last-Modified'), LAST_MODIFIED)
  },
  'the entity-tag is made of the size and of the nanoseconds of the last change': async (app) => {
    const path = app.fixtures.path('digits.txt')
    assert.equal(await app.etag(), tagOf(path))
    const precise = writePrecise(app.fixtures)
    assert.equal((await app.ask('/files/precise.txt')).get('ETag'), tagOf(precise))
  },
  'HEAD sends the headers of GET and no body': async (app) => {
    const head = await app.digits({}, 'HEAD')
    assert.equal(head.status, 200)
    assert.deepEqual(comparable(head), comparable(await app.digits()))
  },
  'nothing follows the headers of a HEAD': async (app) => {
    const connection = await RawConnection.open(app.origin)
    connection.send(writeRequest({ target: '/files/digits.txt', method: 'HEAD' }))
    assert.equal((await connection.reply('HEAD')).get('Content-Length'), '10')
    connection.send(writeRequest({ target: '/files/one.txt' }))
    assert.equal((await connection.reply()).body.toString(), '1')
    connection.destroy()
  },
  'an empty file has a length': async (app) => {
    const reply = await app.ask('/files/empty.txt')
    assert.equal(reply.status, 200)
    assert.equal(reply.get('Content-Length'), '0')
    assert.ok(reply.isComplete, 'The body is not whole.')
  },
  'a file larger than any buffer comes whole': async (app) => {
    const reply = await app.ask('/files/big.bin')
    assert.equal(reply.get('Content-Length'), String(BIG.length))
    assert.ok(reply.body.equals(BIG), 'The bytes differ.')
  },
  'thirty clients at once get their own bytes': async (app) => {
    await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const [start, end] = [index * 30_000, index * 30_000 + 100_000 + index]
        const { body } = await app.ask('/files/big.bin', { headers: { Range: `bytes=${start}-${end}` } })
        assert.ok(body.equals(BIG.subarray(start, end + 1)), 'The bytes differ.')
      }),
    )
  },
  'a range is a 206 with the bytes that were asked for': async (app) => {
    const reply = await app.digits({ Range: 'bytes=2-4' })
    assert.equal(reply.status, 206)
    assert.equal(reply.get('Content-Range'), 'bytes 2-4/10')
    assert.equal(reply.get('Content-Length'), '3')
    assert.equal(reply.body.toString(), '234')
  },
  'a range without an end goes to the end of the file': async (app) => {
    const reply = await app.digits({ Range: 'bytes=7-' })
    assert.equal(reply.get('Content-Range'), 'bytes 7-9/10')
    assert.equal(reply.body.toString(), '789')
  },
  'a suffix range counts from the end': async (app) => {
    const reply = await app.digits({ Range: 'bytes=-4' })
    assert.equal(reply.get('Content-Range'), 'bytes 6-9/10')
    assert.equal(reply.body.toString(), '6789')
  },
  'several ranges come as parts': async (app) => {
    const reply = await app.digits({ Range: 'bytes=0-0,5-6' })
    assert.equal(reply.status, 206)
    assert.ok(reply.isComplete, 'The body is not whole.')
    assert.deepEqual(
      parseMultipart(reply).map(({ contentRange, bytes }) => [contentRange, bytes.toString()]),
      [
        ['bytes 0-0/10', '0'],
        ['bytes 5-6/10', '56'],
      ],
    )
  },
  'a range behind the end is a 416 with the size': async (app) => {
    const reply = await app.digits({ Range: 'bytes=10-' })
    assert.equal(reply.status, 416)
    assert.equal(reply.get('Content-Range'), 'bytes */10')
    assert.doesNotMatch(reply.body.toString(), /\d/)
  },
  'a Range on HEAD changes nothing': async (app) => {
    const reply = await app.digits({ Range: 'bytes=2-4' }, 'HEAD')
    assert.equal(reply.status, 200)
    assert.equal(reply.get('Content-Length'), '10')
  },
  'If-None-Match with the tag is a 304 without a body': async (app) => {
    const etag = await app.etag()
    const connection = await RawConnection.open(app.origin)
    connection.send(writeRequest({ target: '/files/digits.txt', headers: { 'If-None-Match': etag } }))
    const reply = await connection.reply()
    assert.equal(reply.status, 304)
    assert.equal(reply.get('ETag'), etag)
    assert.equal(reply.get('Cache-Control'), 'private, no-cache')
    // A body would come before this reply.
    connection.send(writeRequest({ target: '/files/one.txt' }))
    assert.equal((await connection.reply()).body.toString(), '1')
    connection.destroy()
  },
  'If-Modified-Since the last change is a 304': async (app) => {
    assert.equal((await app.digits({ 'If-Modified-Since': LAST_MODIFIED })).status, 304)
    assert.equal((await app.digits({ 'If-Modified-Since': 'Mon, 03 May 2021 12:34:55 GMT' })).status, 200)
  },
  'If-Match with another tag is a 412': async (app) => {
    const reply = await app.digits({ 'If-Match': '"other"' })
    assert.equal(reply.status, 412)
    assert.doesNotMatch(reply.body.toString(), /\d/)
    assert.equal((await app.digits({ 'If-Match': await app.etag() })).status, 200)
  },
  'If-Unmodified-Since before the last change is a 412': async (app) => {
    assert.equal((await app.digits({ 'If-Unmodified-Since': 'Mon, 03 May 2021 12:34:55 GMT' })).status, 412)
  },
  'If-Range with the tag gives the range, with another the whole file': async (app) => {
    const same = await app.digits({ Range: 'bytes=0-1', 'If-Range': await app.etag() })
    assert.deepEqual([same.status, same.body.toString()], [206, '01'])
    const other = await app.digits({ Range: 'bytes=0-1', 'If-Range': '"other"' })
    assert.deepEqual([other.status, other.body.toString()], [200, DIGITS])
  },
  'a name beyond ASCII is found, and told in both forms': async (app) => {
    const reply = await app.ask('/files/na%C3%AFve%20caf%C3%A9.txt')
    assert.equal(reply.status, 200)
    assert.equal(reply.body.toString(), 'accents')
    assert.equal(
      reply.get('Content-Disposition'),
      `attachment; filename="naive_cafe.txt"; filename*=UTF-8''na%C3%AFve%20caf%C3%A9.txt`,
    )
    assert.equal((await app.ask('/files/%E6%97%A5%E6%9C%AC%E8%AA%9E.txt')).body.toString(), 'nihongo')
    assert.equal((await app.ask('/files/%F0%9F%8E%89.txt')).body.toString(), 'party')
  },
  'a file is found below folders, with its query left aside, and with marks in its name': async (app) => {
    assert.equal((await app.ask('/files/folder/deeper/inmost.txt?a=b')).body.toString(), 'inmost')
    assert.equal((await app.ask('/files/hash%23mark.txt')).body.toString(), 'hash')
    assert.equal((await app.ask('/files/question%3Fmark.txt')).body.toString(), 'question')
    assert.equal((await app.ask('/files/50%25%20off.txt')).body.toString(), 'percent')
    assert.equal((await app.ask('/files/a+b.txt')).body.toString(), 'plus')
  },
  'a name from elsewhere adds no header': async (app) => {
    const reply = await app.ask('/made/hostile-name')
    assert.equal(reply.status, 200)
    assert.equal(reply.get('Set-Cookie'), undefined)
    assert.match(reply.get('Content-Disposition') ?? '', /^attachment; filename="x\.txt__Set-Cookie:_a=b"; /)
  },
  'a missing file is a plain 404': async (app) => {
    const reply = await app.ask('/files/missing.txt')
    assert.equal(reply.status, 404)
    assert.equal(reply.body.toString(), 'Not Found\n')
    assert.equal(reply.get('Content-Type'), 'text/plain; charset=utf-8')
    assert.equal(reply.get('Content-Disposition'), undefined)
    assert.equal((await app.ask('/files/missing.txt', { method: 'HEAD' })).status, 404)
  },
  'no spelling of a path leads to what is out of reach': async (app) => {
    for (const target of UNREACHABLE) {
      const reply = await app.ask(target)
      assert.ok(reply.status === 404 || reply.status === 400, `${target}: ${reply.status}`)
      assert.doesNotMatch(reply.body.toString(), new RegExp(`${SECRET}|root:|${DIGITS}`), target)
    }
  },
  'other methods are a 405 that names those that are not': async (app) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const reply = await app.digits({}, method)
      assert.equal(reply.status, 405, method)
      assert.equal(reply.get('Allow'), 'GET, HEAD, OPTIONS')
      assert.equal(reply.body.length, 0)
    }
  },
  'OPTIONS names the methods': async (app) => {
    const reply = await app.digits({}, 'OPTIONS')
    assert.equal(reply.status, 204)
    assert.equal(reply.get('Allow'), 'GET, HEAD, OPTIONS')
    assert.equal(reply.get('Content-Length'), undefined)
  },
  'what could run scripts is sandboxed when it is shown': async (app) => {
    for (const [name, type] of [
      ['picture.svg', 'image/svg+xml'],
      ['page.html', 'text/html; charset=utf-8'],
    ] as const) {
      const reply = await app.ask(`/shown/${name}`)
      assert.equal(reply.get('Content-Type'), type)
      assert.match(reply.get('Content-Security-Policy') ?? '', /sandbox/)
      assert.equal(reply.get('Content-Disposition'), `inline; filename="${name}"`)
    }
  },
  'a generator is sent to its end, without a length': async (app) => {
    const reply = await app.ask('/made/generated')
    assert.equal(reply.status, 200)
    assert.equal(reply.body.toString(), 'one two three')
    assert.equal(reply.get('Content-Length'), undefined)
    assert.equal(reply.framing, 'chunked')
    assert.ok(reply.isComplete, 'The body is not whole.')
  },
  'a generator whose size is told is sent with its length': async (app) => {
    const reply = await app.ask('/made/sized')
    assert.equal(reply.body.toString(), 'abcdef')
    assert.equal(reply.get('Content-Length'), '6')
    assert.ok(reply.isComplete, 'The body is not whole.')
  },
  'a body that breaks off never looks whole, and the application is told once': async (app) => {
    const before = await app.count('faults')
    const reply = await app.ask('/made/broken')
    assert.equal(reply.status, 200)
    assert.ok(!reply.isComplete, 'The body looks whole.')
    assert.doesNotMatch(reply.body.toString(), /secret detail/)
    await eventually(async () => (await app.count('faults')) > before, { what: 'No fault was told.' })
    assert.equal(await app.count('faults'), before + 1)
  },
  'a body that breaks off before its length never looks whole': async (app) => {
    const before = await app.count('faults')
    const reply = await app.ask('/made/broken-sized')
    assert.equal(reply.status, 200)
    assert.equal(reply.get('Content-Length'), '1000000')
    assert.ok(!reply.isComplete, 'The body looks whole.')
    await eventually(async () => (await app.count('faults')) > before, { what: 'No fault was told.' })
  },
  'a body that breaks off right after its first piece never looks whole': async (app) => {
    const before = await app.count('faults')
    const reply = await app.replyOrNone({ target: '/made/broken-soon' })
    assert.ok(!reply?.isComplete, `The body looks whole: ${reply?.body}`)
    await eventually(async () => (await app.count('faults')) > before, { what: 'No fault was told.' })
  },
  'a body that breaks off is a reset to a client of HTTP/1.0, which knows no chunks': async (app) => {
    assert.equal(await app.endingOfBroken(), 'reset')
  },
  'a body that breaks before its first byte is a 500': async (app) => {
    const reply = await app.ask('/made/broken-at-once')
    assert.equal(reply.status, 500)
    assert.equal(reply.body.toString(), 'Internal Server Error\n')
  },
  'a generator waits for a client that does not read, and ends when that client leaves': async (app) => {
    const running = await app.count('running')
    const produced = await app.count('produced')
    const faults = await app.count('faults')
    const connection = await app.begin('/made/endless')
    assert.equal(await app.count('running'), running + 1)
    await standstill(app, produced)
    connection.reset()
    await eventually(async () => (await app.count('running')) === running, { what: 'The generator still runs.' })
    assert.equal(await app.count('faults'), faults)
  },
  'files that were left half-way do no harm': async (app) => {
    const faults = await app.count('faults')
    for (let round = 0; round < 10; round++) {
      const connection = await app.begin('/files/big.bin')
      await connection.take(round * 1000)
      connection.reset()
    }
    assert.equal((await app.digits()).body.toString(), DIGITS)
    assert.equal(await app.count('faults'), faults)
  },
  'an error is answered with its status and its headers, and shows nothing else': async (app) => {
    for (const [name, status, text] of [
      ['forbidden', 403, 'Forbidden\n'],
      ['gone', 410, 'Gone\n'],
      ['busy', 503, 'Service Unavailable\n'],
      ['fault', 500, 'Internal Server Error\n'],
    ] as const) {
      const reply = await app.ask(`/made/${name}`)
      assert.equal(reply.status, status)
      assert.equal(reply.body.toString(), text)
      assert.equal(reply.get('Cache-Control'), 'no-store')
      assert.equal(reply.get('Retry-After'), name === 'busy' ? '7' : undefined)
    }
  },
  'views know what the application knows of the request': async (app) => {
    const reply = await app.ask('/made/user', { headers: { 'X-User': 'ann' } })
    assert.equal(reply.body.toString(), 'ann')
    assert.equal((await app.ask('/made/user')).body.toString(), 'undefined')
  },
} as const satisfies Readonly<Record<string, Expectation>>

/** The entity-tag of a local file. A unit of a million nanoseconds tells no more than milliseconds. */
export function tagOf(path: string, unit = 1n): string {
  const { size, mtimeNs } = statSync(path, { bigint: true })
  return `"${size.toString(16)}-${(mtimeNs - (mtimeNs % unit)).toString(16)}"`
}

/** Writes a file whose time of change is no whole millisecond. */
export function writePrecise({ path }: Fixtures): string {
  do writeFileSync(path('precise.txt'), DIGITS)
  while (statSync(path('precise.txt'), { bigint: true }).mtimeNs % 1_000_000n === 0n)
  return path('precise.txt')
}

/** Far more than all buffers on the way to a client hold, in pieces of 16 KiB. */
const TOO_MANY_PIECES = 4096

/** Waits until the application makes no more pieces. */
async function standstill(app: RunningApplication, atFirst: number): Promise<void> {
  for (let [last, now] = [-1, 0]; now !== last; ) {
    await sleep(200)
    ;[last, now] = [now, await app.count('produced')]
    assert.ok(now - atFirst < TOO_MANY_PIECES, `Nobody waits for the client: ${now - atFirst} pieces were made.`)
  }
}
