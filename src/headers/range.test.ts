import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRange, rangeLength } from './range.js'

const ENORMOUS = '9'.repeat(400)

test('one range is cut to the file', () => {
  for (const [header, start, end] of [
    ['bytes=0-0', 0, 0],
    ['bytes=0-4', 0, 4],
    ['bytes=9-9', 9, 9],
    ['bytes=3-', 3, 9],
    ['bytes=0-', 0, 9],
    ['bytes=0-9', 0, 9],
    ['bytes=0-10', 0, 9],
    ['bytes=-3', 7, 9],
    ['bytes=-10', 0, 9],
    ['bytes=-500', 0, 9],
    ['bytes=00-04', 0, 4],
    ['BYTES=0-4', 0, 4],
    ['Bytes=0-4', 0, 4],
    ['bytes= 0-4', 0, 4],
    ['bytes=\t0-4 ', 0, 4],
    ['bytes=,0-4', 0, 4],
    ['bytes=0-4,', 0, 4],
    ['bytes=, ,\t, 0-4 , ,', 0, 4],
    ['bytes=5-9007199254740992', 5, 9],
    ['bytes=5-18446744073709551616', 5, 9],
    [`bytes=5-${ENORMOUS}`, 5, 9],
    [`bytes=-${ENORMOUS}`, 0, 9],
    ['bytes=-9007199254740993', 0, 9],
    [`bytes=${'0'.repeat(400)}3-${'0'.repeat(400)}5`, 3, 5],
  ] as const) {
    assert.deepEqual(parseRange(header, 10), [{ start, end }], header)
  }
})

test('several ranges keep the order in which they were asked for, and those outside are dropped', () => {
  for (const { header, ranges } of [
    {
      header: 'bytes=0-1,5-6',
      ranges: [
        [0, 1],
        [5, 6],
      ],
    },
    {
      header: 'bytes=5-6, 0-1',
      ranges: [
        [5, 6],
        [0, 1],
      ],
    },
    {
      header: 'bytes=-2 , 0-0',
      ranges: [
        [8, 9],
        [0, 0],
      ],
    },
    {
      header: 'bytes=0-0,,2-2',
      ranges: [
        [0, 0],
        [2, 2],
      ],
    },
    {
      header: 'bytes=0-0,10-11,2-2',
      ranges: [
        [0, 0],
        [2, 2],
      ],
    },
    { header: 'bytes=100-,4-5', ranges: [[4, 5]] },
    { header: 'bytes=-0,4-5', ranges: [[4, 5]] },
    {
      header: 'bytes=0-3,2-5',
      ranges: [
        [0, 3],
        [2, 5],
      ],
    },
    {
      header: 'bytes=0-4,0-4',
      ranges: [
        [0, 4],
        [0, 4],
      ],
    },
    {
      header: 'bytes=0-4,5-',
      ranges: [
        [0, 4],
        [5, 9],
      ],
    },
  ] as const) {
    assert.deepEqual(
      parseRange(header, 10),
      ranges.map(([start, end]) => ({ start, end })),
      header,
    )
  }
})

test('bytes that the file does not have cannot be sent', () => {
  for (const header of [
    'bytes=10-',
    'bytes=10-10',
    'bytes=10-20,30-',
    'bytes=-0',
    'bytes=-00',
    'bytes=9007199254740992-',
    'bytes=9007199254740993-9007199254740993',
    'bytes=18446744073709551615-18446744073709551616',
    `bytes=${ENORMOUS}-`,
    `bytes=${ENORMOUS}-${ENORMOUS}`,
  ]) {
    assert.equal(parseRange(header, 10), 'unsatisfiable', header)
  }
})

test('a header that is none of ours or malformed is ignored', () => {
  for (const header of [
    undefined,
    null,
    '',
    'bytes',
    'bytes=',
    'bytes=,',
    'bytes= , ,',
    'bytes=-',
    'bytes=--1',
    'bytes=-1-2',
    'bytes=-1--2',
    'bytes=1',
    'bytes=1-2-3',
    'bytes=5-2',
    'bytes=0-1,5-2',
    'bytes=0-1,x',
    'bytes=0-1;5-6',
    'bytes=0-1 5-6',
    'bytes=0 -1',
    'bytes=0- 1',
    'bytes=0-1x',
    'bytes=0-1\n',
    'bytes=0-1,\u00a02-3',
    'bytes=+0-1',
    'bytes=0x0-0x1',
    'bytes=1e0-2',
    'bytes=0.0-1',
    'bytes=\u0660-\u0661',
    'bytes =0-1',
    ' bytes=0-1',
    'bytes:0-1',
    'bytes 0-1/10',
    'items=0-1',
    'octets=0-1',
    'xbytes=0-1',
    'bytes=bytes=0-1',
    // Too large for a number of ours: the end still lies before the start.
    'bytes=9007199254740993-9007199254740992',
    `bytes=${ENORMOUS}-${ENORMOUS.slice(1)}`,
    `bytes=0-0,${ENORMOUS}-1${'0'.repeat(399)}`,
  ]) {
    assert.equal(parseRange(header, 10), undefined, String(header))
  }
})

test('ranges that together ask for more than the file are ignored', () => {
  for (const header of ['bytes=0-,0-', 'bytes=0-9,0-0', 'bytes=0-5,4-9', 'bytes=-10,-1', 'bytes=0-,x']) {
    assert.equal(parseRange(header, 10), undefined, header)
  }
  assert.equal(parseRange(`bytes=${'0-,'.repeat(10_000)}`, 1_000_000), undefined)
})

test('of an empty file no range is honoured and none is refused', () => {
  for (const header of ['bytes=0-', 'bytes=0-0', 'bytes=-1', 'bytes=-0', 'bytes=5-', 'bytes=x', undefined]) {
    assert.equal(parseRange(header, 0), undefined)
  }
})

test('the last bytes of the largest file are found to the byte', () => {
  const size = Number.MAX_SAFE_INTEGER
  assert.deepEqual(parseRange('bytes=-1', size), [{ start: size - 1, end: size - 1 }])
  assert.deepEqual(parseRange(`bytes=${size - 1}-${ENORMOUS}`, size), [{ start: size - 1, end: size - 1 }])
  assert.equal(parseRange(`bytes=${size}-`, size), 'unsatisfiable')
})

test('a range has as many bytes as it names positions', () => {
  assert.equal(rangeLength({ start: 0, end: 0 }), 1)
  assert.equal(rangeLength({ start: 3, end: 9 }), 7)
})

test('bounds of many digits are compared by their value, zeros before them aside', () => {
  assert.equal(parseRange(`bytes=${ENORMOUS}-1`, 10), undefined)
  assert.equal(parseRange('bytes=0010-9', 10), undefined)
  assert.equal(parseRange(`bytes=1${ENORMOUS}-${ENORMOUS}`, 10), undefined)
  assert.deepEqual(parseRange('bytes=9-0009', 10), [{ start: 9, end: 9 }])
  assert.deepEqual(parseRange(`bytes=00-${'0'.repeat(400)}1`, 10), [{ start: 0, end: 1 }])
  assert.equal(parseRange(`bytes=${ENORMOUS}-${ENORMOUS}`, 10), 'unsatisfiable')
})
