import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contentRange, frameRanges, type MultipartRanges } from './multipart.js'
import type { ByteRange } from './range.js'

test('a body of two ranges is what RFC 9110 shows', () => {
  const framed = frameRanges(
    [
      { start: 0, end: 1 },
      { start: 5, end: 7 },
    ],
    10,
    'text/plain; charset=utf-8',
  )
  const boundary = boundaryOf(framed)
  assert.equal(
    latin1(bodyOf(framed, Buffer.from('0123456789'))),
    [
      `--${boundary}`,
      'Content-Type: text/plain; charset=utf-8',
      'Content-Range: bytes 0-1/10',
      '',
      '01',
      `--${boundary}`,
      'Content-Type: text/plain; charset=utf-8',
      'Content-Range: bytes 5-7/10',
      '',
      '567',
      `--${boundary}--`,
      '',
    ].join('\r\n'),
  )
})

test('every body is exactly as long as announced, and reads back as the ranges that went in', () => {
  const file = fc.uint8Array({ minLength: 1, maxLength: 200 })
  const places = fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(file, places, (file, places) => {
      const ranges = places.map(([a, b]) => rangeBetween(a % file.length, b % file.length))
      const framed = frameRanges(ranges, file.length, 'application/octet-stream')
      const body = bodyOf(framed, file)
      assert.equal(body.length, framed.contentLength)
      assert.deepEqual(
        partsOf(body, boundaryOf(framed)),
        ranges.map(({ start, end }) => ({
          'content-type': 'application/octet-stream',
          'content-range': `bytes ${start}-${end}/${file.length}`,
          bytes: latin1(file.subarray(start, end + 1)),
        })),
      )
    }),
    { numRuns: 1000 },
  )
})

test('the boundary differs each time and needs no quotes', () => {
  const boundaries = Array.from({ length: 1000 }, () => boundaryOf(frameRanges([{ start: 0, end: 0 }], 1, 'a/b')))
  assert.equal(new Set(boundaries).size, 1000)
  for (const boundary of boundaries) assert.match(boundary, /^[\w-]{20,70}$/)
})

test('Content-Range tells the bytes and the size, or for a 416 the size alone', () => {
  assert.equal(contentRange({ start: 0, end: 0 }, 1), 'bytes 0-0/1')
  assert.equal(contentRange({ start: 21010, end: 47021 }, 47022), 'bytes 21010-47021/47022')
  assert.equal(contentRange(undefined, 47022), 'bytes */47022')
  assert.equal(contentRange({ start: 0, end: 2 ** 53 - 2 }, 2 ** 53 - 1), 'bytes 0-9007199254740990/9007199254740991')
})

function rangeBetween(a: number, b: number): ByteRange {
  return { start: Math.min(a, b), end: Math.max(a, b) }
}

function boundaryOf({ contentType }: MultipartRanges): string {
  const [, boundary] = /^multipart\/byteranges; boundary=(.+)$/.exec(contentType) ?? []
  assert.ok(boundary !== undefined, contentType)
  return boundary
}

function bodyOf({ parts, tail }: MultipartRanges, file: Uint8Array): Buffer {
  return Buffer.concat([...parts.flatMap(({ head, range }) => [head, file.subarray(range.start, range.end + 1)]), tail])
}

/** A reader of RFC 2046, 5.1.1. */
function partsOf(body: Uint8Array, boundary: string): Record<string, string>[] {
  const [preamble, ...rest] = `\r\n${latin1(body)}`.split(`\r\n--${boundary}`)
  assert.equal(preamble, '')
  assert.equal(rest.pop(), '--\r\n')
  return rest.map((part) => {
    assert.equal(part.slice(0, 2), '\r\n')
    const end = part.indexOf('\r\n\r\n')
    const fields = part.slice(2, end).split('\r\n')
    const headers = fields.map((field) => field.split(': ') as [string, string])
    return {
      ...Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
      bytes: part.slice(end + 4),
    }
  })
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}
