/**
 * Reads an HTTP-date (RFC 9110, 5.6.7) word by word, and counts the days itself. Gives milliseconds since 1970.
 *
 * As documented: the name of the day is not held against the date, and a leap second is the second before it.
 */
export function readHttpDate(text: string, now: Date): number | undefined {
  const words = text.split(' ')
  if (words.length === 6 && words[5] === 'GMT' && isIn(DAYS, words[0], ',')) {
    const [, day = '', month = '', year = '', time = ''] = words
    return isDigits(day, 2) && isDigits(year, 4) ? moment(Number(year), month, Number(day), time) : undefined
  }
  if (words.length === 4 && words[3] === 'GMT' && isIn(LONG_DAYS, words[0], ',')) {
    const [day = '', month = '', year = '', ...others] = (words[1] ?? '').split('-')
    if (others.length > 0 || !isDigits(day, 2) || !isDigits(year, 2)) return undefined
    return nearest(Number(year), month, Number(day), words[2] ?? '', now)
  }
  if (isIn(DAYS, words[0], '')) {
    // A day below ten has a second blank before it.
    const padded = words.length === 6 && words[2] === ''
    const [month = '', day = '', time = '', year = '', ...others] = words
      .slice(1)
      .filter((_, at) => !(padded && at === 1))
    if (others.length > 0 || !isDigits(day, padded ? 1 : 2) || !isDigits(year, 4)) return undefined
    return moment(Number(year), month, Number(day), time)
  }
  return undefined
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const LONG_DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The three forms of a moment, the obsolete ones as well. */
export function writeHttpDate(seconds: number, form: DateForm): string {
  const date = new Date(seconds * 1000)
  const [day, month, year] = [date.getUTCDate(), MONTHS[date.getUTCMonth()], date.getUTCFullYear()]
  const weekday = (date.getUTCDay() + 6) % 7
  const time = date.toISOString().slice(11, 19)
  const two = String(day).padStart(2, '0')
  if (form === 'imf') return `${DAYS[weekday]}, ${two} ${month} ${String(year).padStart(4, '0')} ${time} GMT`
  if (form === 'rfc850')
    return `${LONG_DAYS[weekday]}, ${two}-${month}-${String(year % 100).padStart(2, '0')} ${time} GMT`
  return `${DAYS[weekday]} ${month} ${String(day).padStart(2, ' ')} ${time} ${String(year).padStart(4, '0')}`
}

/** A form of an HTTP-date. */
export type DateForm = 'imf' | 'rfc850' | 'asctime'

/** A year of two digits: the latest that is not more than 50 years ahead. */
function nearest(digits: number, month: string, day: number, time: string, now: Date): number | undefined {
  const century = Math.floor(now.getUTCFullYear() / 100) * 100
  const limit = new Date(now).setUTCFullYear(now.getUTCFullYear() + 50)
  const here = moment(century + digits, month, day, time)
  return here !== undefined && here > limit ? moment(century + digits - 100, month, day, time) : here
}

function moment(year: number, monthName: string, day: number, time: string): number | undefined {
  const month = MONTHS.indexOf(monthName)
  const [hour = '', minute = '', second = '', ...others] = time.split(':')
  if (month === -1 || others.length > 0 || ![hour, minute, second].every((each) => isDigits(each, 2))) return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined
  if (day < 1 || day > daysIn(year, month)) return undefined
  const days = daysBefore(year) + MONTHS.slice(0, month).reduce((sum, _, at) => sum + daysIn(year, at), 0) + day - 1
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Math.min(Number(second), 59)
  return ((days - daysBefore(1970)) * 86_400 + seconds) * 1000
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}

function daysIn(year: number, month: number): number {
  if (month === 1) return isLeap(year) ? 29 : 28
  return [3, 5, 8, 10].includes(month) ? 30 : 31
}

/** Days from the begin of the year 0 on. */
function daysBefore(year: number): number {
  let days = 0
  // In steps of 400 years, which all have as many days.
  const start = Math.floor(year / 400) * 400
  for (let each = start; each < year; each++) days += isLeap(each) ? 366 : 365
  return (start / 400) * 146_097 + days
}

function isDigits(text: string, length: number): boolean {
  return text.length === length && [...text].every((each) => '0123456789'.includes(each))
}

function isIn(names: readonly string[], word: string | undefined, end: string): boolean {
  return names.some((name) => word === name + end)
}
