import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FreshBuffers } from './fresh-buffers.js'

test('no more buffers are on their way than there are', () => {
  const { buffers, taken } = exhausted()
  assert.ok(taken.length * (taken[0]?.length ?? 0) <= 32 * 1024 * 1024, `${taken.length} buffers`)
  buffers.give(taken[0] as Buffer)
  assert.ok(buffers.take() !== undefined, 'Nothing came back.')
  assert.equal(buffers.take(), undefined)
})

test('memory that was given out is never given out again', () => {
  const { buffers, taken } = exhausted()
  for (const buffer of taken) buffers.give(buffer)
  const memory = new Set(taken.map(({ buffer }) => buffer))
  for (let index = 0; index < taken.length; index++) {
    const { buffer } = buffers.take() as Buffer
    assert.equal(memory.has(buffer), false)
  }
})

test('a buffer that is given back twice counts once', () => {
  const { buffers, taken } = exhausted()
  buffers.give(taken[0] as Buffer)
  buffers.give(taken[0] as Buffer)
  assert.ok(buffers.take() !== undefined, 'Nothing came back.')
  assert.equal(buffers.take(), undefined)
})

function exhausted() {
  const buffers = new FreshBuffers()
  const taken: Buffer[] = []
  for (let next = buffers.take(); next !== undefined; next = buffers.take()) taken.push(next)
  return { buffers, taken }
}
