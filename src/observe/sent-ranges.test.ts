import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sentRanges } from './sent-ranges.js'

test('one range is read from the reply', () => {
  assert.deepEqual(sentRanges('bytes 5-9/100', undefined, 'bytes=5-9'), { ranges: [{ start: 5, end: 9 }], size: 100 })
})

test('several ranges of a local file are those that are sent', () => {
  const parts = [Buffer.from('head'), { start: 95, end: 99 }, Buffer.from('tail')]
  assert.deepEqual(sentRanges(null, parts, 'bytes=-5,500-'), { ranges: [{ start: 95, end: 99 }] })
})

test('several ranges of a file elsewhere are those that were asked for with both ends', () => {
  assert.deepEqual(sentRanges(null, undefined, 'bytes=0-1, 5-9,-3,20-'), {
    ranges: [
      { start: 0, end: 1 },
      { start: 5, end: 9 },
    ],
  })
})
