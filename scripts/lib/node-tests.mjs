import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { filesIn, isFullTest, isTest } from './files.mjs'
import { ended, root, start } from './run.mjs'

/** Tests beside the code, that of the benchmark as well: no server, no network, fast. */
export const unitTests = () => [...filesIn('src'), ...filesIn('bench/src')].filter(isTest)

/** Tests that start real programs, and those of the demo. `full` adds those in `*.full.test.ts`, which take long. */
export const systemTests = ({ full = false } = {}) =>
  [...filesIn('test'), ...filesIn('demo/src')].filter((file) => isTest(file) && (full || !isFullTest(file)))

/**
 * Runs test files with node:test and shows what they report. Returns `{ passed, failures, matrix, times }`,
 * see `count-reporter.mjs`.
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

/** Prints a table of adapters and of what is expected of them: how many tests passed, and how many of how many failed. */
export function printMatrix(matrix) {
  const rows = Object.entries(matrix)
  if (rows.length === 0) return
  const groups = [...new Set(rows.flatMap(([, cells]) => Object.keys(cells)))]
  const table = [['', ...groups], ...rows.map(([name, cells]) => [name, ...groups.map((group) => cell(cells[group]))])]
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)))
  for (const [name, ...cells] of table) {
    console.log(`  ${[name.padEnd(widths[0]), ...cells.map((text, at) => text.padStart(widths[at + 1]))].join('  ')}`)
  }
}

/** Prints which files took longest: where a run that has become slow can be made quicker. */
export function printSlowest(times) {
  const slowest = Object.entries(times).sort(([, one], [, other]) => other - one)
  for (const [file, time] of slowest.slice(0, SLOWEST)) {
    console.log(`  ${`${(time / 1000).toFixed(1)} s`.padStart(8)}  ${relative(root, file)}`)
  }
}

const SLOWEST = 10

function cell({ passed, failed } = { passed: 0, failed: 0 }) {
  return failed === 0 ? `${passed}` : `${failed} of ${passed + failed} FAILED`
}

/** Long enough for the slowest file of a busy machine; a file that leaves a server open ends here and fails. */
const TIMEOUT_OF_FILE = 600_000

function testArguments(files, count) {
  return [
    ...['--import', 'tsx', '--test', '--test-concurrency=2', `--test-timeout=${TIMEOUT_OF_FILE}`],
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...['--test-reporter=./scripts/lib/count-reporter.mjs', `--test-reporter-destination=${count}`],
    ...files,
  ]
}

function verdict(code, count) {
  const { passed, failures, ...rest } = count === '' ? { passed: 0, failures: [] } : JSON.parse(count)
  if (passed + failures.length === 0) failures.push({ name: 'the test run', reason: 'no test ran' })
  else if (code !== 0 && failures.length === 0) failures.push({ name: 'the test run', reason: `exit code ${code}` })
  return { passed, failures, ...rest }
}
