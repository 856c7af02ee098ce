import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { type KillOptions, type KillReport, killSavers } from './kills.js'
import { describeMeasure } from './measure.js'
import { seedOf } from './random.js'
import { runSoak, type SoakOptions } from './soak.js'
import type { Tally } from './traffic.js'

/** Runs a soak in which nothing may be wrong, from the seed of `SOAK_SEED` or another one. */
export async function expectSoak(context: TestContext, options: Omit<SoakOptions, 'seed'>): Promise<Tally> {
  const seed = seedOf()
  const { tally, base, end, wrong } = await runSoak({ ...options, seed })
  context.diagnostic(`seed ${seed}: ${tally.requests} requests, ${tally.verified} bodies verified`)
  context.diagnostic(`base ${describeMeasure(base)}`)
  context.diagnostic(`end ${describeMeasure(end)}`)
  assert.deepEqual(wrong, [], [`Again: SOAK_SEED=${seed}`, ...wrong].join('\n'))
  assert.ok(tally.verified > 0, 'Some bodies were verified.')
  return tally
}

/** Kills processes that save, after which nothing may be wrong. */
export async function expectWholeFiles(context: TestContext, options: Omit<KillOptions, 'seed'>): Promise<KillReport> {
  const seed = seedOf()
  const report = await killSavers({ ...options, seed })
  const { kills, seen, leftovers, wrong } = report
  context.diagnostic(
    `seed ${seed}: ${kills} kills, ${seen} files looked at, ${leftovers} kills in the middle of a save`,
  )
  assert.deepEqual(wrong, [], [`Again: SOAK_SEED=${seed}`, ...wrong].join('\n'))
  assert.ok(seen > 0, 'Something was saved.')
  return report
}
