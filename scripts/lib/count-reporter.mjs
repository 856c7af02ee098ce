import { resolve } from 'node:path'

/**
 * A reporter of node:test that counts strictly, and ends with one JSON object: `{ passed, failures }`.
 *
 * A skipped test, one to do, and a file without any test count as failed: nothing of what they promise was checked.
 */
// biome-ignore lint/style/noDefaultExport: node:test takes the default export of a reporter.
export default async function* countStrictly(events) {
  const failures = []
  let passed = 0
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue
    const reason = failureOf(type, data)
    if (reason !== undefined) failures.push({ name: data.name, file: data.file, reason })
    else if (data.details.type !== 'suite') passed += 1
  }
  yield JSON.stringify({ passed, failures })
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
  return String(error?.cause?.message ?? error?.message ?? error).split('\n')[0]
}
