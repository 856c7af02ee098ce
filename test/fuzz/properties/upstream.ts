import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3'
import fc from 'fast-check'
import { errorReply } from '../../../src/adapters/answer.js'
import { DownloadError } from '../../../src/errors.js'
import { bodyOf, isExactly, isPartAskedFor, statOf } from '../../../src/files/http/answer.js'
import type { HttpAnswer, HttpRequest } from '../../../src/files/http/client.js'
import { HttpFile } from '../../../src/files/http/file.js'
import { DownloadResponse } from '../../../src/responses/download.js'
import { negotiate } from '../../../src/responses/negotiate.js'
import { rangeOf as azureRangeOf } from '../../../src/storages/azure/answer.js'
import { rangeOf as gcsRangeOf, generationOf, statOfAnswer, statOfObject } from '../../../src/storages/gcs/answer.js'
import { RemoteBody } from '../../../src/storages/remote-body.js'
import { contentRangeOf, statOf as s3StatOf, statOfHeaders } from '../../../src/storages/s3/answer.js'
import { answerError } from '../../../src/storages/upstream.js'
import { digits, garbled, soup } from '../arbitraries.js'
import { readTag, readTags } from '../models/conditions.js'
import { readHttpDate } from '../models/date.js'
import { readMultipart } from '../models/multipart.js'
import { spansOf } from '../models/range.js'
import { type Property, property } from '../property.js'
import { dateText, rangeHeader, tagList } from './headers.js'

const contentRange = garbled(
  fc.oneof(
    fc.tuple(digits, digits, digits).map(([start, end, size]) => `bytes ${start}-${end}/${size}`),
    fc.tuple(digits, digits).map(([start, end]) => `bytes ${start}-${end}/*`),
    digits.map((size) => `bytes */${size}`),
  ),
  '0123456789-*/ bytes,',
)

const answerHeaders = fc.record(
  {
    'content-range': contentRange,
    'content-length': fc.oneof(digits, soup('0123456789 ,-+xe', 4)),
    etag: tagList,
    'last-modified': dateText,
    'content-type': fc.oneof(fc.constantFrom('text/plain', 'text/html; charset=utf-8'), soup('a/b;= ",\u00e9\t', 8)),
    'content-encoding': fc.constantFrom('identity', '', 'gzip', 'GZIP, br', 'x'),
    'accept-ranges': fc.constantFrom('bytes', 'none', ' None'),
  },
  { requiredKeys: [] },
)

const upstreamAnswer = property({
  id: 'upstream-answer',
  says: 'of what another server says of a file, exactly what is well formed is believed',
  share: 6,
  cases: fc.record({ status: fc.constantFrom(200, 206, 304, 416), fields: answerHeaders }),
  check({ status, fields }) {
    const answer = answerOf(status, fields)
    const stat = statOf(answer)
    const isEncoded = codings(fields['content-encoding']).length > 0
    const read = readContentRange(fields['content-range'])
    const length = /^[0-9]+$/.test(fields['content-length'] ?? '') ? Number(fields['content-length']) : undefined
    const told = status === 206 || status === 416 ? read?.size : status === 304 ? undefined : safe(length)
    assert.equal(stat.size, isEncoded ? undefined : told)
    const tag = readTag(fields.etag ?? '', 0)
    const isTag = tag !== undefined && tag.end === fields.etag?.length
    const weakened = isTag && isEncoded && !tag.tag.isWeak ? `W/${fields.etag}` : fields.etag
    assert.equal(stat.etag, isTag ? weakened : undefined)
    const date = fields['last-modified'] === undefined ? undefined : readHttpDate(fields['last-modified'], new Date())
    assert.equal(stat.modifiedTime?.getTime(), date)
    if (stat.contentType !== undefined)
      assert.match(stat.contentType, /^[^\s;/,"]+\/[^\s;/,"]+[ \t]*(;[\t\x20-\x7e]*)?$/)
    const range = { start: 1, end: 2 }
    const wanted = read?.size === undefined ? range : { start: 1, end: Math.min(2, read.size - 1) }
    const isWanted =
      read?.range?.start === 1 && (read.size === undefined ? read.range.end <= 2 : read.range.end === wanted.end)
    assert.equal(isPartAskedFor(range, answer), isWanted && !isEncoded)
    assert.equal(
      isExactly(range, answer),
      status === 206 && !isEncoded && read?.range?.start === 1 && read.range.end === 2,
    )
    if (status === 206) assert.deepEqual(bodyOf(answer).range, read?.range)
  },
})

/** Content-Range (RFC 9110, 14.4), number by number. What no number here can hold is not known. */
function readContentRange(text = ''): { range?: { start: number; end: number }; size?: number } | undefined {
  if (!text.startsWith('bytes ')) return undefined
  const [span = '', size = '', ...others] = text.slice('bytes '.length).split('/')
  if (others.length > 0 || !(size === '*' || isNumber(size))) return undefined
  const whole = size === '*' ? undefined : safe(Number(size))
  const told = whole === undefined ? {} : { size: whole }
  if (span === '*') return told
  const [first = '', last = '', ...more] = span.split('-')
  if (more.length > 0 || !isNumber(first) || !isNumber(last)) return undefined
  const [start, end] = [safe(Number(first)), safe(Number(last))]
  if (start === undefined || end === undefined || start > end || (whole !== undefined && end >= whole)) return told
  return { ...told, range: { start, end } }
}

function isNumber(text: string): boolean {
  return text !== '' && [...text].every((character) => '0123456789'.includes(character))
}

function safe(number: number | undefined): number | undefined {
  return Number.isSafeInteger(number) ? number : undefined
}

function codings(value = ''): string[] {
  return value
    .toLowerCase()
    .split(',')
    .filter((each) => !['', 'identity'].includes(each.trim()))
}

function answerOf(
  status: number,
  fields: Readonly<Record<string, string>>,
  bytes: Uint8Array = Buffer.alloc(0),
): HttpAnswer {
  return { status, headers: { get: (name) => fields[name.toLowerCase()] ?? null }, body: Readable.from([bytes]) }
}

const objectAnswers = property({
  id: 'object-answers',
  says: 'what object storages tell of an object is a size that is a number, a date that is one, and a range that they said',
  share: 4,
  cases: fc.record({ fields: answerHeaders, size: fc.oneof(digits, soup('0123456789 -x', 3)), list: tagList }),
  check({ fields, size, list }) {
    const header = (name: string) => (fields as Record<string, string>)[name]
    const { 'content-range': contentRange } = fields
    const read = readContentRange(contentRange)
    const plain = read?.range === undefined || read.size === undefined ? undefined : { ...read.range, size: read.size }
    const output = { ContentRange: contentRange, ETag: fields.etag, $metadata: {} } as GetObjectCommandOutput
    const gcs = { header, body: undefined as never }
    const ranges = [
      contentRangeOf(output),
      gcsRangeOf(gcs),
      azureRangeOf(contentRange === undefined ? {} : { contentRange }),
    ]
    for (const range of ranges) if (plain !== undefined) assert.deepEqual(range, plain)
    for (const stat of [
      statOfAnswer(gcs),
      statOfObject({ size, updated: fields['last-modified'] ?? '' }),
      s3StatOf(output),
    ]) {
      if (stat.size !== undefined) assert.ok(Number.isInteger(stat.size) && stat.size >= 0, `${stat.size} bytes`)
    }
    const { etag } = statOfHeaders(header)
    if (etag !== undefined) assert.ok(etag.endsWith('"'), etag)
    const generation = generationOf(list)
    if (generation !== undefined)
      assert.deepEqual(
        readTags(list).map(({ opaque }) => opaque),
        [generation],
      )
  },
})

const refusals = property({
  id: 'upstream-errors',
  says: 'whatever status another server refuses with, our client gets an error of ours that can be sent',
  share: 3,
  cases: fc.record({
    status: fc.integer({ min: 100, max: 599 }),
    retryAfter: fc.option(fc.oneof(digits, dateText, soup('0123456789 -:,GMTJan(', 12)), { nil: null }),
  }),
  check({ status, retryAfter }) {
    const error = answerError('host.example', { status, retryAfter })
    const expected = status === 404 || status === 410 ? 404 : status === 412 || status === 429 ? 503 : 502
    const reply = errorReply(error)
    assert.equal(reply.status, expected)
    const told = reply.headers.get('Retry-After')
    if (told !== null) assert.ok(/^\d+$/.test(told) && Number(told) <= 3600, told)
    const isSeconds = retryAfter !== null && isNumber(retryAfter)
    if (expected === 502 && isSeconds) assert.equal(told, String(Math.min(3600, Number(retryAfter))))
  },
})

const remoteBody = property({
  id: 'remote-body',
  says: 'bytes of another server look whole only when they are as many as was announced, however they are cut into pieces',
  share: 3,
  isAsync: true,
  cases: fc.record({
    pieces: fc.array(fc.nat(6), { maxLength: 5 }),
    start: fc.nat(5),
    more: fc.integer({ min: -2, max: 2 }),
    kind: fc.constantFrom('range', 'size', 'unknown'),
    breaks: fc.constantFrom(false, false, true),
  }),
  async check({ pieces, start, more, kind, breaks }) {
    const sent = pieces.reduce((sum, length) => sum + length, 0)
    const announced = Math.max(kind === 'range' ? 1 : 0, sent + more)
    const body = new RemoteBody(Readable.from(piecesOf(pieces, breaks)), {
      what: 'host',
      idleTimeout: 0,
      ...(kind === 'range' ? { range: { start, end: start + announced - 1 } } : {}),
      ...(kind === 'size' ? { size: announced } : {}),
    })
    const { bytes, error } = await readAll(body)
    const isWhole = kind === 'unknown' ? !breaks : sent === announced && !breaks
    assert.equal(error === undefined, isWhole, String(error))
    if (error !== undefined) assert.ok(error instanceof DownloadError, String(error))
    assert.deepEqual([...bytes], Array.from({ length: sent }, (_, at) => at).slice(0, bytes.length))
    if (isWhole) assert.equal(bytes.length, sent)
    if (kind !== 'unknown') assert.ok(bytes.length <= announced, 'more bytes than were announced')
  },
})

async function* piecesOf(lengths: readonly number[], breaks: boolean): AsyncGenerator<Buffer> {
  let position = 0
  for (const length of lengths) {
    yield Buffer.from(Array.from({ length }, (_, at) => position + at))
    position += length
  }
  if (breaks) throw new Error('the connection was lost')
}

async function readAll(source: AsyncIterable<Uint8Array>): Promise<{ bytes: Buffer; error?: unknown }> {
  const pieces: Uint8Array[] = []
  try {
    for await (const piece of source) pieces.push(piece)
    return { bytes: Buffer.concat(pieces) }
  } catch (error) {
    return { bytes: Buffer.concat(pieces), error }
  }
}

const DATE = 'Sun, 06 Nov 1994 08:49:37 GMT'

/** How a server of another kind behaves: each of these has been met. */
const habits = fc.record({
  /** What comes of a request for a range. */
  range: fc.constantFrom('kept', 'kept', 'kept', 'ignored', 'shifted', 'unlabelled', 'multipart', 'unsized', 'refused'),
  conditions: fc.constantFrom('kept', 'ignored'),
  tag: fc.constantFrom('"v1"', 'W/"v1"', 'v1', null),
  hasDate: fc.boolean(),
  hasHead: fc.boolean(),
  tellsLength: fc.boolean(),
  /** On which request the file becomes another one. */
  changesAt: fc.constantFrom(null, null, null, 1, 2),
})

const remoteFile = property({
  id: 'remote-file',
  says: 'whatever a server makes of ranges and conditions, our client gets the right bytes under the right name, or none',
  share: 4,
  isAsync: true,
  cases: fc.record({
    size: fc.nat(60),
    method: fc.constantFrom('GET', 'GET', 'HEAD'),
    range: fc.option(rangeHeader, { nil: null, freq: 5 }),
    ifNoneMatch: fc.constantFrom(null, null, '"v1"', 'W/"v1"', '"v2"', '*'),
    ifRange: fc.constantFrom(null, null, '"v1"', '"v2"', DATE),
    habits,
  }),
  async check({ size, method, range, ifNoneMatch, ifRange, habits }) {
    const origin = new Origin(size, habits)
    const file = new HttpFile('http://host.example/a.txt', { client: origin })
    const asked: Record<string, string | null> = { range, 'if-none-match': ifNoneMatch, 'if-range': ifRange }
    const headers = { get: (name: string) => asked[name.toLowerCase()] ?? null }
    try {
      const reply = await negotiate({ method, headers }, new DownloadResponse(file))
      await assertTruthful(reply, origin)
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error
    } finally {
      file.close()
    }
    // A range that is none there, a HEAD that is not known, the whole; then each of the ranges that there are.
    const most = 3 + (range?.split(',').length ?? 1)
    assert.ok(origin.asked <= most, `${origin.asked} requests for one download`)
  },
})

async function assertTruthful(reply: Awaited<ReturnType<typeof negotiate>>, origin: Origin): Promise<void> {
  assert.ok([200, 206, 304, 416].includes(reply.status), `${reply.status}`)
  if (reply.body === undefined) return
  const { bytes, error } = await readAll(reply.body.open(new AbortController().signal))
  const length = reply.headers.get('Content-Length')
  if (error !== undefined) {
    if (!(error instanceof DownloadError)) throw error
    return
  }
  if (length !== null) assert.equal(bytes.length, Number(length))
  // It may be either version, but never a mix of the two, or one under the tag of the other.
  const versions = [1, 2].map((version) => origin.content(version))
  const contentRange = reply.headers.get('Content-Range')
  const type = reply.headers.get('Content-Type') as string
  const isRight = versions.some((content) => {
    if (reply.status === 200) return bytes.equals(content)
    if (contentRange === null)
      return readMultipart(type, bytes).every((part) =>
        isPart(part.headers['content-range'] as string, part.bytes, content),
      )
    return isPart(contentRange, bytes, content)
  })
  assert.ok(isRight, `${reply.status} ${contentRange}: ${bytes.toString('latin1')}`)
}

function isPart(contentRange: string, bytes: Buffer, content: Buffer): boolean {
  const read = readContentRange(contentRange)
  if (read?.range === undefined) return false
  return (
    bytes.equals(content.subarray(read.range.start, read.range.end + 1)) &&
    [content.length, undefined].includes(read.size)
  )
}

/** A server that has one small file; in this process, for a night of cases. Real ones are asked in test/http-files. */
class Origin {
  readonly idleTimeout = 0
  asked = 0
  readonly #size: number
  readonly #habits: Habits

  constructor(size: number, habits: Habits) {
    this.#size = size
    this.#habits = habits
  }

  /** Each version has other bytes, and as many. */
  content(version: number): Buffer {
    return Buffer.from(Array.from({ length: this.#size }, (_, at) => (version === 1 ? 65 : 97) + (at % 26)))
  }

  async request(_url: URL, { method, headers, ownHeaders }: HttpRequest): Promise<HttpAnswer> {
    this.asked += 1
    const { range, conditions, tag, hasDate, hasHead, tellsLength, changesAt } = this.#habits
    if (method === 'HEAD' && !hasHead) return answerOf(405, {})
    const version = changesAt !== null && this.asked > changesAt ? 2 : 1
    const content = this.content(version)
    const etag = tag?.replace('v1', `v${version}`)
    const known: Record<string, string> = {
      'content-type': 'text/plain',
      ...(etag === undefined ? {} : { etag }),
      ...(hasDate ? { 'last-modified': version === 1 ? DATE : 'Sun, 06 Nov 1994 08:49:38 GMT' } : {}),
    }
    const asked = (name: string) => ownHeaders.get(name) ?? headers.get(name)
    if (conditions === 'kept') {
      const [match, noneMatch] = [asked('If-Match'), asked('If-None-Match')]
      if (match !== null && match !== etag) return answerOf(412, {})
      if (noneMatch !== null && (noneMatch === '*' || noneMatch.replace('W/', '') === etag?.replace('W/', '')))
        return answerOf(304, known)
    }
    const whole = answerOf(
      200,
      { ...known, ...(tellsLength ? { 'content-length': String(content.length) } : {}) },
      content,
    )
    const text = asked('Range')
    const spans =
      text === null || range === 'ignored' || method === 'HEAD' ? undefined : spansOf(text, BigInt(content.length))
    if (spans === undefined) return whole
    if (spans === 'unsatisfiable' || range === 'refused')
      return answerOf(416, { 'content-range': `bytes */${content.length}` })
    const [first] = spans
    const [start, end] = [Number(first?.start), Number(first?.end)]
    const shift = range === 'shifted' && start > 0 ? 1 : 0
    const label = `bytes ${start - shift}-${end - shift}/${range === 'unsized' ? '*' : content.length}`
    const labels = range === 'unlabelled' ? {} : { 'content-range': range === 'multipart' ? 'bytes' : label }
    return answerOf(206, { ...known, ...labels }, content.subarray(start - shift, end - shift + 1))
  }
}

type Habits = typeof habits extends fc.Arbitrary<infer Value> ? Value : never

/** What other servers say. */
export const upstreamProperties: readonly Property[] = [upstreamAnswer, objectAnswers, refusals, remoteBody, remoteFile]
