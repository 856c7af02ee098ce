import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { audit } from './audit.mjs'
import { installDebianPackages } from './debian-packages.mjs'
import { reportCoverage } from './lib/coverage.mjs'
import { installEverything } from './lib/install.mjs'
import { listFailures, printMatrix, printSlowest, runTests, systemTests, unitTests } from './lib/node-tests.mjs'
import { main, root, run, seconds } from './lib/run.mjs'

/**
 * Checks everything, on a fresh clone too, and ends with the line `tests: N passed, N failed`.
 *
 * Each other check counts as one test; set-up and coverage count only when they fail. `--full` adds the tests that take
 * long or need large servers.
 */
async function testEverything() {
  const setUpResult = await step('set-up', setUp)
  const results = [setUpResult]
  // Without its tools, every other step would only fail in a more confusing way.
  if (setUpResult.failures.length === 0) {
    for (const [name, work] of STEPS) results.push(await step(name, work))
  }
  summarize(results)
}

const full = process.argv.includes('--full')

const COVERAGE = join(root, 'coverage', 'tmp')

const STEPS = [
  ['lint', () => run('biome', ['check', '--error-on-warnings'])],
  ['native sender', () => run('node', ['scripts/build-native.mjs'])],
  ['build', () => run('node', ['scripts/build.mjs'])],
  ['types', () => run('tsc', ['--noEmit', '--project', 'tsconfig.json'])],
  ['layering', () => run('node', ['scripts/check-layering.mjs'])],
  ['documentation', () => run('tsx', ['site/build.ts'])],
  ['unit tests', () => runTests(unitTests(), { coverage: COVERAGE })],
  ['system tests', () => runTests(systemTests({ full }), { coverage: COVERAGE })],
  ['coverage', coverage],
  ['audit', () => audit()],
  ['package', () => run('node', ['scripts/check-package.mjs'])],
]

async function setUp() {
  rmSync(COVERAGE, { recursive: true, force: true })
  await installDebianPackages({ full })
  await installEverything()
  return NO_TEST
}

async function coverage() {
  await reportCoverage(COVERAGE)
  return NO_TEST
}

const NO_TEST = { passed: 0, failures: [] }

/** Runs one step under a headline: its name, its time, how much passed, what failed. */
async function step(name, work) {
  console.log(`\n── ${name} ${'─'.repeat(70 - name.length)}`)
  const started = Date.now()
  const result = { name, ...(await outcome(name, work)), time: seconds(started) }
  console.log(describe(result))
  return result
}

async function outcome(name, work) {
  try {
    return (await work()) ?? { passed: 1, failures: [] }
  } catch (error) {
    return { passed: 0, failures: [{ name, reason: error.message }] }
  }
}

function describe({ name, passed, failures, time }) {
  const verdict = failures.length === 0 ? 'passed' : 'FAILED'
  return `${name.padEnd(14)}${verdict.padEnd(8)}${`${passed} passed, ${failures.length} failed`.padEnd(24)}${time}`
}

function summarize(results) {
  console.log(`\n── summary ${'─'.repeat(63)}`)
  for (const result of results) {
    console.log(describe(result))
    printMatrix(result.matrix ?? {})
    printSlowest(result.times ?? {})
    listFailures(result.failures)
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0)
  const failed = results.reduce((sum, result) => sum + result.failures.length, 0)
  console.log(`tests: ${passed} passed, ${failed} failed`)
  if (failed > 0) process.exitCode = 1
}

await main(import.meta.url, testEverything)
