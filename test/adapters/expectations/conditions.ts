import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { DIGITS } from '../fixtures.js'
import type { Source } from '../sources.js'
import type { Expected } from '../suite.js'
import { type UsedSite, useSite } from '../use.js'

/** RFC 9110, 13: what conditions make of a request. */
export function conditions({ adapter, sources }: Expected): void {
  describe('conditions', () => {
    for (const source of sources) {
      describe(source.name, () => conditionsOfDigits(useSite(adapter, source.view, source.route), source))
    }
  })
}

/** What a client knows after the first download: the tag, and the date in seconds since the epoch. */
interface Known {
  readonly etag: string
  readonly date: number
}

type Case = readonly [title: string, status: number, headers: (known: Known) => Record<string, string>]

function conditionsOfDigits(site: UsedSite, { target }: Source): void {
  let known: Known = { etag: '', date: 0 }
  before(async () => {
    const reply = await site.ask(target)
    known = { etag: reply.get('ETag') ?? '', date: Date.parse(reply.get('Last-Modified') ?? '') / 1000 }
  })

  test('the file has a strong tag and a date', () => {
    assert.match(known.etag, /^"[\x21\x23-\x7e]+"$/)
    assert.ok(Number.isInteger(known.date), String(known.date))
  })

  for (const [title, status, headers] of CASES) {
    test(`${title}: ${status}`, async () => {
      const reply = await site.ask(target, { headers: headers(known) })
      assert.equal(reply.status, status)
      const expected: Record<number, string> = { 200: DIGITS, 206: '01' }
      assert.equal(reply.body.toString(), expected[status] ?? '')
      if (status === 206) assert.equal(reply.get('Content-Range'), 'bytes 0-1/10')
      if (status === 304) {
        assert.equal(reply.get('Content-Length'), undefined)
        assert.equal(reply.get('Last-Modified'), imfDate(known.date))
      }
      if (status === 304 || status === 412) {
        assert.equal(reply.get('ETag'), known.etag)
        assert.equal(reply.get('Cache-Control'), status === 304 ? 'private, no-cache' : 'no-store')
        for (const name of ['Content-Type', 'Content-Disposition', 'Content-Range']) {
          assert.equal(reply.get(name), undefined, name)
        }
      }
      if (status === 200) {
        assert.equal(reply.get('Content-Length'), '10')
        assert.equal(reply.get('Content-Range'), undefined)
      }
      const head = await site.ask(target, { method: 'HEAD', headers: headers(known) })
      // A range has no meaning for a HEAD, so it cannot fail either.
      assert.equal(head.status, status === 206 || status === 416 ? 200 : status)
      assert.equal(head.body.length, 0)
    })
  }
}

const IF_NONE_MATCH: readonly Case[] = [
  ['If-None-Match with the tag', 304, ({ etag }) => ({ 'If-None-Match': etag })],
  ['If-None-Match with the tag, weak', 304, ({ etag }) => ({ 'If-None-Match': `W/${etag}` })],
  ['If-None-Match with a list that ends in the tag', 304, ({ etag }) => ({ 'If-None-Match': `"a", W/"b", ${etag}` })],
  ['If-None-Match with a list that begins with it', 304, ({ etag }) => ({ 'If-None-Match': `${etag}, "a"` })],
  ['If-None-Match with a list without blanks', 304, ({ etag }) => ({ 'If-None-Match': `"a",${etag},"b"` })],
  ['If-None-Match with a list with tabs', 304, ({ etag }) => ({ 'If-None-Match': `"a"\t,\t${etag}` })],
  ['If-None-Match with empty elements', 304, ({ etag }) => ({ 'If-None-Match': `, ,${etag},` })],
  ['If-None-Match with commas inside another tag', 304, ({ etag }) => ({ 'If-None-Match': `"a,b", ${etag}` })],
  ['If-None-Match: *', 304, () => ({ 'If-None-Match': '*' })],
  ['If-None-Match with another tag', 200, () => ({ 'If-None-Match': '"another"' })],
  ['If-None-Match with other tags', 200, () => ({ 'If-None-Match': '"a", W/"b", "c"' })],
  ['If-None-Match with the tag inside another', 200, ({ etag }) => ({ 'If-None-Match': `"${unquoted(etag)}x"` })],
  ['If-None-Match with the tag cut off', 200, ({ etag }) => ({ 'If-None-Match': `${etag.slice(0, -2)}"` })],
  ['If-None-Match with the tag without quotes', 200, ({ etag }) => ({ 'If-None-Match': unquoted(etag) })],
  ['If-None-Match with the tag in single quotes', 200, ({ etag }) => ({ 'If-None-Match': `'${unquoted(etag)}'` })],
  ['If-None-Match with a small w', 200, ({ etag }) => ({ 'If-None-Match': `w/${etag}` })],
  [
    'If-None-Match with a tag that a proxy has marked',
    200,
    ({ etag }) => ({ 'If-None-Match': etag.replace(/"$/, '-gzip"') }),
  ],
  ['If-None-Match with the empty tag', 200, () => ({ 'If-None-Match': '""' })],
  ['If-None-Match with only a comma', 200, () => ({ 'If-None-Match': ',' })],
  ['If-None-Match with a star in quotes', 200, () => ({ 'If-None-Match': '"*"' })],
]

const IF_MODIFIED_SINCE: readonly Case[] = [
  ['If-Modified-Since with the date', 304, ({ date }) => ({ 'If-Modified-Since': imfDate(date) })],
  ['If-Modified-Since with the date as in RFC 850', 304, ({ date }) => ({ 'If-Modified-Since': rfc850Date(date) })],
  ['If-Modified-Since with the date of asctime()', 304, ({ date }) => ({ 'If-Modified-Since': asctimeDate(date) })],
  ['If-Modified-Since a second later', 304, ({ date }) => ({ 'If-Modified-Since': imfDate(date + 1) })],
  ['If-Modified-Since in a far future', 304, () => ({ 'If-Modified-Since': 'Fri, 01 Jan 2100 00:00:00 GMT' })],
  ['If-Modified-Since a second earlier', 200, ({ date }) => ({ 'If-Modified-Since': imfDate(date - 1) })],
  [
    'If-Modified-Since a second earlier as in RFC 850',
    200,
    ({ date }) => ({ 'If-Modified-Since': rfc850Date(date - 1) }),
  ],
  [
    'If-Modified-Since a second earlier of asctime()',
    200,
    ({ date }) => ({ 'If-Modified-Since': asctimeDate(date - 1) }),
  ],
  ['If-Modified-Since at the beginning of time', 200, () => ({ 'If-Modified-Since': 'Thu, 01 Jan 1970 00:00:00 GMT' })],
  ['If-Modified-Since before that', 200, () => ({ 'If-Modified-Since': 'Mon, 01 Jan 0001 00:00:00 GMT' })],
  ['If-Modified-Since: yesterday', 200, () => ({ 'If-Modified-Since': 'yesterday' })],
  ['If-Modified-Since: 0', 200, () => ({ 'If-Modified-Since': '0' })],
  ['If-Modified-Since: -1', 200, () => ({ 'If-Modified-Since': '-1' })],
  ['If-Modified-Since in seconds', 200, ({ date }) => ({ 'If-Modified-Since': String(date) })],
  [
    'If-Modified-Since as in ISO 8601',
    200,
    ({ date }) => ({ 'If-Modified-Since': new Date(date * 1000).toISOString() }),
  ],
  [
    'If-Modified-Since with a length after it',
    200,
    ({ date }) => ({ 'If-Modified-Since': `${imfDate(date)}; length=10` }),
  ],
  ['If-Modified-Since in UTC', 200, ({ date }) => ({ 'If-Modified-Since': imfDate(date).replace('GMT', 'UTC') })],
  [
    'If-Modified-Since with an offset',
    200,
    ({ date }) => ({ 'If-Modified-Since': imfDate(date).replace('GMT', '+0000') }),
  ],
  ['If-Modified-Since without a zone', 200, ({ date }) => ({ 'If-Modified-Since': imfDate(date).replace(' GMT', '') })],
  [
    'If-Modified-Since with two dates',
    200,
    ({ date }) => ({ 'If-Modified-Since': `${imfDate(date)}, ${imfDate(date)}` }),
  ],
  ['If-Modified-Since on the 31st of February', 200, () => ({ 'If-Modified-Since': 'Wed, 31 Feb 2100 00:00:00 GMT' })],
  ['If-Modified-Since at 25 o’clock', 200, () => ({ 'If-Modified-Since': 'Fri, 01 Jan 2100 25:00:00 GMT' })],
  ['If-Modified-Since with an entity-tag', 200, ({ etag }) => ({ 'If-Modified-Since': etag })],
  ['If-Modified-Since: *', 200, () => ({ 'If-Modified-Since': '*' })],
]

const IF_MATCH: readonly Case[] = [
  ['If-Match with the tag', 200, ({ etag }) => ({ 'If-Match': etag })],
  ['If-Match with a list that has the tag', 200, ({ etag }) => ({ 'If-Match': `"a", ${etag}, W/"b"` })],
  ['If-Match: *', 200, () => ({ 'If-Match': '*' })],
  ['If-Match with another tag', 412, () => ({ 'If-Match': '"another"' })],
  ['If-Match with other tags', 412, () => ({ 'If-Match': '"a", "b"' })],
  ['If-Match with the tag, weak', 412, ({ etag }) => ({ 'If-Match': `W/${etag}` })],
  ['If-Match with the tag without quotes', 412, ({ etag }) => ({ 'If-Match': unquoted(etag) })],
  ['If-Match with the empty tag', 412, () => ({ 'If-Match': '""' })],
]

const IF_UNMODIFIED_SINCE: readonly Case[] = [
  ['If-Unmodified-Since with the date', 200, ({ date }) => ({ 'If-Unmodified-Since': imfDate(date) })],
  ['If-Unmodified-Since with the date as in RFC 850', 200, ({ date }) => ({ 'If-Unmodified-Since': rfc850Date(date) })],
  ['If-Unmodified-Since with the date of asctime()', 200, ({ date }) => ({ 'If-Unmodified-Since': asctimeDate(date) })],
  ['If-Unmodified-Since a second later', 200, ({ date }) => ({ 'If-Unmodified-Since': imfDate(date + 1) })],
  ['If-Unmodified-Since a second earlier', 412, ({ date }) => ({ 'If-Unmodified-Since': imfDate(date - 1) })],
  [
    'If-Unmodified-Since a second earlier as in RFC 850',
    412,
    ({ date }) => ({ 'If-Unmodified-Since': rfc850Date(date - 1) }),
  ],
  [
    'If-Unmodified-Since a second earlier of asctime()',
    412,
    ({ date }) => ({ 'If-Unmodified-Since': asctimeDate(date - 1) }),
  ],
  ['If-Unmodified-Since long ago', 412, () => ({ 'If-Unmodified-Since': 'Sat, 01 Jan 2000 00:00:00 GMT' })],
  ['If-Unmodified-Since: yesterday', 200, () => ({ 'If-Unmodified-Since': 'yesterday' })],
  ['If-Unmodified-Since: 0', 200, () => ({ 'If-Unmodified-Since': '0' })],
]

/** RFC 9110, 13.2.2 */
const PRECEDENCE: readonly Case[] = [
  [
    'If-None-Match fails, If-Modified-Since holds',
    200,
    ({ date }) => ({ 'If-None-Match': '"x"', 'If-Modified-Since': imfDate(date) }),
  ],
  [
    'If-None-Match holds, If-Modified-Since is older',
    304,
    ({ etag }) => ({ 'If-None-Match': etag, 'If-Modified-Since': OLD }),
  ],
  [
    'If-None-Match holds, If-Modified-Since is nonsense',
    304,
    ({ etag }) => ({ 'If-None-Match': etag, 'If-Modified-Since': 'x' }),
  ],
  [
    'If-None-Match is nonsense, If-Modified-Since holds',
    200,
    ({ date }) => ({ 'If-None-Match': 'x', 'If-Modified-Since': imfDate(date) }),
  ],
  ['If-Match: * silences an old If-Unmodified-Since', 200, () => ({ 'If-Match': '*', 'If-Unmodified-Since': OLD })],
  ['If-Match with the tag silences it, too', 200, ({ etag }) => ({ 'If-Match': etag, 'If-Unmodified-Since': OLD })],
  [
    'If-Match fails, If-Unmodified-Since holds',
    412,
    ({ date }) => ({ 'If-Match': '"x"', 'If-Unmodified-Since': imfDate(date) }),
  ],
  ['If-Match fails, If-None-Match holds', 412, ({ etag }) => ({ 'If-Match': '"x"', 'If-None-Match': etag })],
  ['If-Match holds, If-None-Match as well', 304, ({ etag }) => ({ 'If-Match': etag, 'If-None-Match': etag })],
  ['If-Match holds, If-None-Match fails', 200, ({ etag }) => ({ 'If-Match': etag, 'If-None-Match': '"x"' })],
  [
    'If-Unmodified-Since fails, If-None-Match holds',
    412,
    ({ etag }) => ({ 'If-Unmodified-Since': OLD, 'If-None-Match': etag }),
  ],
  [
    'If-Unmodified-Since and If-Modified-Since hold',
    304,
    ({ date }) => ({ 'If-Unmodified-Since': imfDate(date), 'If-Modified-Since': imfDate(date) }),
  ],
  [
    'If-Match fails, If-Modified-Since holds',
    412,
    ({ date }) => ({ 'If-Match': '"x"', 'If-Modified-Since': imfDate(date) }),
  ],
  [
    'all of them hold',
    304,
    ({ etag, date }) => ({
      'If-Match': etag,
      'If-Unmodified-Since': OLD,
      'If-None-Match': etag,
      'If-Modified-Since': imfDate(date),
      'If-Range': etag,
      Range: 'bytes=0-1',
    }),
  ],
  ['If-None-Match holds beside a range', 304, ({ etag }) => ({ 'If-None-Match': etag, Range: 'bytes=0-1' })],
  [
    'If-None-Match holds beside a range that is not there',
    304,
    ({ etag }) => ({ 'If-None-Match': etag, Range: 'bytes=99-' }),
  ],
  [
    'If-Modified-Since holds beside a range',
    304,
    ({ date }) => ({ 'If-Modified-Since': imfDate(date), Range: 'bytes=0-1' }),
  ],
  ['If-Match fails beside a range', 412, () => ({ 'If-Match': '"x"', Range: 'bytes=0-1' })],
  ['If-Match fails beside a range that is not there', 412, () => ({ 'If-Match': '"x"', Range: 'bytes=99-' })],
  ['If-Match holds beside a range', 206, ({ etag }) => ({ 'If-Match': etag, Range: 'bytes=0-1' })],
  [
    'If-Unmodified-Since holds beside a range',
    206,
    ({ date }) => ({ 'If-Unmodified-Since': imfDate(date), Range: 'bytes=0-1' }),
  ],
  ['If-None-Match fails beside a range', 206, () => ({ 'If-None-Match': '"x"', Range: 'bytes=0-1' })],
  ['If-None-Match fails beside a range that is not there', 416, () => ({ 'If-None-Match': '"x"', Range: 'bytes=99-' })],
]

/** RFC 9110, 13.1.5: a resumed download never glues two versions together. */
const IF_RANGE: readonly Case[] = [
  ['If-Range with the tag', 206, ({ etag }) => ({ 'If-Range': etag, Range: 'bytes=0-1' })],
  ['If-Range with the date', 206, ({ date }) => ({ 'If-Range': imfDate(date), Range: 'bytes=0-1' })],
  ['If-Range with the date as in RFC 850', 206, ({ date }) => ({ 'If-Range': rfc850Date(date), Range: 'bytes=0-1' })],
  ['If-Range with the date of asctime()', 206, ({ date }) => ({ 'If-Range': asctimeDate(date), Range: 'bytes=0-1' })],
  ['If-Range with another tag', 200, () => ({ 'If-Range': '"another"', Range: 'bytes=0-1' })],
  ['If-Range with the tag, weak', 200, ({ etag }) => ({ 'If-Range': `W/${etag}`, Range: 'bytes=0-1' })],
  [
    'If-Range with the tag inside another',
    200,
    ({ etag }) => ({ 'If-Range': `"${unquoted(etag)}x"`, Range: 'bytes=0-1' }),
  ],
  ['If-Range with a list that has the tag', 200, ({ etag }) => ({ 'If-Range': `"a", ${etag}`, Range: 'bytes=0-1' })],
  ['If-Range with the tag without quotes', 200, ({ etag }) => ({ 'If-Range': unquoted(etag), Range: 'bytes=0-1' })],
  ['If-Range: *', 200, () => ({ 'If-Range': '*', Range: 'bytes=0-1' })],
  ['If-Range a second later', 200, ({ date }) => ({ 'If-Range': imfDate(date + 1), Range: 'bytes=0-1' })],
  ['If-Range a second earlier', 200, ({ date }) => ({ 'If-Range': imfDate(date - 1), Range: 'bytes=0-1' })],
  ['If-Range in a far future', 200, () => ({ 'If-Range': 'Fri, 01 Jan 2100 00:00:00 GMT', Range: 'bytes=0-1' })],
  ['If-Range: yesterday', 200, () => ({ 'If-Range': 'yesterday', Range: 'bytes=0-1' })],
  ['If-Range with another tag, and a range that is not there', 200, () => ({ 'If-Range': '"x"', Range: 'bytes=99-' })],
  [
    'If-Range with the tag, and a range that is not there',
    416,
    ({ etag }) => ({ 'If-Range': etag, Range: 'bytes=99-' }),
  ],
  ['If-Range with the tag, and no Range', 200, ({ etag }) => ({ 'If-Range': etag })],
  ['If-Range with another tag, and no Range', 200, () => ({ 'If-Range': '"x"' })],
  [
    'If-Range with another tag, and If-None-Match that holds',
    304,
    ({ etag }) => ({ 'If-Range': '"x"', 'If-None-Match': etag, Range: 'bytes=0-1' }),
  ],
  ['If-Range with another tag, and several ranges', 200, () => ({ 'If-Range': '"x"', Range: 'bytes=0-1,3-4' })],
]

const CASES: readonly Case[] = [
  ...IF_NONE_MATCH,
  ...IF_MODIFIED_SINCE,
  ...IF_MATCH,
  ...IF_UNMODIFIED_SINCE,
  ...PRECEDENCE,
  ...IF_RANGE,
]

const OLD = 'Sat, 01 Jan 2000 00:00:00 GMT'

function unquoted(etag: string): string {
  return etag.slice(1, -1)
}

function imfDate(seconds: number): string {
  return new Date(seconds * 1000).toUTCString()
}

function rfc850Date(seconds: number): string {
  const { weekday, day, month, year, time } = partsOf(seconds)
  return `${LONG_DAYS[weekday]}, ${day}-${month}-${year.slice(2)} ${time} GMT`
}

function asctimeDate(seconds: number): string {
  const { weekday, day, month, year, time } = partsOf(seconds)
  return `${LONG_DAYS[weekday]?.slice(0, 3)} ${month} ${day.replace(/^0/, ' ')} ${time} ${year}`
}

function partsOf(seconds: number): { weekday: number; day: string; month: string; year: string; time: string } {
  const [, day = '', month = '', year = '', time = ''] = imfDate(seconds).split(' ')
  return { weekday: new Date(seconds * 1000).getUTCDay(), day, month, year, time }
}

const LONG_DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
