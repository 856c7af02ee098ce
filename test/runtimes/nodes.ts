import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { basename } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ended, textOf } from '../support/child.js'
import { installRuntime, type Runtime } from '../support/runtimes.js'
import { LOOKS_WHOLE } from './looks-whole.js'
import { testRuntime } from './suite.js'

/** Runs the application of `application.ts` under a Node. */
export function testNode(name: string, node: () => Promise<string>): void {
  testRuntime(name, async () => [await node(), '--import', 'tsx'], {
    fetch: {
      // Not the library does that, but what brings web requests to node:http in these tests.
      'a body that breaks off is a reset to a client of HTTP/1.0, which knows no chunks': LOOKS_WHOLE,
    },
  })
}

/** Runs the application under another Node than this one, and there also the tests of what depends on Node. */
export function testOtherNode(runtime: Runtime): void {
  testNode(runtime, () => installRuntime(runtime))

  test(`${runtime}: what holds on this Node holds there, too`, async () => {
    const { passed, failures } = await runTests(await installRuntime(runtime))
    const failed = failures.map(({ name, file, reason }) => `${basename(file)}: ${name}: ${reason}`)
    assert.equal(failures.length, 0, `${failures.length} failed there: ${failed.join('; ')}`)
    assert.ok(passed >= AT_LEAST, `Only ${passed} tests ran.`)
  })
}

/** What asks Node itself: each way to answer, and files on a disk; the rest takes its time and would find no more. */
const FILES = [
  'test/adapters/express-[45].test.ts',
  'test/adapters/fastify.test.ts',
  'test/adapters/fetch.test.ts',
  'test/adapters/h3-[12].test.ts',
  'test/adapters/hono.test.ts',
  'test/adapters/koa-[23].test.ts',
  'test/adapters/nest-*.test.ts',
  'test/adapters/node-http.test.ts',
  'test/adapters/node-http2-compat.test.ts',
  'test/adapters/node-http2-streams.test.ts',
  'test/http/framing.test.ts',
  'test/http/late-faults.test.ts',
  'test/http/leaving-clients.test.ts',
  'test/http/pipelining.test.ts',
  'src/adapters/*.test.ts',
  'src/files/*.test.ts',
  'src/headers/*.test.ts',
  'src/responses/*.test.ts',
  'src/storages/file-system.test.ts',
  'src/storages/disk/open-files.test.ts',
  'src/views/*.test.ts',
]

/** Somewhat less than there were when this was written: no file may be lost on the way. */
const AT_LEAST = 15_000

interface Count {
  readonly passed: number
  readonly failures: readonly { readonly name: string; readonly file: string; readonly reason: string }[]
}

async function runTests(node: string): Promise<Count> {
  const options = ['--test-concurrency=2', '--test-reporter=./scripts/lib/count-reporter.mjs']
  // It ends with this process, however that ends.
  const child = spawn(
    'setpriv',
    ['--pdeathsig', 'TERM', '--', node, '--import', 'tsx', '--test', ...options, ...FILES],
    {
      cwd: ROOT,
      env: environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const [output] = await Promise.all([textOf(child.stdout), ended(child)])
  assert.notEqual(output, '', `It ended before it had counted: ${child.signalCode ?? `exit code ${child.exitCode}`}`)
  const count: Count = JSON.parse(output)
  if (count.failures.length === 0) assert.equal(child.exitCode, 0, 'It counted no failure, and yet it failed.')
  return count
}

/** With the first, Node would take its tests for those of this run, and run none; the second belongs to this run. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, NODE_V8_COVERAGE: __, ...env } = process.env
  return env
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
