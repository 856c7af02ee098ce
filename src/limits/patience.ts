import type { Clock } from './clock.js'
import { SlowClientError } from './errors.js'

/** How long a client may take. */
export interface PatienceOptions {
  readonly idleTimeout?: number | undefined
  readonly totalTimeout?: number | undefined
  readonly clock: Clock
}

/** Waits for one client, and calls back when that takes too long. */
export class Patience {
  readonly #options: PatienceOptions
  readonly #onEnd: (error: SlowClientError) => void
  readonly #forgetTotal: (() => void) | undefined
  #forgetIdle: (() => void) | undefined

  constructor(options: PatienceOptions, onEnd: (error: SlowClientError) => void) {
    this.#options = options
    this.#onEnd = onEnd
    this.#forgetTotal = this.#after(options.totalTimeout, 'TOTAL_TIMEOUT')
  }

  /** The client has something to take. */
  wait(): void {
    this.#forgetIdle ??= this.#after(this.#options.idleTimeout, 'IDLE_TIMEOUT')
  }

  /** The client has taken something; there may be more. */
  calm(): void {
    this.#forgetIdle?.()
    this.#forgetIdle = undefined
  }

  end(): void {
    this.calm()
    this.#forgetTotal?.()
  }

  #after(seconds: number | undefined, code: 'IDLE_TIMEOUT' | 'TOTAL_TIMEOUT'): (() => void) | undefined {
    if (seconds === undefined) return undefined
    return this.#options.clock.after(seconds * 1000, () => this.#onEnd(new SlowClientError(code)))
  }
}
