import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatHttpDate, parseHttpDate, wholeSeconds } from './http-date.js'

test('the three forms of RFC 9110 name the same second', () => {
  const example = Date.UTC(1994, 10, 6, 8, 49, 37)
  assert.equal(parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT'), example)
  assert.equal(parseHttpDate('Sunday, 06-Nov-94 08:49:37 GMT'), example)
  assert.equal(parseHttpDate('Sun Nov  6 08:49:37 1994'), example)
})

test('the one form that is written is IMF-fixdate, and parts of a second are cut off', () => {
  assert.equal(formatHttpDate(784111777999), 'Sun, 06 Nov 1994 08:49:37 GMT')
  assert.equal(formatHttpDate(0), 'Thu, 01 Jan 1970 00:00:00 GMT')
  assert.equal(formatHttpDate(-1), 'Wed, 31 Dec 1969 23:59:59 GMT')
})

test('whole seconds are cut towards the past, also before 1970', () => {
  for (const [milliseconds, whole] of [
    [1999, 1000],
    [2000, 2000],
    [0.5, 0],
    [-1, -1000],
  ] as const) {
    assert.equal(wholeSeconds(milliseconds), whole)
  }
})

test('every time of the years 0 to 9999 comes back from each form to the second', () => {
  const times = fc.integer({ min: new Date('0000-01-01T00:00:00Z').getTime(), max: Date.UTC(9999, 11, 31, 23, 59, 59) })
  fc.assert(
    fc.property(times, (time) => {
      assert.equal(parseHttpDate(formatHttpDate(time)), wholeSeconds(time))
      assert.equal(parseHttpDate(asctime(time)), wholeSeconds(time))
    }),
    { numRuns: 2000 },
  )
})

test('a two-digit year is this century, unless that is more than 50 years ahead to the second', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 10, 22, 12, 0, 0) })
  for (const [text, year] of [
    ['Saturday, 01-Jan-00 00:00:00 GMT', 2000],
    ['Sunday, 22-Nov-26 12:00:00 GMT', 2026],
    ['Sunday, 01-Nov-76 00:00:00 GMT', 2076],
    ['Sunday, 22-Nov-76 12:00:00 GMT', 2076],
    ['Monday, 22-Nov-76 12:00:01 GMT', 1976],
    ['Friday, 31-Dec-76 23:59:59 GMT', 1976],
    ['Saturday, 01-Jan-77 00:00:00 GMT', 1977],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 1994],
    ['Friday, 31-Dec-99 23:59:59 GMT', 1999],
  ] as const) {
    assert.equal(yearOf(text), year, text)
  }
})

test('two-digit years move on with the clock', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.UTC(2051, 5, 1) })
  assert.equal(yearOf('Wednesday, 01-Jan-00 00:00:00 GMT'), 2000)
  assert.equal(yearOf('Thursday, 31-Dec-99 23:59:59 GMT'), 2099)
})

test('a day that its month does not have is no date', () => {
  const months = fc.constantFrom(...MONTHS)
  fc.assert(
    fc.property(fc.integer({ min: 1890, max: 2110 }), months, fc.integer({ min: 0, max: 39 }), (year, month, day) => {
      const exists = day >= 1 && day <= daysIn(month, year)
      const [dd, d] = [String(day).padStart(2, '0'), String(day).padStart(2, ' ')]
      assert.equal(parseHttpDate(`Mon, ${dd} ${month} ${year} 00:00:00 GMT`) !== undefined, exists)
      assert.equal(parseHttpDate(`Mon ${month} ${d} 00:00:00 ${year}`) !== undefined, exists)
    }),
    { numRuns: 2000 },
  )
})

test('a leap second is read as the second before it', () => {
  assert.equal(parseHttpDate('Sat, 31 Dec 2016 23:59:60 GMT'), Date.UTC(2016, 11, 31, 23, 59, 59))
})

test('anything else is no date', () => {
  for (const text of [
    undefined,
    null,
    '',
    ' ',
    'yesterday',
    '0',
    '784111777',
    '1994-11-06T08:49:37Z',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 06 Nov 1994 08:49:37 +0000',
    'Sun, 06 Nov 1994 08:49:37 gmt',
    'sun, 06 nov 1994 08:49:37 GMT',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 94 08:49:37 GMT',
    'Sun, 06 Nov 19940 08:49:37 GMT',
    'Sun, 06 Nov 1994 8:49:37 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 08:60:00 GMT',
    'Sun, 06 Nov 1994 08:49:61 GMT',
    'Sun, 06 Foo 1994 08:49:37 GMT',
    'Xyz, 06 Nov 1994 08:49:37 GMT',
    'Sun, 06-Nov-94 08:49:37 GMT',
    'Sunday, 06-Nov-1994 08:49:37 GMT',
    'Sunday, 06 Nov 1994 08:49:37 GMT',
    'Sunday Nov  6 08:49:37 1994',
    'Sun Nov 6 08:49:37 1994',
    'Sun Nov  6 08:49:37 1994 GMT',
    'Sun Nov  6 08:49:37 1994\n',
    '"Sun, 06 Nov 1994 08:49:37 GMT"',
    // Netscape, 1996.
    'Sun, 06 Nov 1994 08:49:37 GMT; length=10',
    // Two fields with one name arrive as a list, and a list has no date.
    'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37 GMT,',
  ]) {
    assert.equal(parseHttpDate(text), undefined, String(text))
  }
})

test('no text at all makes the reader throw', () => {
  const garbled = fc
    .tuple(fc.constantFrom('Sun, 06 Nov 1994 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'), fc.nat(40), fc.string())
    .map(([date, place, text]) => date.slice(0, place) + text + date.slice(place + text.length))
  fc.assert(
    fc.property(fc.oneof(fc.string(), garbled), (text) => {
      const time = parseHttpDate(text)
      if (time !== undefined) assert.equal(time % 1000, 0)
    }),
  )
})

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function asctime(time: number): string {
  const [name, day, month, year, clock] = new Date(time).toUTCString().replace(',', '').split(' ') as [
    string,
    string,
    string,
    string,
    string,
  ]
  return `${name} ${month} ${day.replace(/^0/, ' ')} ${clock} ${year}`
}

function yearOf(text: string): number {
  const time = parseHttpDate(text)
  assert.ok(time !== undefined, text)
  return new Date(time).getUTCFullYear()
}

function daysIn(month: string, year: number): number {
  if (month === 'Feb') return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return ['Apr', 'Jun', 'Sep', 'Nov'].includes(month) ? 30 : 31
}
