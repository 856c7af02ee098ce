import { dirname, resolve } from 'node:path'

/**
 * A reporter of node:test that counts strictly, and ends with one JSON object: `{ passed, failures, matrix, times }`.
 *
 * A skipped test, one to do, and a file without any test count as failed: nothing of what they promise was checked.
 * `matrix` counts what was expected of each adapter, by groups: `{ 'Express 5': { ranges: { passed, failed } } }`.
 * `times` has the milliseconds that the tests of each file took.
 */
// biome-ignore lint/style/noDefaultExport: node:test takes the default export of a reporter.
export default async function* countStrictly(events) {
  const failures = []
  const matrix = {}
  const times = {}
  const path = []
  let passed = 0
  for await (const { type, data } of events) {
    // The tests of a file, and those of a suite, come one after the other in this stream, whatever ran at once.
    if (type === 'test:start') path.splice(data.nesting, Number.POSITIVE_INFINITY, data)
    if (type !== 'test:pass' && type !== 'test:fail') continue
    if (data.nesting === 0) times[data.file] = (times[data.file] ?? 0) + data.details.duration_ms
    const reason = failureOf(type, data)
    const isTest = reason !== undefined || data.details.type !== 'suite'
    if (reason !== undefined) failures.push({ name: data.name, file: data.file, reason })
    else if (isTest) passed += 1
    const cell = isTest ? cellOf(matrix, path.slice(0, data.nesting + 1)) : undefined
    if (cell !== undefined) cell[reason === undefined ? 'passed' : 'failed'] += 1
  }
  yield JSON.stringify({ passed, failures, matrix, times })
}

/** The lists of what must hold on every adapter, a group in each file. */
const GROUPS = resolve('test/adapters/expectations')

function cellOf(matrix, [adapter, group]) {
  if (group === undefined || dirname(group.file ?? '') !== GROUPS) return undefined
  matrix[adapter.name] ??= {}
  matrix[adapter.name][group.name] ??= { passed: 0, failed: 0 }
  return matrix[adapter.name][group.name]
}

function failureOf(type, data) {
  if (data.skip !== undefined) return 'skipped'
  if (data.todo !== undefined) return 'to do'
  if (type === 'test:fail') return failureOfFailed(data.details)
  // A file gets a row of its own when no test in it came to an end: it has none, or called process.exit().
  if (data.nesting === 0 && resolve(data.name) === data.file) return 'no test ran to its end'
  return undefined
}

function failureOfFailed({ type, error }) {
  // A suite fails with its tests, which are counted; what it fails by itself, as in a hook, is counted here.
  if (type === 'suite' && error?.failureType === 'subtestsFailed') return undefined
  return inOneLine(String(error?.cause?.message ?? error?.message ?? error))
}

/** Of a comparison, the first line says only that it failed: what was compared comes below. */
function inOneLine(text) {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const shown = lines.slice(0, LINES_OF_REASON).map((line) => line.trim())
  return shown.join(' | ') + (lines.length > shown.length ? ' | …' : '')
}

const LINES_OF_REASON = 6
