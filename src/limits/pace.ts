import type { Clock } from './clock.js'

/** Spreads bytes over time. */
export class Pace {
  readonly #clock: Clock
  readonly #bytesPerSecond: number
  /** When more may be sent. */
  #freeAt = 0

  constructor(bytesPerSecond: number, clock: Clock) {
    this.#bytesPerSecond = bytesPerSecond
    this.#clock = clock
  }

  /** Milliseconds until more may be sent. */
  get pause(): number {
    return Math.max(0, this.#freeAt - this.#clock.now())
  }

  /** Notes what is sent now. */
  spend(bytes: number): void {
    this.#freeAt = Math.max(this.#freeAt, this.#clock.now()) + (bytes / this.#bytesPerSecond) * 1000
  }
}
