import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { useFixtures } from '../adapters/use.js'
import { isRunning, type Program, startProgram } from '../support/servers/program.js'
import { EXPECTATIONS, type Expectation, RunningApplication } from './expectations.js'

/** Something that a runtime does otherwise, and what it does. */
export interface Difference {
  readonly why: string
  readonly expect: Expectation
}

/** What differs where the application is served by web requests, and where by `node:http`. */
export interface Differences {
  readonly fetch?: DifferencesOfWay
  readonly node?: DifferencesOfWay
}

type DifferencesOfWay = { readonly [Title in keyof typeof EXPECTATIONS]?: Difference }

/** Runs the application of `application.ts` under a runtime, in both ways, and tries all that must hold everywhere. */
export function testRuntime(
  name: string,
  command: () => Promise<readonly string[]>,
  { fetch = {}, node = {} }: Differences = {},
): void {
  const fixtures = useFixtures()
  for (const [way, title, differences] of [
    ['fetch', 'by web requests', fetch],
    ['node', 'by node:http', node],
  ] as const) {
    describe(`${name}, ${title}`, () => {
      let program: Program | undefined
      let app: RunningApplication | undefined
      before(async () => {
        const [runtime = '', ...options] = await command()
        program = await startProgram(runtime, [...options, APPLICATION, way, fixtures.root], NO_COVERAGE)
        const [origin] = await program.printed(/http:\S+/)
        app = new RunningApplication(origin, fixtures)
      })
      after(() => program?.stop())

      for (const [expected, expect] of Object.entries(EXPECTATIONS) as [keyof typeof EXPECTATIONS, Expectation][]) {
        const difference = differences[expected]
        const title = difference === undefined ? expected : `not here: ${expected}. ${difference.why}`
        test(title, async () => {
          assert.ok(app, 'The application runs.')
          await (difference?.expect ?? expect)(app)
        })
      }

      test('the application has survived it all', () => {
        assert.ok(program && isRunning(program.pid), 'The application has ended.')
      })
    })
  }
}

const APPLICATION = fileURLToPath(new URL('application.ts', import.meta.url))

/** Coverage is that of the process that runs the tests; other engines write another kind of it. */
const NO_COVERAGE = { NODE_V8_COVERAGE: '' }
