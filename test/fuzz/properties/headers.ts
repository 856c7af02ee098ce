import assert from 'node:assert/strict'
import { validateHeaderName, validateHeaderValue } from 'node:http'
import fc from 'fast-check'
import { contentDisposition, MAX_NAME_BYTES, safeName } from '../../../src/headers/content-disposition.js'
import { strongMatch, weakMatch } from '../../../src/headers/etag.js'
import { HeaderMap } from '../../../src/headers/header-map.js'
import { formatHttpDate, parseHttpDate } from '../../../src/headers/http-date.js'
import { canRunScript, charsetOf, essenceOf, withCharset } from '../../../src/headers/media-type.js'
import { frameRanges } from '../../../src/headers/multipart.js'
import { checkPreconditions, ifRangeHolds } from '../../../src/headers/preconditions.js'
import { firstRangeSpec, formatRange, parseRange } from '../../../src/headers/range.js'
import { codeUnit, digits, garbled, soup } from '../arbitraries.js'
import { type ConditionHeaders, evaluate, readTags, type Tag, writeTag } from '../models/conditions.js'
import { type DateForm, readHttpDate, writeHttpDate } from '../models/date.js'
import { readDisposition, readExtended, safeNameOf } from '../models/disposition.js'
import { readMediaType } from '../models/media-type.js'
import { readMultipart } from '../models/multipart.js'
import { spansByAsking, spansOf } from '../models/range.js'
import { type Property, property } from '../property.js'

const rangeSpec = fc.oneof(
  fc.tuple(digits, digits).map(([first, last]) => `${first}-${last}`),
  digits.map((first) => `${first}-`),
  digits.map((last) => `-${last}`),
)
const blank = fc.constantFrom('', '', '', ' ', '\t', ' \t ')

/** A `Range` header, most often a good one. */
export const rangeHeader: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 8,
    arbitrary: garbled(
      fc
        .tuple(
          fc.constantFrom('bytes=', 'bytes=', 'bytes=', 'Bytes=', 'items=', 'bytes ='),
          fc.array(
            fc.tuple(blank, fc.oneof({ weight: 6, arbitrary: rangeSpec }, { weight: 1, arbitrary: blank }), blank),
            {
              maxLength: 4,
            },
          ),
        )
        .map(([unit, specs]) => unit + specs.map((each) => each.join('')).join(',')),
      '0123456789-,= \t;xb\u00a0\u0661',
    ),
  },
  { weight: 1, arbitrary: soup('bytes=-,019 \t;x\0\u00e9', 24).map((text) => `bytes=${text}`) },
  { weight: 1, arbitrary: soup('bytes=-,019 \t;x\0\u00e9', 24) },
)

const size = fc.oneof(
  { weight: 3, arbitrary: fc.nat(40) },
  { weight: 3, arbitrary: fc.nat(400) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER) },
  { weight: 1, arbitrary: fc.nat({ max: Number.MAX_SAFE_INTEGER }) },
)

const range = property({
  id: 'range',
  says: 'any Range header asks for exactly the bytes that RFC 9110, 14 says, whatever the size',
  share: 14,
  cases: fc.record({ header: rangeHeader, size }),
  check({ header, size }) {
    const spans = spansOf(header, BigInt(size))
    // Two models that have nothing in common but the RFC.
    if (size <= 40) assert.deepEqual(spansByAsking(header, size), spans)
    const expected = Array.isArray(spans)
      ? spans.map(({ start, end }) => ({ start: Number(start), end: Number(end) }))
      : spans
    assert.deepEqual(parseRange(header, size), expected)
  },
})

const firstRange = property({
  id: 'first-range',
  says: 'the first range, asked for before the size is known, means the same bytes as it does after',
  share: 6,
  cases: fc.record({ header: rangeHeader, size: fc.nat(400) }),
  check({ header, size }) {
    const spec = firstRangeSpec(header)
    const all = spansOf(header, BigInt(size))
    if (spec === undefined) {
      assert.equal(all, undefined)
      return
    }
    // Written again, it says the same of this one range; a number beyond 2^53 is written in another way, and is outside.
    const again = formatRange(spec)
    if (/e\+|Infinity/.test(again)) return
    const first = spansOf(again, BigInt(size))
    if (Array.isArray(all) && all.length === 1 && !header.includes(',')) assert.deepEqual(first, all)
    else if (all === 'unsatisfiable') assert.equal(first, 'unsatisfiable')
  },
})

const multipart = property({
  id: 'multipart',
  says: 'a multipart body, read back by an independent reader, has exactly the bytes that were framed',
  share: 5,
  cases: fc.record({
    content: fc.string({
      unit: fc.oneof(fc.constantFrom('\r\n--', '--', '\r\n', '\0', '\u00ff'), fc.constantFrom(...'abc-')),
      minLength: 1,
      maxLength: 60,
    }),
    places: fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 2, maxLength: 5 }),
    contentType: fc.constantFrom('text/plain; charset=utf-8', 'application/octet-stream', 'a/b; c="--d"'),
  }),
  check({ content, places, contentType }) {
    const file = Buffer.from(content, 'latin1')
    const ranges = places.map(([a, b]) => {
      const [one, two] = [a % file.length, b % file.length]
      return { start: Math.min(one, two), end: Math.max(one, two) }
    })
    const framed = frameRanges(ranges, file.length, contentType)
    const pieces = framed.parts.flatMap(({ head, range }) => [head, file.subarray(range.start, range.end + 1)])
    const body = Buffer.concat([...pieces, framed.tail])
    assert.equal(body.length, framed.contentLength)
    assert.deepEqual(
      readMultipart(framed.contentType, body).map(({ headers, bytes }) => [headers, bytes.toString('latin1')]),
      ranges.map(({ start, end }) => [
        { 'content-type': contentType, 'content-range': `bytes ${start}-${end}/${file.length}` },
        content.slice(start, end + 1),
      ]),
    )
  },
})

const tag: fc.Arbitrary<Tag> = fc.record({
  isWeak: fc.boolean(),
  opaque: fc.constantFrom('', 'a', 'a', 'a', 'a', 'a', 'b', 'a,b', 'W/', "'", '\u00e9', '5-1'),
})
const NOT_IN_TAGS = ' \t",W/*\\\0\x7f'

/** The value of `If-Match` or `If-None-Match`. */
export const tagList: fc.Arbitrary<string> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('*', ' *\t', '*, "a"', '', ',') },
  {
    weight: 6,
    arbitrary: garbled(
      fc
        .tuple(fc.array(tag, { maxLength: 3 }), fc.constantFrom(',', ', ', ' ,\t', ',,', ' '))
        .map(([tags, separator]) => tags.map(writeTag).join(separator)),
      NOT_IN_TAGS,
    ),
  },
  { weight: 1, arbitrary: soup('a"W/,* \t\\\u00e9\0', 12) },
)

const entityTags = property({
  id: 'entity-tags',
  says: 'a list of entity-tags, however garbled, matches exactly the tags that stand in it',
  share: 8,
  cases: fc.record({ list: tagList, wanted: tag }),
  check({ list, wanted }) {
    const tags = readTags(list)
    const same = tags.filter(({ opaque }) => opaque === wanted.opaque)
    assert.equal(weakMatch(list, writeTag(wanted)), same.length > 0)
    assert.equal(strongMatch(list, writeTag(wanted)), !wanted.isWeak && same.some(({ isWeak }) => !isWeak))
  },
})

/** Seconds around the time of {@link FILE_TIME}, and far from it. */
const seconds = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -2, max: 2 }).map((away) => 784_111_777 + away) },
  { weight: 1, arbitrary: fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }) },
)

/** An HTTP-date in any form, most often a good one, and most often of the same few seconds. */
export const dateText: fc.Arbitrary<string> = garbled(
  fc
    .tuple(seconds, fc.constantFrom<DateForm[]>('imf', 'imf', 'rfc850', 'asctime'))
    .map(([seconds, form]) => writeHttpDate(seconds, form)),
  '0123456789 ,:-GMTJan\u00a0',
)

/** The time of the files in these cases, in seconds since 1970. */
export const FILE_TIME = 784_111_777

const httpDate = property({
  id: 'http-date',
  says: 'an HTTP-date in any of its three forms, however garbled, is the moment that a second reader finds in it',
  share: 8,
  cases: dateText,
  check(text) {
    const before = readHttpDate(text, new Date())
    const found = parseHttpDate(text)
    // The clock may move on between the two, and a year of two digits with it.
    const after = readHttpDate(text, new Date())
    assert.ok(found === before || found === after, `${text}: ${found} is not ${before}`)
    if (found !== undefined && text.endsWith(' GMT') && !text.includes('-') && !text.includes(':60 ')) {
      assert.equal(formatHttpDate(found).slice(4), text.slice(4))
    }
  },
})

/** The condition headers of a request; most of them are missing, and those that are there often hold. */
export const conditions: fc.Arbitrary<ConditionHeaders> = fc
  .record({
    ifMatch: seldom(
      fc.oneof({ weight: 2, arbitrary: fc.constantFrom('*', '"a"', '"b", "a"') }, { weight: 1, arbitrary: tagList }),
    ),
    ifUnmodifiedSince: seldom(dateText),
    ifNoneMatch: seldom(tagList),
    ifModifiedSince: seldom(dateText),
    ifRange: seldom(fc.oneof(tag.map(writeTag), fc.constant('"a"'), dateText, soup('a"W/, ', 5))),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)))

function seldom(value: fc.Arbitrary<string>): fc.Arbitrary<string | null> {
  return fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value })
}

/** What a file is known by: a tag or `null`, and the time of its last change in milliseconds or `null`. */
export const knownBy: fc.Arbitrary<{ tag: Tag | null; changed: number | null }> = fc.record({
  tag: fc.option(tag, { nil: null, freq: 4 }),
  changed: fc.option(
    fc.nat(2999).map((more) => FILE_TIME * 1000 - 1000 + more),
    { nil: null, freq: 4 },
  ),
})

/** The headers of {@link conditions} under their names. */
export function namedConditions(asked: ConditionHeaders): Record<string, string> {
  const names = { ifMatch: 'If-Match', ifUnmodifiedSince: 'If-Unmodified-Since', ifNoneMatch: 'If-None-Match' }
  const all: Record<string, string> = { ...names, ifModifiedSince: 'If-Modified-Since', ifRange: 'If-Range' }
  return Object.fromEntries(Object.entries(asked).map(([key, value]) => [all[key] as string, value as string]))
}

const preconditions = property({
  id: 'preconditions',
  says: 'conditions of any text are decided as by the steps of RFC 9110, 13.2.2',
  share: 12,
  cases: fc.record({ asked: conditions, known: knownBy, hook: fc.constantFrom(null, null, true, false) }),
  check({ asked, known, hook }) {
    const headers = new Map(Object.entries(namedConditions(asked)).map(([name, value]) => [name.toLowerCase(), value]))
    const request = { get: (name: string) => headers.get(name.toLowerCase()) ?? null }
    const validators = {
      etag: known.tag === null ? undefined : writeTag(known.tag),
      lastModified: known.changed ?? undefined,
      wasModified: hook ?? undefined,
    }
    const changed = known.changed === null ? undefined : Math.floor(known.changed / 1000) * 1000
    const expected = evaluate(asked, { tag: known.tag ?? undefined, changed, hook: hook ?? undefined })
    const verdict = checkPreconditions(request, validators)
    assert.equal(verdict, { 412: 'precondition-failed', 304: 'not-modified' }[String(expected)] ?? 'proceed')
    if (verdict === 'proceed') assert.equal(ifRangeHolds(request, validators), expected === 'range')
  },
})

const disposition = property({
  id: 'content-disposition',
  says: 'whatever its name, a file is offered under that name made safe, and the header says nothing else',
  share: 10,
  cases: fc.record({
    type: fc.constantFrom<('attachment' | 'inline')[]>('attachment', 'inline'),
    text: fc.string({ unit: codeUnit, maxLength: 14 }),
    times: fc.constantFrom(1, 1, 1, 1, 1, 1, 1, 40),
    extension: fc.constantFrom('', '', '.txt', `.${'x'.repeat(31)}`, `.${'x'.repeat(32)}`),
  }),
  check({ type, text, times, extension }) {
    const name = text.repeat(times) + extension
    const header = contentDisposition(type, name)
    const read = readDisposition(header)
    assert.equal(read.type, type)
    if (name === '') assert.deepEqual(read.parameters, [])
    if (name === '') return
    const [[plainKey, plain], extended, ...others] = read.parameters as [[string, string], [string, string]?]
    assert.deepEqual([plainKey, extended?.[0] ?? 'filename*', others], ['filename', 'filename*', []])
    const offered = extended === undefined ? plain : readExtended(extended[1])
    assertOffered(offered, name)
    // What an old client saves under leads nowhere, and is no name of dots.
    assert.match(plain, /^[\x20-\x7e]+$/)
    assert.doesNotMatch(plain, /[/\\]|^\.+$/)
    assert.ok(plain.length <= MAX_NAME_BYTES, `${plain.length} bytes`)
    // A client that decodes escapes in a plain name finds none there, or reads the other one.
    if (extended === undefined) assert.ok(!plain.includes('%'), plain)
  },
})

function assertOffered(offered: string, name: string): void {
  assert.equal(offered, safeName(name))
  const expected = safeNameOf(name)
  if (expected !== undefined) {
    assert.equal(offered, expected)
    return
  }
  const length = Buffer.byteLength(offered)
  assert.ok(length > 0 && length <= MAX_NAME_BYTES, `${length} bytes`)
  assert.doesNotMatch(offered, /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/)
}

const token = fc.constantFrom('charset', 'Charset', 'CHARSET', 'boundary', 'x', 'charset-x', 'xcharset')
const parameterValue = fc.oneof(
  fc.constantFrom('utf-8', 'UTF-8', 'iso-8859-1', 'a'),
  fc
    .string({
      unit: fc.constantFrom('a', 'B', '8', ';', '=', ' ', '\\"', '\\a', 'charset=', '; charset=x', ','),
      maxLength: 4,
    })
    .map((text) => `"${text}"`),
)
const mediaTypeText = garbled(
  fc
    .tuple(
      fc.constantFrom('text/plain', 'text/html', 'TEXT/HTML', 'image/svg+xml', 'application/xml', 'image/png', 'a/b'),
      fc.array(fc.tuple(fc.constantFrom(';', '; ', ' ;', ' ; '), token, parameterValue), { maxLength: 3 }),
    )
    .map(([type, parameters]) => type + parameters.map(([start, name, value]) => `${start}${name}=${value}`).join('')),
  ' ;="\\,/a\t',
)

const mediaType = property({
  id: 'media-type',
  says: 'the charset and the kind of a media type are those of its grammar, and nothing in quotes passes for either',
  share: 6,
  cases: fc.record({ text: mediaTypeText, charset: fc.constantFrom('utf-8', '') }),
  check({ text, charset }) {
    const read = readMediaType(text)
    const found = charsetOf(text)
    assert.ok(found === undefined || /^[^\s";]+$/.test(found), `${found}`)
    if (read !== undefined) {
      assert.equal(essenceOf(text), read.essence)
      const named = read.parameters.find(([name]) => name === 'charset')?.[1]
      // An empty one, or one that no charset has for a name, says nothing.
      const expected = named !== undefined && /^[^\s";]+$/.test(named) ? named.toLowerCase() : undefined
      assert.equal(found, expected)
    }
    const completed = withCharset(text, charset)
    assert.ok(completed === text || completed === `${text}; charset=${charset}`, completed)
    if (completed !== text) assert.equal(charsetOf(text), undefined)
    // A browser takes the last of several types: if that is a page, we have to know.
    const types = text.split(',').map((each) => readMediaType(each.trim())?.essence)
    const isPage = types.some(
      (each) => each !== undefined && /^(text\/(html|xml)|application\/xml|.*\+xml)$/.test(each),
    )
    if (isPage) assert.equal(canRunScript(text), true)
    if (read !== undefined && ['image/png', 'a/b', 'text/plain'].includes(read.essence) && !text.includes(',')) {
      assert.equal(canRunScript(text), false)
    }
  },
})

const headerText = fc.string({ unit: codeUnit, maxLength: 8 })

const headerMap = property({
  id: 'header-map',
  says: 'a header is taken exactly when Node can send it, and a second one of the name is added as a list has it',
  share: 4,
  cases: fc.record({
    name: fc.oneof(fc.constantFrom('X-A', 'etag', 'Set-Cookie'), headerText),
    values: fc.array(headerText, { minLength: 1, maxLength: 3 }),
  }),
  check({ name, values }) {
    const canBeSent = doesNotThrow(() => {
      validateHeaderName(name)
      for (const value of values) validateHeaderValue(name, value)
    })
    const headers = new HeaderMap()
    const isTaken = doesNotThrow(() => {
      for (const value of values) headers.append(name, value)
    })
    assert.equal(isTaken, canBeSent)
    if (isTaken) assert.equal(headers.get(name.toUpperCase()), values.join(', '))
  },
})

function doesNotThrow(work: () => void): boolean {
  try {
    work()
    return true
  } catch {
    return false
  }
}

/** Every parser of `src/headers`. */
export const headerProperties: readonly Property[] = [
  range,
  firstRange,
  multipart,
  entityTags,
  httpDate,
  preconditions,
  disposition,
  mediaType,
  headerMap,
]
