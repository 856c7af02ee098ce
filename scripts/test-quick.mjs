import { installEverything } from './lib/install.mjs'
import { listFailures, runTests, unitTests } from './lib/node-tests.mjs'
import { main } from './lib/run.mjs'

/** Runs the tests of src/. Arguments pick files: `npm run test:quick -- range etag`. */
async function testQuick() {
  const filters = process.argv.slice(2)
  const files = unitTests().filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
  if (files.length === 0) throw new Error(`No test file of src/ has ${filters.join(' or ')} in its path.`)
  await installEverything()
  const { passed, failures } = await runTests(files)
  listFailures(failures)
  console.log(`tests: ${passed} passed, ${failures.length} failed`)
  if (failures.length > 0) process.exitCode = 1
}

await main(import.meta.url, testQuick)
