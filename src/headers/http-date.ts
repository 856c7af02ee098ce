/**
 * Reads an HTTP-date in any of its three forms: IMF-fixdate, RFC 850, asctime.
 *
 * Gives milliseconds since the epoch, or `undefined` for anything else, which the caller then ignores.
 *
 * @see RFC 9110, 5.6.7
 */
export function parseHttpDate(text: string | null | undefined): number | undefined {
  if (!text) return undefined
  const parts = IMF_FIXDATE.exec(text)?.groups ?? RFC_850.exec(text)?.groups ?? ASCTIME.exec(text)?.groups
  return parts === undefined ? undefined : toEpoch(parts)
}

/** Writes milliseconds since the epoch as an IMF-fixdate, the one form that is sent. Parts of a second are cut off. */
export function formatHttpDate(milliseconds: number): string {
  return new Date(milliseconds).toUTCString()
}

/** Cuts a time to whole seconds, all that an HTTP-date can tell. */
export function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const MONTH = `(?<month>${MONTHS.join('|')})`
const TIME = '(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)'
const DAY_NAME = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)'
const LONG_DAY_NAME = '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)'

const IMF_FIXDATE = new RegExp(`^${DAY_NAME}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`)
const RFC_850 = new RegExp(`^${LONG_DAY_NAME}, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT$`)
const ASCTIME = new RegExp(`^${DAY_NAME} ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`)

function toEpoch(parts: Record<string, string>): number | undefined {
  const digits = parts['year'] as string
  if (digits.length === 4) return epochIn(Number(digits), parts)
  // RFC 9110, 5.6.7: a date with a two-digit year that seems more than 50 years ahead lies in the past.
  const now = new Date()
  const year = now.getUTCFullYear() - (now.getUTCFullYear() % 100) + Number(digits)
  const epoch = epochIn(year, parts)
  const farthest = now.setUTCFullYear(now.getUTCFullYear() + 50)
  return epoch !== undefined && epoch > farthest ? epochIn(year - 100, parts) : epoch
}

function epochIn(year: number, parts: Record<string, string>): number | undefined {
  const month = MONTHS.indexOf(parts['month'] as string)
  const day = Number(parts['day'])
  // A leap second has no place in epoch time: it counts as the second before it.
  const second = Math.min(Number(parts['second']), 59)
  const date = new Date(0)
  // Not Date.UTC(): it takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month, day)
  date.setUTCHours(Number(parts['hour']), Number(parts['minute']), second)
  // 31 February rolls over into March: no such date was meant.
  return date.getUTCDate() === day ? date.getTime() : undefined
}
