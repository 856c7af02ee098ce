import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { properties } from '../all.js'
import { property } from '../property.js'
import { Coverage } from './coverage.js'
import { throughNarrowDoors } from './fixtures/narrow-doors.js'
import { GuidedFailure, runGuided } from './run.js'

// Before anything of it runs: what has run already is not counted.
const coverage = new Coverage(new URL('fixtures/', import.meta.url))
const ofLibrary = new Coverage()
after(() => {
  coverage.stop()
  ofLibrary.stop()
})

const doors = property({
  id: 'doors',
  says: 'nobody comes through all doors',
  share: 1,
  cases: fc.array(fc.nat({ max: 63 }), { minLength: 4, maxLength: 6 }),
  check: throughNarrowDoors,
})

describe('a guided run', () => {
  test('comes through one narrow door after the other, where chance alone does not', async () => {
    const options = { runs: 30_000, seed: 1 }
    await doors.run(options)
    const error = await runGuided(doors, options, coverage).then(
      () => undefined,
      (error: unknown) => error,
    )
    assert.ok(error instanceof GuidedFailure, 'It did not come through.')
    const { case: found } = JSON.parse(error.message.match(/regressions\/doors\.json: (.*)$/m)?.[1] ?? '{}')
    assert.deepEqual(found.slice(0, 4), [34, 53, 39, 1])
    await assert.rejects(doors.replay(found), /behind the last door/)
  })

  test('runs as many cases as it is told to, and the same ones for the same seed', async () => {
    const first = await casesOf(3)
    assert.equal(first.length, 200)
    assert.deepEqual(await casesOf(3), first)
    assert.notDeepEqual(await casesOf(4), first)
  })

  test('makes only cases that the property speaks of, of each property', async () => {
    for (const each of properties) {
      const stop = await each.begin?.()
      try {
        await assert.doesNotReject(runGuided(each, { runs: 64, seed: 5 }, ofLibrary))
      } finally {
        await stop?.()
      }
    }
  })
})

/** What a run asks, each once: those that ran new code are asked again, by themselves. */
async function casesOf(seed: number): Promise<readonly string[]> {
  const cases: string[] = []
  let isNew = false
  const quiet = property({
    ...doors,
    cases: fc.array(fc.nat({ max: 3 }), { minLength: 4, maxLength: 6 }),
    check(numbers) {
      if (isNew) cases.push(numbers.join())
      isNew = false
    },
  })
  await runGuided(quiet, { runs: 200, seed, onCase: () => (isNew = true) }, coverage)
  return cases
}
