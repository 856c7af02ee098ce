import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ByteRange, parseRange, rangeLength } from './range.js'

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

test('every header is read as a slow reader of RFC 9110 reads it', () => {
  const bound = fc.oneof(
    fc.nat(25).map(String),
    fc.constantFrom('', '0', '00', '007', '9007199254740992', '9007199254740993', ENORMOUS, '-1', 'x'),
  )
  const blank = fc.constantFrom('', '', '', ' ', '\t', ' \t ', '\u00a0')
  const spec = fc.tuple(blank, bound, fc.constantFrom('-', '-', '-', '-', '', '--', ' - '), bound, blank)
  const set = fc.array(fc.oneof({ weight: 5, arbitrary: spec.map((parts) => parts.join('')) }, blank), { maxLength: 5 })
  const unit = fc.constantFrom('bytes=', 'bytes=', 'bytes=', 'bytes=', 'BYTES=', 'byte=', 'bytes', ' bytes=')
  const header = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(unit, set).map(([unit, specs]) => unit + specs.join(',')) },
    fc.string({ unit: fc.constantFrom(...'bytes=0123456789-,, ') }).map((text) => `bytes=${text}`),
    fc.string(),
  )
  fc.assert(
    fc.property(header, fc.nat(20), (header, size) => {
      assert.deepEqual(parseRange(header, size), slowly(header, size))
    }),
    { numRuns: 20_000 },
  )
})

/** Asks each byte of the file whether it is meant. */
function slowly(header: string, size: number): readonly ByteRange[] | 'unsatisfiable' | undefined {
  const [unit, ...values] = header.split('=')
  if (unit?.toLowerCase() !== 'bytes' || values.length !== 1 || size === 0) return undefined
  const elements = (values[0] as string)
    .split(',')
    .map(withoutBlanks)
    .filter((element) => element !== '')
  if (elements.length === 0 || !elements.every(isValid)) return undefined
  const positions = Array.from({ length: size }, (_, position) => position)
  const chosen = elements.map((element) => positions.filter((position) => isMeant(element, BigInt(position), size)))
  if (chosen.flat().length > size) return undefined
  const ranges = chosen.filter((each) => each.length > 0).map((each) => ({ start: each[0], end: each.at(-1) }))
  return ranges.length === 0 ? 'unsatisfiable' : (ranges as ByteRange[])
}

/** OWS of RFC 9110, 5.6.3: blanks and tabs, nothing else. */
function withoutBlanks(text: string): string {
  let [start, end] = [0, text.length]
  while (' \t'.includes(text[start] ?? 'x')) start += 1
  while (end > start && ' \t'.includes(text[end - 1] as string)) end -= 1
  return text.slice(start, end)
}

function isValid(element: string): boolean {
  const [first = '', last, ...more] = element.split('-')
  if (last === undefined || more.length > 0 || ![...first, ...last].every((digit) => '0123456789'.includes(digit))) {
    return false
  }
  return first === '' ? last !== '' : last === '' || BigInt(first) <= BigInt(last)
}

function isMeant(element: string, position: bigint, size: number): boolean {
  const [first = '', last = ''] = element.split('-')
  if (first === '') return position >= BigInt(size) - BigInt(last)
  return position >= BigInt(first) && (last === '' || position <= BigInt(last))
}
