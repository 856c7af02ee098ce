import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { filesIn, isTest } from './files.mjs'
import { ended, root, start } from './run.mjs'

/** Tests beside the code: no server, no network, fast. */
export const unitTests = () => filesIn('src').filter(isTest)

/** Tests that start real programs, and those of the demo. */
export const systemTests = () => [...filesIn('test'), ...filesIn('demo/src')].filter(isTest)

/**
 * Runs test files with node:test and shows what they report. Returns `{ passed, failures }`.
 *
 * With `coverage`, a folder, V8 writes there which code ran.
 */
export async function runTests(files, { coverage } = {}) {
  // Given no file, node --test looks for some by itself, and finds scripts/test.mjs.
  if (files.length === 0) return { passed: 0, failures: [{ name: 'the test run', reason: 'there is no test file' }] }
  const scratch = mkdtempSync(join(tmpdir(), 'downloadview-tests-'))
  try {
    const env = coverage === undefined ? {} : { NODE_V8_COVERAGE: coverage }
    const { code } = await ended(start('node', testArguments(files, join(scratch, 'count')), { stdio: 'inherit', env }))
    return verdict(code, readFileSync(join(scratch, 'count'), 'utf8'))
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Prints each failure in one line. */
export function listFailures(failures) {
  for (const { name, file, reason } of failures) {
    const place = file === undefined ? [] : [relative(root, file)]
    const what = resolve(name) === file ? [] : [name]
    console.log(`  failed: ${[...place, ...what, reason].join(': ')}`)
  }
}

/** Long enough for the slowest file of a busy machine; a file that leaves a server open ends here and fails. */
const TIMEOUT_OF_FILE = 180_000

function testArguments(files, count) {
  return [
    ...['--import', 'tsx', '--test', '--test-concurrency=2', `--test-timeout=${TIMEOUT_OF_FILE}`],
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=./scripts/lib/count-reporter.mjs', `--test-reporter-destination=${count}`],
    ...files,
  ]
}

function verdict(code, count) {
  const { passed, failures } = count === '' ? { passed: 0, failures: [] } : JSON.parse(count)
  if (passed + failures.length === 0) failures.push({ name: 'the test run', reason: 'no test ran' })
  else if (code !== 0 && failures.length === 0) failures.push({ name: 'the test run', reason: `exit code ${code}` })
  return { passed, failures }
}
