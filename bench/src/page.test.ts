import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawChart } from './chart.js'
import { did, figures, measurement } from './example.js'
import { replaceFigures, writePage } from './page.js'
import { merged } from './page-files.js'

const RUN = figures({
  '1-KiB': [did('downloadview', measurement(300, 10)), did('send', measurement(100, 40)), did('sirv', null)],
  '64-KiB': [did('downloadview', measurement(90, 10)), did('send', measurement(30, 20))],
})

test('only what is between the comments is written anew', () => {
  const page = 'before\n<!-- figures: written by npm run bench -->\nold\n<!-- end of figures -->\nafter\n'
  const once = replaceFigures(page, 'new')
  assert.equal(once, 'before\n<!-- figures: written by npm run bench -->\nnew\n<!-- end of figures -->\nafter\n')
  assert.equal(replaceFigures(once, 'new'), once)
})

test('a page without the comments is refused', () => {
  assert.throws(() => replaceFigures('# Page\n', 'new'), /needs the lines/)
})

test('servers are side by side; who failed has a dash, who took no part nothing', () => {
  const text = writePage(RUN)
  assert.match(text, /\| downloadview \| 3\.00 \| 3\.00 \|/)
  assert.match(text, /\| sirv \| – \| {2}\|/)
  assert.doesNotMatch(text, /\| koa-send \|/)
})

test('a page tells the machine and the rounds', () => {
  assert.match(writePage(RUN), /2026-01-31, 2 cores of Example, .*Node 20\.0\.0\. 3 rounds of 2 s\./)
})

test('a run of too few rounds is called one', () => {
  assert.doesNotMatch(writePage(RUN), /trial run/)
  assert.match(writePage({ ...RUN, rounds: 1 }), /1 round of 2 s\. \*\*That is a trial run/)
})

test('works that are run anew take the place of the old ones', () => {
  const anew = { ...figures({ '1-KiB': [did('send', measurement(7, 7))] }), date: '2026-02-01' }
  const { date, works } = merged(RUN, anew)
  assert.equal(date, '2026-02-01')
  assert.deepEqual(
    works.map(({ name }) => name),
    ['1-KiB', '64-KiB'],
  )
  assert.equal(works[0]?.contenders.length, 1)
})

test('a bar is as long as its ratio, with its number beside it', () => {
  const chart = drawChart(RUN)
  const bars = [...chart.matchAll(/<rect class="(\w+)"[^>]* width="([\d.]+)"/g)].map(([, kind, width]) => [kind, width])
  const [ours, send] = bars
  assert.deepEqual([ours?.[0], send?.[0]], ['ours', 'peer'])
  assert.equal((Number(ours?.[1]) / Number(send?.[1])).toFixed(1), '3.0')
  assert.match(chart, />3\.00<\/text>/)
})

test('a chart shows no server that failed, and no panel without bars', () => {
  const chart = drawChart(RUN)
  assert.doesNotMatch(chart, /sirv/)
  assert.equal(chart.match(/class="work"/g)?.length, 2)
})

test('a chart says what it shows', () => {
  assert.match(drawChart(RUN), /send = 1/)
  assert.match(drawChart(RUN), /answers\/s, more is better/)
})
