import { ConfigurationError } from '../errors.js'
import { show } from '../middleware/checks.js'

/** Checks a time that was given as an option. @throws ConfigurationError naming the option. */
export function assertMilliseconds(option: string, value: unknown, least: 0 | 1): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= MAX_TIMER) return
  throw new ConfigurationError(
    `${option} must be a whole number of milliseconds from ${least} to ${MAX_TIMER}, got ${show(value)}.`,
  )
}

/** Node takes what is longer for one millisecond. */
const MAX_TIMER = 2 ** 31 - 1
