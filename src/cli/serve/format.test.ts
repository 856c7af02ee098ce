import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatBytes, visible } from './format.js'

test('bytes are written with two digits that count, or three', () => {
  const written = [0, 1, 999, 1000, 1949, 9949, 9950, 123_456, 5_000_000_000, 2e15, 3e19].map(formatBytes)
  assert.deepEqual(written, [
    '0 B',
    '1 B',
    '999 B',
    '1.0 kB',
    '1.9 kB',
    '9.9 kB',
    '10 kB',
    '123 kB',
    '5.0 GB',
    '2.0 PB',
    '30000 PB',
  ])
})

test('a name keeps its letters, and nothing that moves a cursor or turns the text around', () => {
  assert.equal(visible('über 日本語 👩‍💻 "a".txt'), 'über 日本語 👩‍💻 "a".txt')
  assert.equal(visible('a\nb\x1b[2J\x9b\x7f'), 'a\\u{a}b\\u{1b}[2J\\u{9b}\\u{7f}')
  assert.equal(visible('gpj.\u202Eexe\u2028\u2066\uFEFF\uD800'), 'gpj.\\u{202e}exe\\u{2028}\\u{2066}\\u{feff}\\u{d800}')
})
