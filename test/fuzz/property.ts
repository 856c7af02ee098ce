import { readFileSync } from 'node:fs'
import fc from 'fast-check'

/** Something that holds for every case that its arbitrary makes. */
export interface Property {
  /** Short name: of its file of regressions, and for `--only`. */
  readonly id: string
  /** What holds, as a sentence. */
  readonly says: string
  /** How many cases it gets in proportion to the others. */
  readonly share: number
  /** Starts what the cases need, such as a server; what it gives back stops that. */
  readonly begin?: (() => Promise<() => Promise<void>>) | undefined
  /** Makes the one case that follows from a source of chance. */
  caseOf(random: fc.Random): unknown
  /** Checks one case, as it stands in a file of regressions. */
  replay(value: unknown): Promise<void>
  /** Checks random cases. Throws {@link Failure} with the smallest case that fails. */
  run(options: RunOptions): Promise<void>
}

/** How random cases are made. */
export interface RunOptions {
  readonly runs: number
  readonly seed: number
  /** Where the case was found, from an earlier {@link Failure}: only that one is run. */
  readonly path?: string | undefined
  /** Hears of each case before it is checked. */
  readonly onCase?: (() => void) | undefined
}

/**
 * What a property is made from. Cases have to be what JSON can carry (no bytes, no dates, no `undefined` in a list), so
 * that each can be kept in a file.
 */
export interface PropertyParts<Case> extends Pick<Property, 'id' | 'says' | 'share' | 'begin'> {
  readonly cases: fc.Arbitrary<Case>
  /** Throws where it does not hold. */
  readonly check: (value: Case) => void | Promise<void>
  /** `true` where `check` gives a promise: such cases cost more. Default: `false`. */
  readonly isAsync?: boolean | undefined
}

/** Makes a property. */
export function property<Case>({ cases, check, isAsync = false, ...parts }: PropertyParts<Case>): Property {
  return {
    ...parts,
    caseOf: (random) => cases.generate(random, BIAS).value,
    async replay(value) {
      await check(value as Case)
    },
    async run({ runs, seed, path, onCase }) {
      const counted = (value: Case) => {
        onCase?.()
        return check(value)
      }
      const options = { numRuns: runs, seed, ...(path === undefined ? {} : { path }) }
      const result = isAsync
        ? await fc.check(fc.asyncProperty(cases, hasEnd(counted)), options)
        : fc.check(fc.property(cases, counted as (value: Case) => void), options)
      if (result.failed) throw new Failure(parts.id, result as Failed)
    },
  }
}

/** One number in so many is one of those that break things: the least, the largest, and those beside zero. */
const BIAS = 4

/** A property that does not hold, with all that is needed to see it again. */
export class Failure extends Error {
  constructor(id: string, { seed, counterexamplePath, counterexample, numRuns, numShrinks, errorInstance }: Failed) {
    const lines = [
      `${id} does not hold: case ${numRuns}, made smaller ${numShrinks} times.`,
      `  seed ${seed}, path ${counterexamplePath}`,
      `  again:   npm run fuzz -- --only ${id} --seed ${seed} --path ${counterexamplePath}`,
      `  to keep, in test/fuzz/regressions/${id}.json: ${JSON.stringify({ why: '', case: counterexample?.[0] })}`,
      `  ${errorInstance instanceof Error ? errorInstance.message : String(errorInstance)}`,
    ]
    super(lines.join('\n'), { cause: errorInstance })
    this.name = 'Failure'
  }
}

interface Failed {
  readonly seed: number
  readonly counterexamplePath: string | null
  readonly counterexample: readonly unknown[] | null
  readonly numRuns: number
  readonly numShrinks: number
  readonly errorInstance?: unknown
}

/** A case that was found once, and is run first each time since. */
export interface Regression {
  /** What went wrong with it. */
  readonly why: string
  readonly case: unknown
}

/** The cases that were found of a property. */
export function regressionsOf({ id }: Property): readonly Regression[] {
  try {
    return JSON.parse(readFileSync(new URL(`regressions/${id}.json`, import.meta.url), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** A case that never ends has to fail as well, and to be shown: the limit is far above what any of them needs. */
function hasEnd<Case>(check: (value: Case) => void | Promise<void>): (value: Case) => Promise<void> {
  return async (value) => {
    let timer: NodeJS.Timeout | undefined
    const hang = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`The case did not end within ${LONGEST_CASE} ms.`)), LONGEST_CASE)
    })
    try {
      await Promise.race([check(value), hang])
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Milliseconds. */
const LONGEST_CASE = 20_000
