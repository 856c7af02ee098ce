import { describe } from 'node:test'
import { bodies } from './expectations/bodies.js'
import { conditions } from './expectations/conditions.js'
import { errors } from './expectations/errors.js'
import { headers } from './expectations/headers.js'
import { methods } from './expectations/methods.js'
import { names } from './expectations/names.js'
import { paths } from './expectations/paths.js'
import { ranges } from './expectations/ranges.js'
import type { Fixtures } from './fixtures.js'
import type { Adapter } from './servers.js'
import { type Source, sourcesOfDigits } from './sources.js'
import { useFixtures, watchForStrayErrors } from './use.js'

/** What expectations are about. */
export interface Expected {
  readonly adapter: Adapter
  readonly fixtures: Fixtures
  /** Views that all serve the same file. */
  readonly sources: readonly Source[]
}

/** Runs all that must hold on every server. One of them tries every view; which one that is makes no difference. */
export function testAdapter(adapter: Adapter, { everySource = false } = {}): void {
  const fixtures = useFixtures()
  watchForStrayErrors()
  const sources = sourcesOfDigits(fixtures).filter(({ name }) => everySource || name === 'PathDownloadView with a root')
  describe(adapter.name, () => {
    for (const expect of EXPECTATIONS) expect({ adapter, fixtures, sources })
  })
}

const EXPECTATIONS = [methods, conditions, ranges, names, headers, paths, bodies, errors]
