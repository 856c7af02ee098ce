/** Numbers that follow from a seed: the same seed gives the same ones again. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A whole number from 0 on, below `limit`. */
  below(limit: number): number {
    return Math.floor(this.#next() * limit)
  }

  /** A whole number of a range, both ends included. */
  between(min: number, max: number): number {
    return min + this.below(max - min + 1)
  }

  /** Tells whether something that comes to pass so often (0 to 1) does so now. */
  chance(often: number): boolean {
    return this.#next() < often
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  /** Another source of numbers, which goes on however many are taken from this one. */
  fork(): Random {
    return new Random(this.below(2 ** 32))
  }

  /** The generator "mulberry32". */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The seed of a run: that of `SOAK_SEED`, or another one each time. */
export function seedOf(text = process.env['SOAK_SEED']): number {
  if (text === undefined || text === '') return Math.floor(Math.random() * 2 ** 31)
  const seed = Number(text)
  if (Number.isSafeInteger(seed) && seed >= 0) return seed
  throw new Error(`A seed is a whole number, got "${text}".`)
}
