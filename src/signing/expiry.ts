import { ConfigurationError } from '../errors.js'

/** How long links can be used. */
export interface ExpiryOptions {
  /** Seconds for which a link can be used at least. Default: `3600`. */
  expiresIn?: number | undefined
  /**
   * Seconds during which the same file gets the same link, so that caches of browsers and networks know it again. Links
   * then live up to that much longer. Default: a tenth of `expiresIn`.
   */
  stableFor?: number | undefined
  /** The time, in milliseconds since 1970. Default: `Date.now`. */
  now?: (() => number) | undefined
}

/** Says when links end. */
export class Expiry {
  readonly #expiresIn: number
  readonly #stableFor: number | undefined
  readonly #now: () => number
  readonly #owner: string

  constructor({ expiresIn = 3600, stableFor, now = Date.now }: ExpiryOptions, owner: string) {
    this.#expiresIn = checkedSeconds('expiresIn', expiresIn, owner)
    this.#stableFor = stableFor === undefined ? undefined : checkedSeconds('stableFor', stableFor, owner)
    this.#now = now
    this.#owner = owner
  }

  /** When a link ends that is made now, in whole seconds since 1970. */
  next(expiresIn: number = this.#expiresIn): number {
    const seconds = checkedSeconds('expiresIn', expiresIn, this.#owner)
    const step = this.#step(seconds)
    return Math.ceil((this.#now() / 1000 + seconds) / step) * step
  }

  /** Seconds that a link may live at most, since its end is rounded up. */
  longest(expiresIn: number = this.#expiresIn): number {
    return expiresIn + this.#step(expiresIn)
  }

  /** Tells whether a link ends only after now. A clock that tells nothing lets nobody in. */
  isAhead(expires: number): boolean {
    return this.#now() < expires * 1000
  }

  #step(seconds: number): number {
    return this.#stableFor ?? Math.ceil(seconds / 10)
  }
}

/** Writes a moment as it stands in a link. */
export function formatExpiry(expires: number): string {
  return String(expires)
}

/** Reads a moment in its one spelling; `undefined` for anything else. */
export function parseExpiry(text: string): number | undefined {
  return /^[1-9]\d{0,11}$/.test(text) ? Number(text) : undefined
}

/** Ten years. A link cannot be taken back, so none is for ever. */
const LONGEST = 315_576_000

/** Checks a length of time that the application gave. */
export function checkedSeconds(name: string, seconds: unknown, owner: string): number {
  if (Number.isInteger(seconds) && (seconds as number) >= 1 && (seconds as number) <= LONGEST) return seconds as number
  throw new ConfigurationError(
    `${owner}: ${name} must be whole seconds, from 1 to ${LONGEST} (ten years), got ${String(seconds)}.`,
  )
}
