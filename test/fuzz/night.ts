import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { properties } from './all.js'
import { measureLinearity } from './linear.js'
import { divide, type Plan, planOf, RUNS_OF_NIGHT } from './plan.js'
import { type Property, regressionsOf } from './property.js'

const OPTIONS = {
  runs: { type: 'string' },
  seed: { type: 'string' },
  path: { type: 'string' },
  only: { type: 'string' },
  linear: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

const HELP = `npm run fuzz -- [options]
  --runs N      cases of all properties together (FUZZ_RUNS; default ${RUNS_OF_NIGHT})
  --seed N      what chance begins with (FUZZ_SEED; default: another each time)
  --only a,b    these properties and no others: ${properties.map(({ id }) => id).join(', ')}
  --path 1:2    the one case of a failure, with --only and --seed
  --linear      measure instead whether each parser takes time in proportion to its input
`

/** Runs the properties for as long as a night allows: `npm run fuzz`. */
async function runNight(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS })
  if (values.help) return print(HELP)
  if (values.linear) {
    const slow = measureLinearity(print)
    if (slow > 0) process.exitCode = 1
    return
  }
  const env = { ...process.env, ...defined({ FUZZ_RUNS: values.runs, FUZZ_SEED: values.seed }) }
  const plan = planOf(env, RUNS_OF_NIGHT)
  const chosen = choose(values.only)
  if (values.path !== undefined && chosen.length !== 1)
    throw new Error('--path belongs to one property: name it by --only.')
  await runAll(chosen, plan, values.path)
}

function choose(only: string | undefined): readonly Property[] {
  if (only === undefined) return properties
  return only.split(',').map((id) => {
    const found = properties.find((property) => property.id === id)
    if (found === undefined) throw new Error(`There is no property "${id}". See --help.`)
    return found
  })
}

async function runAll(chosen: readonly Property[], plan: Plan, path: string | undefined): Promise<void> {
  print(`seed ${plan.seed}, ${show(plan.runs)} cases, ${chosen.length} properties\n`)
  const started = Date.now()
  let all = 0
  let failed = 0
  for (const [property, runs] of divide(chosen, plan.runs)) {
    const { cases, failure } = await runOne(property, runs, plan.seed, path)
    all += cases
    if (failure !== undefined) {
      failed += 1
      print(`${failure instanceof Error ? failure.message : String(failure)}\n`)
    }
  }
  print(
    `${show(all)} cases in ${seconds(started)}, seed ${plan.seed}: ${failed === 0 ? 'all hold' : `${failed} failed`}\n`,
  )
  if (failed > 0) process.exitCode = 1
}

/** Runs what was found before, then random cases; a failure does not keep the other properties from their turn. */
async function runOne(property: Property, runs: number, seed: number, path: string | undefined) {
  const started = Date.now()
  let cases = 0
  let shown = started
  const onCase = () => {
    cases += 1
    if (cases % 256 !== 0 || Date.now() - shown < PROGRESS) return
    shown = Date.now()
    print(`  … ${property.id}: ${show(cases)} of ${show(runs)}, ${seconds(started)}\n`)
  }
  let failure: unknown
  const stop = await property.begin?.()
  try {
    for (const { case: found } of regressionsOf(property)) await property.replay(found)
    await property.run({ runs, seed, path, onCase })
  } catch (error) {
    failure = error
  } finally {
    await stop?.()
  }
  const verdict = failure === undefined ? 'holds' : 'FAILED'
  print(
    `${property.id.padEnd(22)}${show(cases).padStart(10)} cases ${seconds(started).padStart(8)}  seed ${seed}  ${verdict}\n`,
  )
  return { cases, failure }
}

/** Milliseconds between two signs of life. */
const PROGRESS = 5000

/** Written at once: a property that is no promise leaves no time for a stream. */
function print(text: string): void {
  writeSync(1, text)
}

function show(number: number): string {
  return number.toLocaleString('en')
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`
}

function defined(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

try {
  await runNight()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
