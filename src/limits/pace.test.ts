import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pace } from './pace.js'

test('the first bytes are due at once, and each next when those before have had their time', () => {
  let now = 5000
  const pace = new Pace(1000, { now: () => now, after: () => () => {} })
  assert.equal(pace.pause, 0)
  pace.spend(500)
  assert.equal(pace.pause, 500)
  now += 200
  assert.equal(pace.pause, 300)
  now += 300
  assert.equal(pace.pause, 0)
})

test('a pause of the client saves up nothing', () => {
  let now = 0
  const pace = new Pace(1000, { now: () => now, after: () => () => {} })
  now = 60_000
  pace.spend(1000)
  assert.equal(pace.pause, 1000)
})
