import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { properties } from './all.js'
import { divide, planOf, RUNS_OF_TEST } from './plan.js'
import { regressionsOf } from './property.js'

const plan = planOf(process.env, RUNS_OF_TEST)
let cases = 0

describe(`fuzzing, FUZZ_SEED=${plan.seed}`, () => {
  for (const [property, runs] of divide(properties, plan.runs)) {
    test(`${property.says} (${property.id})`, async (t) => {
      const stop = await property.begin?.()
      try {
        for (const { why, case: found } of regressionsOf(property)) {
          await assert.doesNotReject(property.replay(found), `It is back: ${why}`)
        }
        await property.run({ runs, seed: plan.seed, onCase: () => (cases += 1) })
        t.diagnostic(`${runs} cases, seed ${plan.seed}`)
      } finally {
        await stop?.()
      }
    })
  }

  test('all properties together ran as many cases as were planned', () => {
    assert.ok(cases >= plan.runs, `${cases} of ${plan.runs} cases`)
  })
})
