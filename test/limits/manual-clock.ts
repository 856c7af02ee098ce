import type { Clock } from '../../src/index.js'

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  readonly #waiting = new Map<() => void, number>()
  #now = 0
  #changes = 0
  #seen = -1

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size
  }

  now(): number {
    return this.#now
  }

  after(milliseconds: number, callback: () => void): () => void {
    this.#changes++
    this.#waiting.set(callback, this.#now + milliseconds)
    return () => this.#waiting.delete(callback)
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds
    for (const [callback, due] of [...this.#waiting]) {
      if (due > this.#now) continue
      this.#waiting.delete(callback)
      callback()
    }
  }

  /** Tells whether somebody waits, and nobody began to since the last question. */
  isStill(): boolean {
    const isStill = this.#waiting.size > 0 && this.#changes === this.#seen
    this.#seen = this.#changes
    return isStill
  }
}
