import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { PathDownloadView } from '../../../src/views/path.js'
import { BIG, DIGITS } from '../fixtures.js'
import { parseMultipart } from '../multipart.js'
import type { Source } from '../sources.js'
import type { Expected } from '../suite.js'
import { type UsedSite, useSite } from '../use.js'

/** RFC 9110, 14: which bytes a `Range` gets. */
export function ranges({ adapter, fixtures, sources }: Expected): void {
  describe('ranges', () => {
    for (const source of sources) {
      describe(source.name, () => {
        const site = useSite(adapter, source.view, source.route)
        rangesOfDigits(site, source)
        if (adapter.protocol === 'HTTP/1.1') rangeLines(site, source)
      })
    }
    rangesOfOtherFiles(useSite(adapter, PathDownloadView.asView({ root: fixtures.root }), '/files/*path'))
  })
}

function rangesOfDigits(site: UsedSite, { target }: Source): void {
  let etag = ''
  before(async () => {
    etag = (await site.ask(target)).get('ETag') ?? ''
  })

  for (const [range, start, end] of SATISFIABLE) {
    test(`${range} gets the bytes ${start} to ${end}`, async () => {
      const reply = await site.ask(target, { headers: { Range: range } })
      assert.equal(reply.status, 206)
      assert.equal(reply.get('Content-Range'), `bytes ${start}-${end}/10`)
      assert.equal(reply.get('Content-Length'), String(end - start + 1))
      assert.equal(reply.body.toString(), DIGITS.slice(start, end + 1))
      assert.equal(reply.get('ETag'), etag)
      assert.equal(reply.get('Content-Type'), 'text/plain; charset=utf-8')
    })
  }

  for (const range of UNSATISFIABLE) {
    test(`${range} asks for bytes that are not there: 416`, async () => {
      const reply = await site.ask(target, { headers: { Range: range } })
      assert.equal(reply.status, 416)
      assert.equal(reply.get('Content-Range'), 'bytes */10')
      assert.equal(reply.body.length, 0)
      assert.equal(reply.get('Content-Type'), undefined)
      assert.equal(reply.get('Content-Disposition'), undefined)
    })
  }

  for (const range of IGNORED) {
    test(`${JSON.stringify(range)} is no range that could be honoured: the whole file`, async () => {
      const reply = await site.ask(target, { headers: { Range: range } })
      assert.equal(reply.status, 200)
      assert.equal(reply.body.toString(), DIGITS)
      assert.equal(reply.get('Content-Length'), '10')
      assert.equal(reply.get('Content-Range'), undefined)
    })
  }

  for (const [range, ...parts] of SEVERAL) {
    test(`${range} gets ${parts.length} parts, in this order`, async () => {
      const reply = await site.ask(target, { headers: { Range: range } })
      assert.equal(reply.status, 206)
      assert.equal(reply.get('Content-Range'), undefined)
      assert.equal(reply.get('Content-Length'), String(reply.body.length))
      assert.deepEqual(
        parseMultipart(reply).map((part) => ({ ...part, bytes: part.bytes.toString() })),
        parts.map(([start, end]) => ({
          contentType: 'text/plain; charset=utf-8',
          contentRange: `bytes ${start}-${end}/10`,
          bytes: DIGITS.slice(start, end + 1),
        })),
      )
    })
  }

  test('two multipart replies have two boundaries', async () => {
    const ask = { headers: { Range: 'bytes=0-0,2-2' } }
    const [one, other] = [await site.ask(target, ask), await site.ask(target, ask)]
    assert.notEqual(one.get('Content-Type'), other.get('Content-Type'))
  })

  for (const range of ['bytes=0-1', 'bytes=0-1,4-5', 'bytes=99-', 'nonsense']) {
    test(`HEAD leaves ${range} aside`, async () => {
      const reply = await site.ask(target, { method: 'HEAD', headers: { Range: range } })
      assert.equal(reply.status, 200)
      assert.equal(reply.get('Content-Length'), '10')
      assert.equal(reply.get('Content-Range'), undefined)
      assert.equal(reply.body.length, 0)
    })
  }

  test('the reply says that ranges are served', async () => {
    assert.equal((await site.ask(target)).get('Accept-Ranges'), 'bytes')
    assert.equal((await site.ask(target, { method: 'HEAD' })).get('Accept-Ranges'), 'bytes')
  })

  test('a client that resumes gets the file in the end', async () => {
    let received = ''
    while (received.length < 10) {
      const reply = await site.ask(target, { headers: { Range: `bytes=${received.length}-${received.length + 2}` } })
      assert.equal(reply.status, 206)
      received += reply.body.toString()
    }
    assert.equal(received, DIGITS)
  })
}

/** A client of HTTP/2 that sends such a thing is not to be had. */
function rangeLines(site: UsedSite, { target }: Source): void {
  test('two Range lines are no range', async () => {
    const reply = await site.ask(target, {
      headers: [
        ['Range', 'bytes=0-1'],
        ['Range', 'bytes=3-4'],
      ],
    })
    assert.equal(reply.status, 200)
    assert.equal(reply.body.toString(), DIGITS)
  })
}

function rangesOfOtherFiles(site: UsedSite): void {
  for (const range of ['bytes=0-', 'bytes=0-0', 'bytes=-1', 'bytes=-0', 'bytes=5-', 'bytes=0-0,1-1', 'nonsense']) {
    test(`${range} of an empty file is the empty file`, async () => {
      const reply = await site.ask('/files/empty.txt', { headers: { Range: range } })
      assert.equal(reply.status, 200)
      assert.equal(reply.get('Content-Length'), '0')
      assert.equal(reply.get('Content-Range'), undefined)
      assert.equal(reply.body.length, 0)
    })
  }

  for (const range of ['bytes=0-0', 'bytes=0-', 'bytes=-1', 'bytes=-2', 'bytes=0-5']) {
    test(`${range} of a file of one byte is that byte`, async () => {
      const reply = await site.ask('/files/one.txt', { headers: { Range: range } })
      assert.equal(reply.status, 206)
      assert.equal(reply.get('Content-Range'), 'bytes 0-0/1')
      assert.equal(reply.body.toString(), '1')
    })
  }

  for (const [start, end] of EDGES) {
    test(`bytes=${start}-${end} of a megabyte are the right ones`, async () => {
      const reply = await site.ask('/files/big.bin', { headers: { Range: `bytes=${start}-${end}` } })
      assert.equal(reply.status, 206)
      assert.equal(reply.get('Content-Length'), String(end - start + 1))
      assert.ok(reply.body.equals(BIG.subarray(start, end + 1)), 'The bytes differ.')
      assert.ok(reply.isComplete, 'The body is not whole.')
    })
  }

  test('parts of a megabyte are the right ones', async () => {
    const reply = await site.ask('/files/big.bin', { headers: { Range: 'bytes=0-299999,400000-400000,-300000' } })
    assert.equal(reply.status, 206)
    const parts = parseMultipart(reply)
    assert.deepEqual(
      parts.map(({ contentRange }) => contentRange),
      ['bytes 0-299999/1048576', 'bytes 400000-400000/1048576', 'bytes 748576-1048575/1048576'],
    )
    assert.ok(
      Buffer.concat([BIG.subarray(0, 300_000), BIG.subarray(400_000, 400_001), BIG.subarray(748_576)]).equals(
        Buffer.concat(parts.map(({ bytes }) => bytes)),
      ),
      'The bytes differ.',
    )
  })

  test('a range of a missing file is a 404', async () => {
    assert.equal((await site.ask('/files/missing.txt', { headers: { Range: 'bytes=0-1' } })).status, 404)
  })

  for (const [title, separator, count] of [
    ['small ranges', (index: number) => `${index * 2}-${index * 2}`, 1500],
    ['the same range', () => '0-0', 3500],
    ['suffixes', () => '-1', 3500],
    ['ranges up to the end', (index: number) => `${index}-`, 2000],
    ['ranges beyond the end', () => '9999999-', 1500],
    ['empty list elements', () => '', 14_000],
  ] as const) {
    test(`${count} times ${title} cost no more than the file`, async () => {
      const range = `bytes=${Array.from({ length: count }, (_, index) => separator(index)).join(',')}`
      assert.ok(range.length < 16_000, `${range.length} characters`)
      for (const file of ['digits.txt', 'big.bin']) {
        const size = file === 'big.bin' ? BIG.length : DIGITS.length
        const reply = await site.ask(`/files/${file}`, { headers: { Range: range } })
        assert.ok([200, 206, 416].includes(reply.status), `Status ${reply.status}`)
        assert.ok(reply.body.length <= Math.max(size, 4096), `${reply.body.length} bytes`)
        assert.ok(reply.isComplete, 'The body is not whole.')
      }
    })
  }
}

const SATISFIABLE: readonly (readonly [range: string, start: number, end: number])[] = [
  ['bytes=0-0', 0, 0],
  ['bytes=0-4', 0, 4],
  ['bytes=3-5', 3, 5],
  ['bytes=9-9', 9, 9],
  ['bytes=0-9', 0, 9],
  ['bytes=0-', 0, 9],
  ['bytes=5-', 5, 9],
  ['bytes=9-', 9, 9],
  ['bytes=0-10', 0, 9],
  ['bytes=9-10', 9, 9],
  ['bytes=0-99999', 0, 9],
  ['bytes=0-9007199254740991', 0, 9],
  ['bytes=0-9007199254740993', 0, 9],
  ['bytes=5-18446744073709551615', 5, 9],
  ['bytes=5-18446744073709551616', 5, 9],
  ['bytes=5-99999999999999999999999999999999999999', 5, 9],
  ['bytes=-1', 9, 9],
  ['bytes=-3', 7, 9],
  ['bytes=-9', 1, 9],
  ['bytes=-10', 0, 9],
  ['bytes=-11', 0, 9],
  ['bytes=-500', 0, 9],
  ['bytes=-9223372036854775808', 0, 9],
  ['bytes=-18446744073709551617', 0, 9],
  ['bytes=-99999999999999999999999999999999999999', 0, 9],
  ['bytes=00-01', 0, 1],
  ['bytes=0000000000000000000003-0000000000000000000004', 3, 4],
  ['bytes=-003', 7, 9],
  ['BYTES=0-1', 0, 1],
  ['Bytes=0-1', 0, 1],
  ['bytes=0-1,', 0, 1],
  ['bytes=,0-1', 0, 1],
  ['bytes=, ,2-3, ,', 2, 3],
  ['bytes=2-3,10-', 2, 3],
  ['bytes=10-20,2-3', 2, 3],
  ['bytes=-0,2-3', 2, 3],
  ['bytes=10-,11-,2-3,12-', 2, 3],
]

const UNSATISFIABLE: readonly string[] = [
  'bytes=10-',
  'bytes=10-10',
  'bytes=10-20',
  'bytes=99-',
  'bytes=-0',
  'bytes=-00',
  'bytes=9007199254740992-',
  'bytes=9007199254740993-9007199254740994',
  'bytes=18446744073709551616-18446744073709551617',
  'bytes=99999999999999999999999999999999999999-',
  'bytes=10-,11-',
  'bytes=-0,10-',
  'bytes=-0,-0',
  'bytes=10-20,30-40,50-',
]

const IGNORED: readonly string[] = [
  'bytes',
  'bytes=',
  'bytes=-',
  'bytes=,',
  'bytes=, ,',
  'bytes=--1',
  'bytes=-1-',
  'bytes=1--',
  'bytes=--',
  'bytes=0',
  'bytes=a-b',
  'bytes=0-a',
  'bytes=a-1',
  'bytes=1-0',
  'bytes=5-2',
  'bytes=10-5',
  'bytes=99999999999999999999-9',
  'bytes=0-1-2',
  'bytes=0x0-0x1',
  'bytes=1.0-2',
  'bytes=1e0-2',
  'bytes=+0-1',
  'bytes=0-+1',
  'bytes=- 1',
  'bytes=0 -1',
  'bytes=0- 1',
  'bytes=0-1 2-3',
  'bytes 0-1',
  'bytes:0-1',
  'bytes==0-1',
  'bytes =0-1',
  'bytes=0-1;2-3',
  'bytes=0-0,x',
  'bytes=0-0,5-2',
  'bytes=0-0,--',
  'bytes=0-0, bytes=2-3',
  'bytes=²-³',
  'bytes=NaN-NaN',
  'bytes=Infinity-',
  'bytes=0-Infinity',
  'bytes=-Infinity',
  'bytes=null-',
  'bytes=undefined-undefined',
  'bytes=0-1\t2',
  'bytes=*',
  'bytes=0-*',
  'bytes=*/10',
  'bytes 0-1/10',
  '=0-1',
  '0-1',
  'items=0-1',
  'seconds=0-1',
  'none',
  'none=0-1',
  'byte=0-1',
  'bytesx=0-1',
  'xbytes=0-1',
  'bits=0-1',
  // More than the whole, by overlapping: a request for that is no honest one.
  'bytes=0-,0-',
  'bytes=0-9,0-0',
  'bytes=0-5,4-9',
  'bytes=-9,-9',
  'bytes=0-,1-,2-,3-,4-',
  'bytes=0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0,0-0',
]

const SEVERAL: readonly (readonly [range: string, ...parts: (readonly [start: number, end: number])[]])[] = [
  ['bytes=0-0,9-9', [0, 0], [9, 9]],
  ['bytes=0-1,5-6', [0, 1], [5, 6]],
  ['bytes=5-6,0-1', [5, 6], [0, 1]],
  ['bytes=0-0,-1', [0, 0], [9, 9]],
  ['bytes=-1,0-0', [9, 9], [0, 0]],
  ['bytes=0-1,7-', [0, 1], [7, 9]],
  ['bytes=0-1, 3-4 ,6-7', [0, 1], [3, 4], [6, 7]],
  ['bytes=0-1\t,\t3-4', [0, 1], [3, 4]],
  ['bytes=0-1,,3-4,', [0, 1], [3, 4]],
  ['bytes=0-1,2-3', [0, 1], [2, 3]],
  ['bytes=0-4,5-9', [0, 4], [5, 9]],
  ['bytes=0-0,0-0', [0, 0], [0, 0]],
  ['bytes=0-3,2-5', [0, 3], [2, 5]],
  ['bytes=0-1,5-6,99-', [0, 1], [5, 6]],
  ['bytes=99-,0-1,-0,5-600', [0, 1], [5, 9]],
  [
    'bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7,8-8,9-9',
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 4],
    [5, 5],
    [6, 6],
    [7, 7],
    [8, 8],
    [9, 9],
  ],
]

/** Around the sizes in which files are read and sockets written. */
const EDGES: readonly (readonly [start: number, end: number])[] = [
  [0, 16_383],
  [0, 65_535],
  [65_535, 65_536],
  [262_143, 262_143],
  [262_143, 262_144],
  [262_144, 524_287],
  [1, 1_048_575],
  [524_287, 1_048_575],
  [1_048_575, 1_048_575],
]
