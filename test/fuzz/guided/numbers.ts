/**
 * Numbers that chance gave once, and that are given again in the same order; behind them, new ones. A case is made of
 * them, so that a case much like another is made of numbers that differ in few places.
 */
export class Numbers {
  readonly #chance: Chance
  readonly #given: number[]
  #position = 0

  constructor(given: readonly number[], chance: Chance) {
    this.#given = [...given]
    this.#chance = chance
  }

  /** Those that were taken. */
  get taken(): readonly number[] {
    return this.#given.slice(0, this.#position)
  }

  next(): number {
    if (this.#position === this.#given.length) this.#given.push(this.#chance.integer())
    return this.#given[this.#position++] as number
  }

  /** The same: fast-check takes a copy to begin with, and what that takes is to be known here. */
  clone(): Numbers {
    return this
  }

  getState(): readonly number[] {
    return this.#given.slice(this.#position)
  }
}

/** What all chance of a run follows from: the same seed, the same run. */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
  }

  /** A whole number of 32 bits (mulberry32). */
  integer(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return bits ^ (bits >>> 14)
  }

  /** A whole number from 0 to below a limit. */
  below(limit: number): number {
    return (this.integer() >>> 0) % limit
  }

  pick<T>(of: readonly T[]): T {
    return of[this.below(of.length)] as T
  }
}

/** Changes numbers in a few places: by chance, by one, or to what stands elsewhere in them or in those of another case. */
export function mutate(numbers: readonly number[], other: readonly number[], chance: Chance): number[] {
  const changed = [...numbers]
  const times = 1 + chance.below(chance.pick([1, 2, 8]))
  for (let time = 0; time < times; time++) chance.pick(CHANGES)(changed, other, chance)
  return changed
}

type Change = (numbers: number[], other: readonly number[], chance: Chance) => void

const CHANGES: readonly Change[] = [
  (numbers, _, chance) => set(numbers, chance, () => chance.integer()),
  (numbers, _, chance) => set(numbers, chance, (number) => (number + chance.pick([-1, 1, 2, -2])) | 0),
  (numbers, _, chance) => set(numbers, chance, (number) => number ^ (1 << chance.below(32))),
  (numbers, _, chance) => set(numbers, chance, () => chance.pick(numbers)),
  (numbers, _, chance) => numbers.splice(chance.below(numbers.length + 1), 1 + chance.below(4)),
  (numbers, _, chance) => numbers.splice(chance.below(numbers.length + 1), 0, chance.integer()),
  (numbers, other, chance) => {
    const at = chance.below(other.length + 1)
    numbers.splice(chance.below(numbers.length + 1), 0, ...other.slice(at, at + 1 + chance.below(16)))
  },
  (numbers, other, chance) => {
    const at = chance.below(Math.min(numbers.length, other.length) + 1)
    numbers.splice(at, numbers.length, ...other.slice(at))
  },
]

function set(numbers: number[], chance: Chance, change: (number: number) => number): void {
  if (numbers.length === 0) return
  const at = chance.below(numbers.length)
  numbers[at] = change(numbers[at] as number)
}
