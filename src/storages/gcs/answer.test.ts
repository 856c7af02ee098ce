import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { etagOf, generationOf, rangeOf, statOfAnswer, statOfObject } from './answer.js'
import type { GcsAnswer } from './service.js'

describe('the number of a version', () => {
  test('is a strong tag, and comes back from it', () => {
    assert.equal(etagOf('1714395240799132'), '"1714395240799132"')
    assert.equal(generationOf('"1714395240799132"'), '1714395240799132')
    assert.equal(generationOf(' W/"17" '), '17')
    assert.equal(etagOf(undefined), undefined)
  })

  test('is in no other tag, and in no list of them', () => {
    for (const tag of [undefined, '', '*', '17', '"abc"', '"17-gzip"', '"17", "18"', '"17', '"-1"', '""']) {
      assert.equal(generationOf(tag), undefined, tag)
    }
  })
})

test('tells of an object what the service tells in JSON', () => {
  const time = '2026-11-22T13:00:00.123Z'
  const object = { size: '10', generation: '17', updated: time, timeCreated: time, contentType: 'text/plain' }
  const date = new Date(time)
  assert.deepEqual(statOfObject(object), {
    size: 10,
    modifiedTime: date,
    createdTime: date,
    etag: '"17"',
    contentType: 'text/plain',
  })
})

test('a size that is no number of bytes is not known', () => {
  for (const size of ['', 'x', '-1', '1.5', '1e3', '9'.repeat(20)]) {
    assert.equal(statOfObject({ size }).size, undefined, size)
    assert.equal(statOfAnswer(answerWith({ 'content-length': size })).size, undefined, size)
  }
})

test('tells of an object that is sent in part what it is as a whole', () => {
  const answer = answerWith({
    'content-length': '3',
    'content-range': 'bytes 2-4/10',
    'last-modified': 'Sun, 22 Nov 2026 13:00:00 GMT',
    'x-goog-generation': '17',
    'content-type': 'text/plain',
    etag: '"another"',
  })
  assert.deepEqual(rangeOf(answer), { start: 2, end: 4, size: 10 })
  assert.deepEqual(statOfAnswer(answer), {
    size: 10,
    modifiedTime: new Date('2026-11-22T13:00:00Z'),
    etag: '"17"',
    contentType: 'text/plain',
  })
})

test('makes up nothing that an answer does not tell', () => {
  const known = Object.values(statOfAnswer(answerWith({}))).filter((value) => value !== undefined)
  assert.deepEqual(known, [])
  assert.equal(rangeOf(answerWith({ 'content-range': 'bytes */10' })), undefined)
})

function answerWith(headers: Record<string, string>): GcsAnswer {
  const body = Object.assign(Readable.from([]), { json: async () => ({}), dump: async () => {} })
  return { header: (name) => headers[name], body }
}
