import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { DownloadFile } from '../files/file.js'
import { formatHttpDate } from '../headers/http-date.js'
import type { ByteRange } from '../headers/range.js'
import type { FileStat } from '../storages/storage.js'
import { DownloadResponse, type DownloadResponseOptions } from './download.js'
import { negotiate } from './negotiate.js'
import { NotModifiedResponse } from './not-modified.js'
import type { Reply } from './reply.js'

const CHANGED = Date.UTC(2026, 0, 31, 12, 0, 0)
const [BEFORE, SAME, AFTER] = [CHANGED - 1000, CHANGED, CHANGED + 1000].map(formatHttpDate) as [string, string, string]
const STAT: FileStat = { size: 10, etag: '"a"', modifiedTime: new Date(CHANGED + 999) }
/** What every reply says of the file, with or without a body. */
const CACHING = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'private, no-cache',
  etag: '"a"',
  'last-modified': SAME,
}
/** What a reply says that is about the request alone, so that nobody may keep it. */
const UNKEPT = { ...CACHING, 'cache-control': 'no-store' }
/** What describes a body. */
const BODY = { 'content-type': 'text/plain; charset=utf-8', 'content-disposition': 'attachment; filename="a.txt"' }

test('a plain request gets the whole file', async () => {
  const reply = await ask({})
  assert.equal(reply.status, 200)
  assert.deepEqual(fieldsOf(reply), { ...CACHING, ...BODY, 'accept-ranges': 'bytes', 'content-length': '10' })
  assert.equal(reply.body?.length, 10)
  assert.equal(await textOf(reply), '0123456789')
})

test('a range gets its bytes', async () => {
  const reply = await ask({ headers: { Range: 'bytes=-3' } })
  assert.equal(reply.status, 206)
  const range = { 'content-range': 'bytes 7-9/10', 'content-length': '3' }
  assert.deepEqual(fieldsOf(reply), { ...CACHING, ...BODY, 'accept-ranges': 'bytes', ...range })
  assert.equal(reply.body?.length, 3)
  assert.equal(await textOf(reply), '789')
})

test('several ranges get a multipart body of exactly the length that was announced', async () => {
  const reply = await ask({ headers: { Range: 'bytes=0-1, -2' } })
  const fields = fieldsOf(reply)
  const { 'content-type': contentType, 'content-length': contentLength } = fields
  const body = multipart(String(contentType), ['0-1', '8-9'], '0123456789')
  assert.equal(reply.status, 206)
  assert.deepEqual(
    { ...fields, 'content-type': BODY['content-type'] },
    { ...CACHING, ...BODY, 'accept-ranges': 'bytes', 'content-length': contentLength },
  )
  assert.equal(await textOf(reply), body)
  assert.equal(contentLength, String(body.length))
  assert.equal(reply.body?.length, body.length)
})

test('a range of which only one part is there gets it as a plain 206', async () => {
  const reply = await ask({ headers: { Range: 'bytes=10-12, 4-5' } })
  assert.equal(reply.headers.get('Content-Range'), 'bytes 4-5/10')
  assert.equal(reply.headers.get('Content-Type'), 'text/plain; charset=utf-8')
  assert.equal(await textOf(reply), '45')
})

test('a range outside of the file is a 416 that tells the size, and is kept by no cache', async () => {
  const targeted = {
    'CDN-Cache-Control': 'max-age=9',
    'Vercel-CDN-Cache-Control': 'max-age=9',
    'Surrogate-Control': 'a',
  }
  const options = { cacheControl: 'public, max-age=31536000, immutable', headers: targeted }
  const reply = await ask({ headers: { Range: 'bytes=10-' }, file: unreadable(), options })
  const size = { 'content-range': 'bytes */10', 'content-length': '0' }
  assert.equal(reply.status, 416)
  assert.deepEqual(fieldsOf(reply), { ...UNKEPT, 'accept-ranges': 'bytes', ...size })
  assert.equal(reply.body, undefined)
})

test('a file that the client has is a 304, without what describes a body', async () => {
  const reply = await ask({ headers: { 'If-None-Match': '"a"' }, file: unreadable() })
  assert.equal(reply.status, 304)
  assert.deepEqual(fieldsOf(reply), CACHING)
  assert.equal(reply.body, undefined)
})

test('a 304 keeps what caches, cookies and other origins need of the reply', async () => {
  const kept = {
    'set-cookie': ['a=1', 'b=2'],
    vary: 'Accept-Encoding',
    'access-control-allow-origin': 'https://example.org',
    expires: AFTER,
    'content-location': '/a.txt',
    'x-own': 'x',
  }
  const left = { 'Content-Language': 'en', 'Content-Encoding': 'br', 'Content-Length': '10', 'Content-Type': 'a/b' }
  const reply = await ask({ headers: { 'If-Modified-Since': SAME }, options: { headers: { ...left, ...kept } } })
  assert.equal(reply.status, 304)
  assert.deepEqual(fieldsOf(reply), { ...CACHING, ...kept })
})

test('a condition that fails is a 412 without a body, and is kept by no cache', async () => {
  const options = { cacheControl: 'public, max-age=31536000, immutable' }
  const reply = await ask({ headers: { 'If-Match': '"x"' }, file: unreadable(), options })
  assert.equal(reply.status, 412)
  assert.deepEqual(fieldsOf(reply), { ...UNKEPT, 'content-length': '0' })
  assert.equal(reply.body, undefined)
})

test('conditions are answered in the order of RFC 9110, 13.2.2', async () => {
  const range = { Range: 'bytes=0-0' }
  const cases: [status: number, headers: Record<string, string>][] = [
    [412, { 'If-Match': '"x"', 'If-None-Match': '"a"', ...range }],
    [412, { 'If-Unmodified-Since': BEFORE, 'If-Modified-Since': SAME, ...range }],
    [304, { 'If-Match': '"a"', 'If-Unmodified-Since': BEFORE, 'If-None-Match': '"a"' }],
    [206, { 'If-Match': '"a"', 'If-Unmodified-Since': BEFORE, ...range }],
    [304, { 'If-None-Match': 'W/"a"', 'If-Modified-Since': BEFORE, ...range }],
    [206, { 'If-None-Match': '"x"', 'If-Modified-Since': SAME, ...range }],
    [200, { 'If-None-Match': '"x"', 'If-Modified-Since': SAME }],
    [304, { 'If-None-Match': '"a"', 'If-Range': '"a"', ...range }],
    [304, { 'If-Modified-Since': SAME, Range: 'bytes=10-' }],
    [412, { 'If-Match': '"x"', Range: 'bytes=10-' }],
    [206, { 'If-Range': '"a"', ...range }],
    [206, { 'If-Range': SAME, ...range }],
    [200, { 'If-Range': '"x"', ...range }],
    [200, { 'If-Range': 'W/"a"', ...range }],
    [200, { 'If-Range': BEFORE, ...range }],
    [200, { 'If-Range': AFTER, ...range }],
    [200, { 'If-Range': '"x"', Range: 'bytes=10-' }],
    [416, { 'If-Range': '"a"', Range: 'bytes=10-' }],
    [200, { 'If-Range': '"a"' }],
  ]
  for (const [status, headers] of cases) {
    assert.equal((await ask({ headers })).status, status, JSON.stringify(headers))
  }
})

test('a HEAD gets the headers of the whole file, whatever range it asks for, and opens nothing', async () => {
  const expected = fieldsOf(await ask({}))
  for (const headers of [
    {},
    { Range: 'bytes=0-1' },
    { Range: 'bytes=10-' },
    { Range: 'bytes=0-1', 'If-Range': '"a"' },
  ]) {
    const reply = await ask({ method: 'HEAD', headers, file: unreadable() })
    assert.equal(reply.status, 200)
    assert.deepEqual(fieldsOf(reply), expected)
    assert.equal(reply.body, undefined)
  }
  assert.equal((await ask({ method: 'HEAD', headers: { 'If-None-Match': '"a"' } })).status, 304)
  assert.equal((await ask({ method: 'HEAD', headers: { 'If-Match': '"x"' } })).status, 412)
})

test('a status other than 200 takes part in no condition and no range', async () => {
  const hostile = { 'If-Match': '"x"', 'If-None-Match': '"a"', 'If-Modified-Since': SAME, Range: 'bytes=0-1' }
  for (const status of [201, 203, 403, 404, 500]) {
    const reply = await ask({ headers: hostile, options: { status, wasModifiedSince: nobody } })
    assert.equal(reply.status, status)
    assert.deepEqual(fieldsOf(reply), { ...CACHING, ...BODY, 'content-length': '10' })
    assert.equal(await textOf(reply), '0123456789')
  }
  const reply = await ask({ method: 'HEAD', headers: hostile, options: { status: 404 }, file: unreadable() })
  assert.deepEqual([reply.status, reply.body], [404, undefined])
})

test('the result of a method that is neither GET nor HEAD takes part in no condition and no range', async () => {
  // The method has done its work by now: a 304 or 412 would deny that.
  const hostile = { 'If-Match': '"x"', 'If-None-Match': '"a"', 'If-Modified-Since': SAME, Range: 'bytes=0-1' }
  const reply = await ask({ method: 'POST', headers: hostile, options: { wasModifiedSince: nobody } })
  assert.equal(reply.status, 200)
  assert.deepEqual(fieldsOf(reply), { ...CACHING, ...BODY, 'content-length': '10' })
  assert.equal(await textOf(reply), '0123456789')
})

test('a file of unknown size is sent without a length, and offers no ranges', async () => {
  for (const method of ['GET', 'HEAD']) {
    const file = new TestFile('0123456789', { ...STAT, size: undefined })
    const reply = await ask({ method, headers: { Range: 'bytes=0-1' }, file })
    assert.equal(reply.status, 200)
    assert.deepEqual(fieldsOf(reply), { ...CACHING, ...BODY, 'accept-ranges': 'none' })
    if (method === 'GET') assert.equal(reply.body?.length, undefined)
    if (method === 'GET') assert.equal(await textOf(reply), '0123456789')
  }
})

test('a file that can only be read from its start offers no ranges, and keeps its length', async () => {
  for (const Range of ['bytes=0-1', 'bytes=0-1,3-4', 'bytes=10-']) {
    const reply = await ask({ headers: { Range }, file: new TestFile('0123456789', { ...STAT, seekable: false }) })
    assert.equal(reply.status, 200)
    assert.deepEqual(fieldsOf(reply), { ...CACHING, ...BODY, 'accept-ranges': 'none', 'content-length': '10' })
    assert.equal(await textOf(reply), '0123456789')
  }
})

test('an empty file is sent whole', async () => {
  for (const Range of ['bytes=0-', 'bytes=-1', 'bytes=-0', 'bytes=0-0,1-1']) {
    const reply = await ask({ headers: { Range }, file: new TestFile('', { ...STAT, size: 0 }) })
    assert.deepEqual([reply.status, reply.headers.get('Content-Length')], [200, '0'])
    assert.equal(await textOf(reply), '')
  }
})

test('a file without validators meets the conditions that ask for none', async () => {
  const cases: [status: number, headers: Record<string, string>][] = [
    [200, { 'If-Modified-Since': AFTER }],
    [200, { 'If-Unmodified-Since': BEFORE }],
    [200, { 'If-None-Match': '"a"' }],
    [304, { 'If-None-Match': '*' }],
    [412, { 'If-Match': '"a"' }],
    [200, { 'If-Match': '*' }],
    [200, { 'If-Range': SAME, Range: 'bytes=0-0' }],
  ]
  for (const [status, headers] of cases) {
    const file = new TestFile('0123456789', { size: 10 })
    assert.equal((await ask({ headers, file })).status, status, JSON.stringify(headers))
  }
})

test('validators that the application set are those that count', async () => {
  const options = { headers: { ETag: '"own"', 'Last-Modified': BEFORE } }
  for (const [headers, status] of [
    [{ 'If-None-Match': '"own"' }, 304],
    [{ 'If-None-Match': '"a"' }, 200],
    [{ 'If-Modified-Since': BEFORE }, 304],
    [{ 'If-Range': '"a"', Range: 'bytes=0-0' }, 200],
    [{ 'If-Range': BEFORE, Range: 'bytes=0-0' }, 206],
  ] as const) {
    assert.equal((await ask({ headers, options })).status, status, JSON.stringify(headers))
  }
})

test('what the application says of ranges stays', async () => {
  const reply = await ask({ options: { headers: { 'Accept-Ranges': 'none' } } })
  assert.equal(reply.headers.get('Accept-Ranges'), 'none')
})

test('the application may answer If-Modified-Since itself, and is asked only where that counts', async () => {
  const asked: Date[] = []
  const answering = (wasModified: boolean) => async (since: Date) => {
    asked.push(since)
    return wasModified
  }
  const headers = { 'If-Modified-Since': AFTER }
  assert.equal((await ask({ headers, options: { wasModifiedSince: answering(true) } })).status, 200)
  assert.equal((await ask({ headers, options: { wasModifiedSince: answering(false) } })).status, 304)
  assert.deepEqual(asked, [new Date(AFTER), new Date(AFTER)])
  for (const headers of [{}, { 'If-Modified-Since': 'x' }, { 'If-Modified-Since': AFTER, 'If-None-Match': '"x"' }]) {
    assert.equal((await ask({ headers, options: { wasModifiedSince: nobody } })).status, 200)
  }
})

test('an error of the application that answers If-Modified-Since is not swallowed', async () => {
  const wasModifiedSince = async () => {
    throw new RangeError('no answer')
  }
  await assert.rejects(ask({ headers: { 'If-Modified-Since': AFTER }, options: { wasModifiedSince } }), RangeError)
})

test('the 304 of the application is completed, and what it says wins', async () => {
  const own = new NotModifiedResponse({ 'X-Own': 'x', 'cache-control': 'no-store', 'Set-Cookie': ['b=2', 'c=3'] })
  const reply = await ask({
    headers: { 'If-None-Match': '"a"' },
    options: { headers: { 'Set-Cookie': 'a=1', Vary: 'Cookie' }, notModifiedResponse: async () => own },
  })
  assert.equal(reply.status, 304)
  assert.deepEqual(fieldsOf(reply), {
    ...CACHING,
    ...{ vary: 'Cookie', 'x-own': 'x', 'cache-control': 'no-store', 'set-cookie': ['b=2', 'c=3'] },
  })
})

test('ranges whose framing would cost more than the file get the file', async () => {
  const small = Array.from({ length: 200 }, (_, position) => `${position}-${position}`)
  const file = () => new TestFile('x'.repeat(400), { size: 400 })
  const few = await ask({ headers: { Range: `bytes=${small.slice(0, 20).join()}` }, file: file() })
  assert.equal(few.status, 206)
  const many = await ask({ headers: { Range: `bytes=${small.join()}` }, file: file() })
  assert.deepEqual([many.status, many.headers.get('Content-Length')], [200, '400'])
  assert.equal(many.headers.get('Content-Type'), 'text/plain; charset=utf-8')
  assert.equal(await textOf(many), 'x'.repeat(400))
})

test('ranges whose framing costs just as much as the file are sent', async () => {
  const content = 'x'.repeat(5000)
  const lengthUpTo = (end: number) => multipart(SOME_TYPE, ['0-0', `1-${end}`], content).length
  const end = Array.from({ length: 4999 }, (_, at) => at + 1).find((end) => lengthUpTo(end) === content.length)
  assert.ok(end !== undefined, 'some range makes the body as long as the file')
  for (const [last, status] of [
    [end, 206],
    [end + 1, 200],
  ] as const) {
    const headers = { Range: `bytes=0-0,1-${last}` }
    assert.equal((await ask({ headers, file: new TestFile(content, { size: content.length }) })).status, status)
  }
})

test('a request for more parts than 200 gets the file, however large that is', async () => {
  const file = () => new TestFile('x'.repeat(100_000), { size: 100_000 })
  for (const [parts, status] of [
    [200, 206],
    [201, 200],
  ] as const) {
    const ranges = Array.from({ length: parts }, (_, at) => `${at * 2}-${at * 2}`)
    assert.equal((await ask({ headers: { Range: `bytes=${ranges.join()}` }, file: file() })).status, status)
  }
})

test('nothing is opened before the body is read, and then one range after the other with the signal', async () => {
  const file = new TestFile('0123456789', STAT)
  const { signal } = new AbortController()
  const reply = await ask({ headers: { Range: 'bytes=0-1,5-6' }, file })
  const body = reply.body?.open(signal)
  assert.deepEqual(file.opened, [])
  const steps: (readonly ByteRange[])[] = []
  for await (const _ of body ?? []) steps.push([...(file.opened as ByteRange[])])
  const [first, second] = [
    { start: 0, end: 1 },
    { start: 5, end: 6 },
  ]
  assert.deepEqual(steps, [[], [first], [first], [first, second], [first, second]])
  assert.deepEqual(new Set(file.signals), new Set([signal]))
})

test('a multipart body that is left early lets the file go', async () => {
  const file = new TestFile('0123456789', STAT)
  const reply = await ask({ headers: { Range: 'bytes=0-1,5-6' }, file })
  let pieces = 0
  for await (const _ of reply.body?.open(new AbortController().signal) ?? []) {
    pieces += 1
    if (pieces === 2) break
  }
  assert.deepEqual([file.opened.length, file.closed], [1, 1])
})

test('a file that fails in the second range fails the whole body', async () => {
  const file = new TestFile('0123456789', STAT)
  file.failsAt = 5
  const reply = await ask({ headers: { Range: 'bytes=0-1,5-6' }, file })
  await assert.rejects(textOf(reply), /the disk is gone/)
})

test('a missing file is the error of its stat', async () => {
  const file = new TestFile('', STAT)
  file.stat = async () => {
    throw new RangeError('no such file')
  }
  await assert.rejects(ask({ file }), RangeError)
})

test('any request for any file is answered as a slow reader of RFC 9110 answers it', async () => {
  // Of each condition it is known whether it holds; what makes it so is tested with the preconditions.
  const conditions = fc.record(
    {
      ifMatch: fc.boolean(),
      ifUnmodifiedSince: fc.boolean(),
      ifNoneMatch: fc.boolean(),
      ifModifiedSince: fc.boolean(),
      ifRange: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  const spec = fc.oneof(
    fc.tuple(fc.nat(320), fc.nat(40)).map(([start, more]) => `${start}-${start + more}`),
    fc.nat(320).map((start) => `${start}-`),
    fc.nat(40).map((length) => `-${length}`),
  )
  const many = fc.integer({ min: 20, max: 60 }).map((count) => Array.from({ length: count }, (_, at) => `${at}-${at}`))
  const specs = fc.oneof(
    { weight: 6, arbitrary: fc.array(spec, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: many },
    { weight: 1, arbitrary: fc.constantFrom<string[][]>(['x'], ['2-1'], ['0-0', '5-2'], ['-']) },
  )
  const scene = fc.record({
    method: fc.constantFrom('GET', 'GET', 'GET', 'GET', 'HEAD', 'POST'),
    status: fc.constantFrom(200, 200, 200, 200, 200, 404),
    conditions,
    specs: fc.option(specs, { nil: undefined, freq: 4 }),
    size: fc.nat(300),
    knowsSize: fc.constantFrom(true, true, true, true, false),
    seekable: fc.constantFrom(undefined, undefined, true, false),
    hook: fc.constantFrom(undefined, undefined, undefined, true, false),
  })
  await fc.assert(
    fc.asyncProperty(scene, async (scene) => {
      const expected = slowly(scene)
      const content = CONTENT.slice(0, scene.size)
      const stat = { ...STAT, size: scene.knowsSize ? scene.size : undefined, seekable: scene.seekable }
      const file = new TestFile(content, stat)
      const { hook } = scene
      const options = { status: scene.status, wasModifiedSince: hook === undefined ? undefined : () => hook }
      const reply = await ask({ method: scene.method, headers: requestHeaders(scene), file, options })
      assert.deepEqual(file.opened, [])
      assert.equal(reply.status, expected.status)
      assert.equal(reply.body === undefined, expected.body === undefined)
      const body = reply.body && (await textOf(reply))
      const fields = fieldsOf(reply)
      const contentType = expected.isMultipart ? { 'content-type': fields['content-type'] } : {}
      assert.deepEqual(fields, { ...expected.fields, ...contentType })
      if (!expected.isMultipart) assert.equal(body, expected.body)
      else assert.equal(body, multipart(String(fields['content-type']), expected.ranges, content))
      if (body !== undefined && scene.knowsSize) assert.equal(reply.body?.length, body.length)
    }),
    { numRuns: 20_000 },
  )
})

const CONTENT = Array.from({ length: 300 }, (_, position) => String.fromCharCode(33 + (position % 90))).join('')

interface Scene {
  method: string
  status: number
  conditions: Partial<Record<'ifMatch' | 'ifUnmodifiedSince' | 'ifNoneMatch' | 'ifModifiedSince' | 'ifRange', boolean>>
  specs: string[] | undefined
  size: number
  knowsSize: boolean
  seekable: boolean | undefined
  hook: boolean | undefined
}

interface Expectation {
  status: number
  fields: Record<string, string>
  body?: string
  isMultipart?: true
  ranges: string[]
}

function requestHeaders({ conditions, specs }: Scene): Record<string, string> {
  const { ifMatch, ifUnmodifiedSince, ifNoneMatch, ifModifiedSince, ifRange } = conditions
  return {
    ...(ifMatch !== undefined && { 'If-Match': ifMatch ? '"a"' : '"x"' }),
    ...(ifUnmodifiedSince !== undefined && { 'If-Unmodified-Since': ifUnmodifiedSince ? SAME : BEFORE }),
    ...(ifNoneMatch !== undefined && { 'If-None-Match': ifNoneMatch ? '"x"' : 'W/"a"' }),
    ...(ifModifiedSince !== undefined && { 'If-Modified-Since': ifModifiedSince ? BEFORE : SAME }),
    ...(ifRange !== undefined && { 'If-Range': ifRange ? '"a"' : 'W/"a"' }),
    ...(specs !== undefined && { Range: `bytes=${specs.join(', ')}` }),
  }
}

/** RFC 9110, 13.2.2 and 14.2, with nothing but what they say. */
function slowly(scene: Scene): Expectation {
  const { method, status, conditions, specs, size, knowsSize, seekable, hook } = scene
  const content = CONTENT.slice(0, size)
  const length: Record<string, string> = knowsSize ? { 'content-length': String(size) } : {}
  const whole = { status, ranges: [], ...(method !== 'HEAD' && { body: content }) }
  if (status !== 200 || method === 'POST') return { ...whole, fields: { ...CACHING, ...BODY, ...length } }

  const empty = { ranges: [], fields: { ...UNKEPT, 'content-length': '0' } }
  if (conditions.ifMatch === false) return { ...empty, status: 412 }
  if (conditions.ifMatch === undefined && conditions.ifUnmodifiedSince === false) return { ...empty, status: 412 }
  const unchanged = { status: 304, ranges: [], fields: CACHING }
  if (conditions.ifNoneMatch === false) return unchanged
  if (conditions.ifNoneMatch === undefined && conditions.ifModifiedSince !== undefined) {
    if (!(hook ?? conditions.ifModifiedSince)) return unchanged
  }

  const hasRanges = knowsSize && seekable !== false
  const offer = { 'accept-ranges': hasRanges ? 'bytes' : 'none' }
  const all = { ...whole, fields: { ...CACHING, ...BODY, ...offer, ...length } }
  if (method !== 'GET' || specs === undefined || !hasRanges || conditions.ifRange === false) return all

  if (size === 0 || specs.some((spec) => ['x', '2-1', '5-2', '-'].includes(spec))) return all
  const positions = specs.map((spec) => positionsOf(spec, size)).filter((each) => each.length > 0)
  const ranges = positions.map((each) => `${each[0]}-${each.at(-1)}`)
  const [only, ...others] = positions
  if (only === undefined) {
    return { ...empty, status: 416, fields: { ...empty.fields, ...offer, 'content-range': `bytes */${size}` } }
  }
  if (positions.flat().length > size) return all
  const body = others.length > 0 ? multipart(SOME_TYPE, ranges, content) : only.map((at) => content[at]).join('')
  if (body.length > Math.max(size, 4096)) return all
  const fields = { ...CACHING, ...BODY, ...offer, 'content-length': String(body.length) }
  if (others.length > 0) return { status: 206, fields, body, isMultipart: true, ranges }
  return { status: 206, fields: { ...fields, 'content-range': `bytes ${ranges[0]}/${size}` }, body, ranges }
}

/** Which bytes a range asks for, each byte being asked. */
function positionsOf(spec: string, size: number): number[] {
  const [first, last] = spec.split('-')
  const all = Array.from({ length: size }, (_, position) => position)
  if (first === '') return all.filter((position) => position >= size - Number(last))
  return all.filter((position) => position >= Number(first) && (last === '' || position <= Number(last)))
}

/** A boundary as long as any other. */
const SOME_TYPE = `multipart/byteranges; boundary=${crypto.randomUUID()}`

/** RFC 9110, 14.6, of ranges such as `0-1`. */
function multipart(contentType: string, ranges: readonly string[], content: string): string {
  const [, boundary] = /^multipart\/byteranges; boundary=([\w-]+)$/.exec(contentType) ?? assert.fail(contentType)
  const parts = ranges.map((range) => {
    const [start, end] = range.split('-').map(Number) as [number, number]
    const head = [`Content-Type: ${BODY['content-type']}`, `Content-Range: bytes ${range}/${content.length}`, '', '']
    return `--${boundary}\r\n${head.join('\r\n')}${content.slice(start, end + 1)}\r\n`
  })
  return `${parts.join('')}--${boundary}--\r\n`
}

interface Asking {
  method?: string
  headers?: Record<string, string>
  file?: DownloadFile
  options?: DownloadResponseOptions
}

function ask({ method = 'GET', headers, file = new TestFile('0123456789', STAT), options }: Asking): Promise<Reply> {
  return negotiate({ method, headers: new Headers(headers) }, new DownloadResponse(file, options))
}

/** ASCII text that is read as a file, in a piece for each opening. */
class TestFile implements DownloadFile {
  readonly name = 'a.txt'
  readonly opened: (ByteRange | 'whole')[] = []
  readonly signals: (AbortSignal | undefined)[] = []
  closed = 0
  failsAt: number | undefined
  readonly #content: string
  readonly #stat: FileStat

  constructor(content: string, stat: FileStat) {
    this.#content = content
    this.#stat = stat
  }

  async stat(): Promise<FileStat> {
    return this.#stat
  }

  async *open(range?: ByteRange, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    this.opened.push(range ?? 'whole')
    this.signals.push(signal)
    try {
      if (range?.start === this.failsAt && range !== undefined) throw new Error('the disk is gone')
      yield Buffer.from(range === undefined ? this.#content : this.#content.slice(range.start, range.end + 1))
    } finally {
      this.closed += 1
    }
  }
}

function unreadable(): DownloadFile {
  return { name: 'a.txt', stat: async () => STAT, open: nobody }
}

function nobody(): never {
  assert.fail('this is not to be called')
}

function fieldsOf({ headers }: Reply): Record<string, string | string[]> {
  return Object.fromEntries([...headers].map(([name, value]) => [name.toLowerCase(), value]))
}

async function textOf({ body }: Reply): Promise<string> {
  assert.ok(body !== undefined, 'there is a body')
  const pieces: Uint8Array[] = []
  for await (const piece of body.open(new AbortController().signal)) pieces.push(piece)
  return Buffer.concat(pieces).toString('latin1')
}

test('a length that the application claims for a file of unknown size is not sent', async () => {
  const reply = await ask({
    file: new TestFile('0123456789', {}),
    options: { headers: { 'Content-Length': '5', 'Transfer-Encoding': 'chunked' } },
  })
  assert.equal(reply.headers.get('Content-Length'), null)
  assert.equal(reply.headers.get('Transfer-Encoding'), null)
})
