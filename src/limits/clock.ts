/** Tells the time and waits. */
export interface Clock {
  /** Milliseconds since any moment, never going back. */
  now(): number
  /** Calls back after so many milliseconds. Gives back what prevents that. */
  after(milliseconds: number, callback: () => void): () => void
}

/** The clock of the process. What waits does not keep it alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, Math.min(milliseconds, MAX_DELAY)).unref()
    return () => clearTimeout(timer)
  },
}

/** Milliseconds, 24 days: with more, Node would not wait at all. */
const MAX_DELAY = 2 ** 31 - 1
