import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { properties } from './all.js'
import { Coverage } from './guided/coverage.js'
import { runGuided } from './guided/run.js'
import { measureLinearity } from './linear.js'
import { divide, type Plan, planOf, RUNS_OF_NIGHT } from './plan.js'
import { type Property, type RunOptions, regressionsOf } from './property.js'

const OPTIONS = {
  runs: { type: 'string' },
  seed: { type: 'string' },
  path: { type: 'string' },
  only: { type: 'string' },
  guided: { type: 'boolean' },
  linear: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

const HELP = `npm run fuzz -- [options]
  --runs N      cases of all properties together (FUZZ_RUNS; default ${RUNS_OF_NIGHT})
  --seed N      what chance begins with (FUZZ_SEED; default: another each time)
  --only a,b    these properties and no others: ${properties.map(({ id }) => id).join(', ')}
  --path 1:2    the one case of a failure, with --only and --seed
  --guided      look for cases that run code which no other case has run, instead of any
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
  if (values.path !== undefined && values.guided)
    throw new Error('--path leads to a case of chance: leave out --guided.')
  const search = values.guided ? guided() : byChance(values.path)
  await runAll(chosen, plan, search)
}

function choose(only: string | undefined): readonly Property[] {
  if (only === undefined) return properties
  return only.split(',').map((id) => {
    const found = properties.find((property) => property.id === id)
    if (found === undefined) throw new Error(`There is no property "${id}". See --help.`)
    return found
  })
}

async function runAll(chosen: readonly Property[], plan: Plan, search: Search): Promise<void> {
  print(`seed ${plan.seed}, ${show(plan.runs)} cases, ${chosen.length} properties\n`)
  const started = Date.now()
  let all = 0
  let failed = 0
  for (const [property, runs] of divide(chosen, plan.runs)) {
    const { cases, failure } = await runOne(property, runs, plan.seed, search)
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
async function runOne(property: Property, runs: number, seed: number, search: Search) {
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
  let found = ''
  const stop = await property.begin?.()
  try {
    for (const { case: known } of regressionsOf(property)) await property.replay(known)
    found = await search(property, { runs, seed, onCase })
  } catch (error) {
    failure = error
  } finally {
    await stop?.()
  }
  const verdict = failure === undefined ? 'holds' : 'FAILED'
  print(
    `${property.id.padEnd(22)}${show(cases).padStart(10)} cases ${seconds(started).padStart(8)}  seed ${seed}  ${verdict}${found}\n`,
  )
  return { cases, failure }
}

/** Looks for a case that fails, and tells what else was found. */
type Search = (property: Property, options: RunOptions) => Promise<string>

function byChance(path: string | undefined): Search {
  return async (property, options) => {
    await property.run({ ...options, path })
    return ''
  }
}

function guided(): Search {
  const coverage = new Coverage()
  return async (property, options) => {
    const { blocks, kept } = await runGuided(property, options, coverage)
    return `  ${show(blocks)} blocks, by ${show(kept)} cases`
  }
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
