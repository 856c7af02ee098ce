import assert from 'node:assert/strict'
import { test } from 'node:test'
import { did, figures, measurement } from './example.js'
import { cpu, median, perSecond, ratioOf, roundsOf } from './figures.js'

test('a median is the middle, or between the two middle ones', () => {
  assert.equal(median([9, 1, 5]), 5)
  assert.equal(median([4, 1, 2, 9]), 3)
  assert.ok(Number.isNaN(median([])), 'nothing has no median')
})

test('ratios are taken round by round, so that a slow round cancels out', () => {
  const ours = [measurement(300, 1), measurement(30, 1), measurement(310, 1)]
  const others = [measurement(100, 1), measurement(10, 1), measurement(100, 1)]
  assert.equal(ratioOf(ours, others, perSecond), 3)
})

test('CPU of several processes is one sum', () => {
  assert.equal(cpu(measurement(1, 0, { cpu: { node: 80, nginx: 35 } })), 115)
})

test('a contender that failed once has no figures', () => {
  const run = figures({ '1-KiB': [did('send', measurement(1, 1), null), did('sirv', measurement(1, 1))] })
  assert.equal(roundsOf(run, '1-KiB', 'send'), undefined)
  assert.equal(roundsOf(run, '1-KiB', 'sirv')?.length, 1)
  assert.equal(roundsOf(run, '64-KiB', 'sirv'), undefined)
})

test('a contender that refused to do the work has none either', () => {
  const run = figures({ '304': [{ name: 'koa-send', fault: 'gives no ETag', rounds: [], failures: [] }] })
  assert.equal(roundsOf(run, '304', 'koa-send'), undefined)
})
