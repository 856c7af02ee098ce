import assert from 'node:assert/strict'
import { test } from 'node:test'
import { did, figures, measurement } from './example.js'
import { markLines, markTable } from './mark-lines.js'
import { isMet, marksOf } from './marks.js'

const RUN = figures({
  '1-KiB': [
    did('memory', measurement(100, 10)),
    did('downloadview', measurement(75, 12)),
    did('send', measurement(20, 50)),
    did('sirv', measurement(25, 40)),
  ],
  '1-KiB-1': [did('downloadview', measurement(10, 10))],
  '1-KiB-1000': [did('downloadview', measurement(50, 20))],
  '1-MiB': [
    did('downloadview', measurement(10, 100)),
    did('downloadview-js', measurement(8, 400)),
    did('send', measurement(5, 1000)),
    did('nginx', measurement(10, 80)),
  ],
  'x-accel': [did('x-accel-downloadview', measurement(10, 26)), did('x-accel-hand', measurement(10, 20))],
})

const find = (title: string) => {
  const found = marksOf(RUN).find((each) => each.title === title)
  assert.ok(found, `there is a mark "${title}"`)
  return found
}

test('the best peer is the one that leaves us least ahead', () => {
  const { ratio, against } = find('1 KiB: answers/s, to the best peer')
  assert.deepEqual({ ratio, against }, { ratio: 3, against: 'sirv' })
})

test('a mark that is just reached is met', () => {
  assert.equal(isMet(find('1 KiB: answers/s, to the best peer')), true)
  assert.equal(isMet(find('X-Accel-Redirect: CPU to that of a handler by hand')), true)
})

test('a mark that is missed says so', () => {
  assert.equal(isMet(find('1 KiB: answers/s, to the same from memory')), false)
})

test('what was not measured is neither met nor missed', () => {
  assert.equal(isMet(find('64 KiB: answers/s, to the best peer')), undefined)
})

test('CPU is compared so that more is better where the mark says how many times less we take', () => {
  assert.equal(find('1 MiB, plain JavaScript: CPU of send to ours').ratio, 2.5)
  assert.equal(find('1 MiB, zero copy: CPU of send to ours').ratio, 10)
  assert.equal(find('1 MiB, zero copy: our CPU to nginx').ratio, 1.25)
})

test('flat is the dearest to the cheapest', () => {
  assert.equal(find('CPU with 1 to 1,000 connections, dearest to cheapest').ratio, 2)
})

test('one of the works missing, nothing is said to be flat', () => {
  assert.equal(find('CPU of 100,000 files to that of 10').ratio, undefined)
})

test('every mark is shown, but for a part of a run only those that were measured', () => {
  const lines = markLines(marksOf(RUN), { isPart: true })
  assert.match(lines, /1 KiB: answers\/s, to the best peer \(sirv\) +≥ 3 +3\.00 +pass/)
  assert.doesNotMatch(lines, /64 KiB/)
  assert.match(markLines(marksOf(RUN)), /64 KiB: answers\/s, to the best peer +≥ 2\.2 +– +not measured/)
  assert.match(markTable(marksOf(RUN)), /\| 64 KiB: answers\/s, to the best peer \| ≥ 2\.2 \| – \| not measured \|/)
})

test('without any figures there is nothing to print', () => {
  assert.equal(markLines(marksOf({ works: [] }), { isPart: true }), '')
})
