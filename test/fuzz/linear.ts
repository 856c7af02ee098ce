import { compileRoute } from '../../src/adapters/route.js'
import { originForm, refuseEncodedSeparators } from '../../src/adapters/target.js'
import { isOwnName } from '../../src/cli/serve/addresses.js'
import { statOf } from '../../src/files/http/answer.js'
import { codingsOf } from '../../src/files/http/content-coding.js'
import { contentDisposition } from '../../src/headers/content-disposition.js'
import { strongMatch, weakMatch } from '../../src/headers/etag.js'
import { HeaderMap } from '../../src/headers/header-map.js'
import { parseHttpDate } from '../../src/headers/http-date.js'
import { canRunScript, charsetOf, guessMediaType } from '../../src/headers/media-type.js'
import { firstRangeSpec, parseRange } from '../../src/headers/range.js'
import { readInteger, readText, readUuid } from '../../src/models/key.js'
import { parseAddress } from '../../src/signing/address.js'
import { UrlSigner } from '../../src/signing/url-signer.js'
import { generationOf } from '../../src/storages/gcs/answer.js'
import { assertCanonicalKey } from '../../src/storages/key.js'
import { answerError } from '../../src/storages/upstream.js'
import { parseContentDisposition } from '../../src/testing/parse-content-disposition.js'

/**
 * Measures what each byte of an input costs, from a KiB to 64, for inputs that are made of one hostile piece over and
 * over. What grows more than {@link ALLOWED} times is flagged; gives back how many are.
 *
 * This measures, and so it is no test: a busy machine would make it fail.
 */
export function measureLinearity(print: (line: string) => void): number {
  let flagged = 0
  print(
    `${'parser'.padEnd(26)}${LENGTHS.map((length) => `${length / 1024} KiB`.padStart(9)).join('')}   ns per byte, worst piece\n`,
  )
  for (const [name, { prefix = '', read }] of Object.entries(PARSERS)) {
    const worst = PIECES.flatMap((piece) => ENDS.map((end) => measure(read, prefix, piece, end))).reduce((a, b) =>
      b.growth > a.growth ? b : a,
    )
    // Once more, for those that something else was in the way of.
    const again = worst.growth > ALLOWED ? [0, 1, 2].map(() => measure(read, prefix, worst.piece, worst.end)) : []
    const { costs, growth } = again.reduce((a, b) => (b.growth < a.growth ? b : a), worst)
    const isSlow = growth > ALLOWED
    if (isSlow) flagged += 1
    const figures = costs.map((cost) => cost.toFixed(2).padStart(9)).join('')
    print(
      `${name.padEnd(26)}${figures}   ${JSON.stringify(worst.piece)}${isSlow ? `   GROWS ${growth.toFixed(1)} TIMES` : ''}\n`,
    )
  }
  print(flagged === 0 ? 'each takes time in proportion to its input\n' : `${flagged} grow faster than their input\n`)
  return flagged
}

/** How many times more a byte of the longest input may cost than one of a shorter. */
const ALLOWED = 3

/** Bytes. */
const LENGTHS = [1024, 4096, 16_384, 65_536]

/** What the readers of this library look for, and what keeps them waiting for the rest of it. */
const PIECES = [
  ...[',', ' ', '\t', ';', '"', '\\', '/', '%', '.', '-', '=', '&', '?', '#', ':', '0', '9', 'a', '(', '*', '\u00e9'],
  ...[
    '0-0,',
    '9-9 ,',
    '-1,',
    '"a",',
    'W/"',
    '"a" ',
    ' ,',
    '; charset',
    ';a="',
    '; a=b',
    '\\"',
    '%41',
    '%C3',
    '../',
    './',
    'a/',
  ],
  ...[
    'a=1&',
    'a[]=1&',
    'utm_x=1&',
    '=&',
    '//',
    'Sun, ',
    'Jan ',
    ' \t',
    '. ',
    'a ',
    '\ud83d',
    '\u202e',
    'text/',
    ';charset=',
    'a.',
  ],
]

const ENDS = ['', 'x', '"', '\0', ' !']

const signer = new UrlSigner({ secrets: ['a-secret-of-these-tests-0123456789abcdef'], ignore: ['utm_*'] })
const route = compileRoute('/files/:a/*rest')

/** Every reader of what a client or another server wrote. */
const PARSERS: Readonly<Record<string, { readonly prefix?: string; readonly read: (text: string) => unknown }>> = {
  parseRange: { prefix: 'bytes=', read: (text) => parseRange(text, 1 << 20) },
  'parseRange, from 9': { prefix: 'bytes=1-9', read: (text) => parseRange(text, 1 << 20) },
  firstRangeSpec: { prefix: 'bytes=', read: firstRangeSpec },
  strongMatch: { read: (text) => strongMatch(text, '"wanted"') },
  weakMatch: { prefix: '"a",', read: (text) => weakMatch(text, '"wanted"') },
  parseHttpDate: { read: parseHttpDate },
  'parseHttpDate, begun': { prefix: 'Sun, 06 Nov 1994 ', read: parseHttpDate },
  charsetOf: { prefix: 'text/plain;', read: charsetOf },
  canRunScript: { prefix: 'a/b', read: canRunScript },
  guessMediaType: { read: guessMediaType },
  contentDisposition: { read: (text) => contentDisposition('attachment', text) },
  'contentDisposition, back': { prefix: 'attachment; ', read: parseContentDisposition },
  'HeaderMap.set': { read: (text) => caught(() => new HeaderMap().set('X-A', text)) },
  'HeaderMap.append': { read: (text) => caught(() => new HeaderMap({ A: text }).append('A', text)) },
  originForm: { prefix: 'http://', read: originForm },
  'originForm, a scheme': { prefix: 'h', read: originForm },
  refuseEncodedSeparators: { read: (text) => caught(() => refuseEncodedSeparators(text)) },
  route: { prefix: '/files/', read: route },
  assertCanonicalKey: { read: (text) => caught(() => assertCanonicalKey(text)) },
  parseAddress: { prefix: '/a?', read: parseAddress },
  'parseAddress, a host': { prefix: 'http://', read: parseAddress },
  'UrlSigner.verify': { prefix: '/a?expires=1&signature=x&', read: (text) => caught(() => signer.verify(text)) },
  'upstream Content-Range': { prefix: 'bytes ', read: (text) => statOf(answer(206, { 'content-range': text })) },
  'upstream Content-Type': { prefix: 'a/b;', read: (text) => statOf(answer(200, { 'content-type': text })) },
  'upstream ETag': { prefix: '"', read: (text) => statOf(answer(200, { etag: text })) },
  'upstream Content-Length': { read: (text) => statOf(answer(200, { 'content-length': text })) },
  'upstream codings': { read: (text) => codingsOf(answer(200, { 'content-encoding': text }).headers) },
  'upstream Retry-After': { read: (text) => answerError('host', { status: 503, retryAfter: text }) },
  generationOf: { prefix: 'W/"', read: generationOf },
  'Host of serve': { read: (text) => isOwnName(text, 'localhost') },
  'key of a row': { read: (text) => [readText(text), readUuid(text), readInteger(64)(text)] },
}

function answer(status: number, fields: Readonly<Record<string, string>>) {
  return { status, headers: { get: (name: string) => fields[name.toLowerCase()] ?? null }, body: undefined as never }
}

function caught(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

interface Measured {
  readonly piece: string
  readonly end: string
  /** Nanoseconds per byte, a figure for each length. */
  readonly costs: readonly number[]
  readonly growth: number
}

function measure(read: (text: string) => unknown, prefix: string, piece: string, end: string): Measured {
  const costs = LENGTHS.map((length) => {
    const text = prefix + piece.repeat(Math.ceil(length / piece.length)) + end
    return costOf(() => read(text)) / text.length
  })
  // What costs a fixed time is dear for short inputs: only growth counts.
  const last = costs.at(-1) as number
  return { piece, end, costs, growth: last / Math.max(Math.min(...costs.slice(0, -1)), NOISE) }
}

/** Nanoseconds per byte below which nothing is told apart. */
const NOISE = 0.25

/** The least of several times, in nanoseconds: the others were interrupted. */
function costOf(work: () => unknown): number {
  let least = Number.POSITIVE_INFINITY
  let spent = 0
  for (let round = 0; round < 4 || (spent < 200_000 && round < 30); round++) {
    const started = process.hrtime.bigint()
    work()
    const time = Number(process.hrtime.bigint() - started)
    least = Math.min(least, time)
    spent += time
  }
  return least
}
