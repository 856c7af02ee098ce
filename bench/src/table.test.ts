import assert from 'node:assert/strict'
import { test } from 'node:test'
import { did, figures, measurement } from './example.js'
import { failureLines } from './failures.js'
import { aligned, markdown, rowsOf, short } from './table.js'

const RUN = figures({
  '1-KiB': [
    did('send', measurement(100, 50), measurement(90, 50)),
    did('nginx-x-accel-hand', measurement(200, 0, { cpu: { node: 20, nginx: 5 } })),
    did('sirv', measurement(1, 1), null),
    { name: 'koa-send', fault: 'gives no ETag', rounds: [], failures: [] },
  ],
})
const [WORK] = RUN.works
assert.ok(WORK, 'there is a work')
const ROWS = rowsOf(WORK, 'send')

test('a row has figures and ratios', () => {
  assert.deepEqual(ROWS[1], ['send', '95.0', '1.00', '50.0', '1.00', '1.00', '2.00'])
})

test('where two processes work together, each is told as well', () => {
  const [title, rate, ratio, cpu, cost] = ROWS[2] ?? []
  assert.deepEqual(
    [title, rate, ratio, cpu, cost],
    ['by hand behind nginx, X-Accel', '200', '2.00', '25.0 (node 20.0, nginx 5.00)', '0.50'],
  )
})

test('who failed, or does not do the work, is there with the reason', () => {
  assert.deepEqual(ROWS[3], ['sirv', 'failed: 1 × status'])
  assert.deepEqual(ROWS[4], ['koa-send', 'gives no ETag'])
  assert.equal(
    failureLines(RUN),
    '  1 KiB, 32 connections: sirv failed: 1 × status\n  1 KiB, 32 connections: koa-send gives no ETag',
  )
})

test('without the reference there are no ratios', () => {
  assert.equal(rowsOf(WORK, 'srvx')[1]?.[2], '–')
})

test('a page has as many cells in every row', () => {
  const lines = markdown(ROWS).split('\n')
  assert.equal(lines.length, 6)
  assert.deepEqual(new Set(lines.map((line) => line.split('|').length)), new Set([9]))
})

test('columns of a terminal are aligned, and a reason takes what it needs', () => {
  const lines = aligned(ROWS).split('\n')
  assert.equal(lines[0]?.length, lines[1]?.length)
  assert.match(lines[4] ?? '', /koa-send +gives no ETag$/)
})

test('numbers have as many digits as people read', () => {
  assert.deepEqual([78783.7, 123.4, 12.34, 0.123].map(short), ['78,784', '123', '12.3', '0.12'])
})
