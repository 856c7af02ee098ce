import fc from 'fast-check'
import type { Property, RunOptions } from '../property.js'
import type { Coverage } from './coverage.js'
import { Chance, mutate, Numbers } from './numbers.js'

/** What a guided run came to. */
export interface Guided {
  /** Blocks of the code that were run, or passed by. */
  readonly blocks: number
  /** Cases that were the first to run one of them. */
  readonly kept: number
}

/**
 * Looks for cases of a property by what code they run: a case that runs a block, or passes it by, as no other did is kept,
 * and most cases are made of a kept one by changing the numbers that it was made of. So they are always cases that the
 * property speaks of, and one that comes through several narrow doors is found behind the first of them.
 *
 * Throws {@link GuidedFailure} with the first case that fails.
 */
export function runGuided(property: Property, { runs, seed, onCase }: RunOptions, coverage: Coverage): Promise<Guided> {
  coverage.forget()
  return new Search(property, new Chance(seed), coverage, onCase).run(runs)
}

/** A property that does not hold. The case is as it was found: nobody has made it smaller. */
export class GuidedFailure extends Error {
  constructor({ id }: Property, value: unknown, error: unknown) {
    const lines = [
      `${id} does not hold.`,
      `  to keep, in test/fuzz/regressions/${id}.json: ${JSON.stringify({ why: '', case: value })}`,
      `  ${error instanceof Error ? error.message : String(error)}`,
    ]
    super(lines.join('\n'), { cause: error })
    this.name = 'GuidedFailure'
  }
}

class Search {
  readonly #property: Property
  readonly #chance: Chance
  readonly #coverage: Coverage
  readonly #onCase: (() => void) | undefined
  /** Numbers of the cases that are kept. */
  readonly #kept: (readonly number[])[] = []

  constructor(property: Property, chance: Chance, coverage: Coverage, onCase: (() => void) | undefined) {
    this.#property = property
    this.#chance = chance
    this.#coverage = coverage
    this.#onCase = onCase
  }

  async run(runs: number): Promise<Guided> {
    for (let left = runs; left > 0; left -= BATCH) await this.#runBatch(Math.min(BATCH, left))
    return { blocks: this.#coverage.size, kept: this.#kept.length }
  }

  /** Asks once for all of them, since most run nothing new, and of each by itself only where one did. */
  async #runBatch(size: number): Promise<void> {
    const batch: (readonly number[])[] = []
    for (let index = 0; index < size; index++) {
      this.#onCase?.()
      batch.push(await this.#check(this.#next()))
    }
    if (!this.#coverage.isNew('ofMany')) return
    for (const numbers of batch) {
      await this.#check(numbers)
      if (this.#coverage.isNew('ofOne')) this.#kept.push(numbers)
    }
  }

  #next(): readonly number[] {
    if (this.#kept.length === 0 || this.#chance.below(FRESH) === 0) return []
    return mutate(this.#chance.pick(this.#kept), this.#chance.pick(this.#kept), this.#chance)
  }

  /** Gives the numbers that the case was made of. */
  async #check(numbers: readonly number[]): Promise<readonly number[]> {
    const source = new Numbers(numbers, this.#chance)
    const value = this.#property.caseOf(new fc.Random(source))
    try {
      await this.#property.replay(value)
    } catch (error) {
      throw new GuidedFailure(this.#property, value, error)
    }
    return source.taken
  }
}

const BATCH = 64

/** One case in so many is made of nothing but chance. */
const FRESH = 8
