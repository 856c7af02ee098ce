import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { properties } from './all.js'
import { divide, planOf } from './plan.js'
import { Failure, property, regressionsOf } from './property.js'

const small = { id: 'small', says: 'every number is below 10', share: 1, cases: fc.nat(1000) }
const isBelowTen = (value: number) => assert.ok(value < 10, `${value} is not`)

for (const isAsync of [false, true]) {
  test(`a property that does not hold tells seed, path and the smallest case${isAsync ? ', when it is a promise' : ''}`, async () => {
    const check = isAsync ? async (value: number) => isBelowTen(value) : isBelowTen
    const wrong = property({ ...small, isAsync, check })
    const failure = await failureOf(() => wrong.run({ runs: 1000, seed: 7 }))
    assert.match(failure.message, /^small does not hold: case \d+, made smaller \d+ times\.\n {2}seed 7, path [\d:]+\n/)
    assert.match(failure.message, /regressions\/small\.json: {"why":"","case":10}\n {2}10 is not$/)
    const path = /--path ([\d:]+)/.exec(failure.message)?.[1]
    let checked = 0
    const again = await failureOf(() => wrong.run({ runs: 1000, seed: 7, path, onCase: () => (checked += 1) }))
    assert.match(again.message, /"case":10}/)
    assert.ok(checked < 20, `${checked} cases to see one again`)
    await assert.rejects(wrong.replay(10), /10 is not/)
    await wrong.replay(9)
  })
}

test('the same seed makes the same cases', async () => {
  const seen: number[][] = [[], [], []]
  for (const [at, seed] of [5, 5, 6].entries()) {
    const watching = property({ ...small, check: (value) => void seen[at]?.push(value) })
    await watching.run({ runs: 50, seed })
  }
  assert.deepEqual(seen[0], seen[1])
  assert.notDeepEqual(seen[0], seen[2])
})

test('the environment says how many cases are run, and from which seed; nonsense is refused', () => {
  assert.deepEqual(planOf({ FUZZ_RUNS: '1_000', FUZZ_SEED: '0' }, 5), { runs: 1000, seed: 0 })
  assert.equal(planOf({}, 5).runs, 5)
  for (const FUZZ_RUNS of ['0', '-1', '1.5', 'many', '1e400'])
    assert.throws(() => planOf({ FUZZ_RUNS }, 5), /FUZZ_RUNS must be/)
})

test('cases are divided by share, and none gets nothing', () => {
  const [a, b] = [{ share: 1 }, { share: 999 }]
  assert.deepEqual(
    [...divide([a, b], 100)],
    [
      [a, 1],
      [b, 100],
    ],
  )
})

test('each property has a name of its own, and each case that was kept has a reason', () => {
  assert.equal(new Set(properties.map(({ id }) => id)).size, properties.length)
  for (const each of properties) {
    for (const { why } of regressionsOf(each)) assert.ok(why.length > 10, `${each.id}: a case has no reason`)
  }
})

async function failureOf(work: () => Promise<void>): Promise<Failure> {
  try {
    await work()
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  return assert.fail('it held')
}
