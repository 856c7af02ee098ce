import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { FileNotFoundError } from '../errors.js'
import { FieldFile } from '../files/field.js'
import { StorageFile } from '../files/storage.js'
import { weakMatch } from '../headers/etag.js'
import type { ByteRange, RangeSpec } from '../headers/range.js'
import { MemoryStorage } from '../storages/memory.js'
import type { FetchedBody, FetchedFile, FetchOptions, FileStat, ReadOptions } from '../storages/storage.js'
import { testRequest } from '../testing/test-request.js'
import { DownloadResponse, type DownloadResponseOptions } from './download.js'
import { EmptyResponse } from './empty.js'
import { negotiate } from './negotiate.js'

/** A storage as if elsewhere: it counts its round trips, and may leave ranges or conditions aside as some servers do. */
class DistantStorage extends MemoryStorage {
  readonly trips: string[] = []
  cancelled = 0
  constructor(readonly habits: { ranges: boolean; conditions: boolean } = { ranges: true, conditions: true }) {
    super()
  }

  override async stat(key: string): Promise<FileStat | undefined> {
    this.trips.push('HEAD')
    return super.stat(key)
  }

  override async *open(key: string, options: ReadOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    this.trips.push('GET')
    yield* super.open(key, options)
  }

  async fetch(key: string, options: FetchOptions = {}): Promise<FetchedFile | undefined> {
    this.trips.push('GET')
    const stat = await super.stat(key)
    if (stat === undefined) return undefined
    if (this.habits.conditions && isUnchanged(stat, options))
      return { stat: { etag: stat.etag, modifiedTime: stat.modifiedTime } }
    const range = this.habits.ranges && options.range ? resolve(options.range, stat.size as number) : undefined
    if (range === 'outside') return { stat: { size: stat.size } }
    return { stat, body: this.#body(key, range) }
  }

  #body(key: string, range: ByteRange | undefined): FetchedBody {
    const bytes = super.open(key, { range })
    return { range, cancel: () => void this.cancelled++, [Symbol.asyncIterator]: () => bytes }
  }
}

function isUnchanged(stat: FileStat, { ifNoneMatch, ifModifiedSince }: FetchOptions): boolean {
  if (ifNoneMatch !== undefined) return weakMatch(ifNoneMatch, stat.etag)
  return ifModifiedSince !== undefined && Math.floor(Number(stat.modifiedTime) / 1000) * 1000 <= Number(ifModifiedSince)
}

function resolve(spec: RangeSpec, size: number): ByteRange | 'outside' {
  const start = 'suffix' in spec ? Math.max(0, size - spec.suffix) : spec.start
  const end = 'suffix' in spec ? size - 1 : Math.min(spec.end ?? size - 1, size - 1)
  return start > end || start >= size ? 'outside' : { start, end }
}

const TEXT = '0123456789'

async function distant(habits?: DistantStorage['habits'], text = TEXT): Promise<DistantStorage> {
  const storage = new DistantStorage(habits)
  await storage.save('digits.txt', text)
  return storage
}

interface Asked {
  headers?: Record<string, string>
  method?: string
  options?: DownloadResponseOptions
}

async function ask(storage: DistantStorage, { headers = {}, method = 'GET', options }: Asked = {}) {
  storage.trips.length = 0
  const file = new StorageFile(storage, 'digits.txt')
  const reply = await negotiate(testRequest({ headers, method }), new DownloadResponse(file, options))
  const pieces: Uint8Array[] = []
  if (reply.body) for await (const piece of reply.body.open(new AbortController().signal)) pieces.push(piece)
  file.close()
  return { status: reply.status, headers: [...reply.headers], body: Buffer.concat(pieces).toString() }
}

describe('a file that lives elsewhere costs one round trip', () => {
  for (const [title, headers, status, body] of [
    ['as a whole', {}, 200, TEXT],
    ['for a range', { Range: 'bytes=2-4' }, 206, '234'],
    ['for a range to the end', { Range: 'bytes=7-' }, 206, '789'],
    ['for a range of all bytes', { Range: 'bytes=0-' }, 206, TEXT],
    ['for a suffix', { Range: 'bytes=-3' }, 206, '789'],
    ['for a suffix that is longer than the file', { Range: 'bytes=-30' }, 206, TEXT],
    ['for a malformed range', { Range: 'bytes=4-2' }, 200, TEXT],
    ['for a condition that fails', { 'If-Match': '"other"' }, 412, ''],
  ] as const) {
    test(title, async () => {
      const storage = await distant()
      const reply = await ask(storage, { headers })
      assert.deepEqual([reply.status, reply.body, storage.trips], [status, body, ['GET']])
    })
  }

  test('for a tag that the client has, and no bytes come', async () => {
    const storage = await distant()
    const { etag } = (await storage.stat('digits.txt')) as FileStat
    const reply = await ask(storage, { headers: { 'If-None-Match': String(etag) } })
    assert.deepEqual([reply.status, storage.trips, storage.cancelled], [304, ['GET'], 0])
  })

  test('for a HEAD, which asks for a HEAD', async () => {
    const storage = await distant()
    await ask(storage, { method: 'HEAD', headers: { Range: 'bytes=1-2' } })
    assert.deepEqual(storage.trips, ['HEAD'])
  })

  test('for a row that tells more of it', async () => {
    const storage = await distant()
    const file = new FieldFile(new StorageFile(storage, 'digits.txt'), { contentType: 'text/csv' })
    storage.trips.length = 0
    const reply = await negotiate(testRequest(), new DownloadResponse(file))
    assert.equal(reply.headers.get('Content-Type'), 'text/csv; charset=utf-8')
    assert.deepEqual(storage.trips, ['GET'])
  })
})

test('a range whose If-Range fails, asks for the whole after all', async () => {
  const storage = await distant()
  const reply = await ask(storage, { headers: { Range: 'bytes=2-4', 'If-Range': '"other"' } })
  assert.deepEqual([reply.status, reply.body, storage.trips, storage.cancelled], [200, TEXT, ['GET', 'GET'], 1])
})

test('several ranges are a request each, and more than 16 are the whole file', async () => {
  const storage = await distant(undefined, TEXT.repeat(10))
  const ranges = (count: number) => `bytes=${Array.from({ length: count }, (_, at) => `${3 * at}-${3 * at}`)}`
  const some = await ask(storage, { headers: { Range: ranges(16) } })
  assert.deepEqual([some.status, storage.trips.length], [206, 16])
  const many = await ask(storage, { headers: { Range: ranges(17) } })
  assert.deepEqual([many.status, many.body, storage.trips], [200, TEXT.repeat(10), ['GET', 'GET']])
})

test('a range that it does not have costs a look at it after all, for what conditions may ask', async () => {
  const storage = await distant()
  const reply = await ask(storage, { headers: { Range: 'bytes=10-' } })
  assert.deepEqual([reply.status, storage.trips], [416, ['GET', 'HEAD']])
})

test('an answer that a condition held, without the validator for it, costs a look at it after all', async () => {
  const storage = await distant()
  const { etag, modifiedTime } = (await storage.stat('digits.txt')) as FileStat
  for (const [headers, told] of [
    [{ 'If-None-Match': String(etag) }, { modifiedTime }],
    [{ 'If-Modified-Since': new Date(Date.now() + 5000).toUTCString() }, { etag }],
  ] as const) {
    storage.fetch = async () => ({ stat: told })
    const reply = await ask(storage, { headers })
    assert.deepEqual([reply.status, storage.trips], [304, ['HEAD']])
  }
})

test('several ranges cost a round trip each', async () => {
  const storage = await distant()
  const reply = await ask(storage, { headers: { Range: 'bytes=0-1, 4-5, 8-9' } })
  assert.deepEqual([reply.status, storage.trips], [206, ['GET', 'GET', 'GET']])
})

test('bytes that came but are not sent are let go of', async () => {
  const storage = await distant({ ranges: true, conditions: false })
  const { etag } = (await storage.stat('digits.txt')) as FileStat
  const reply = await ask(storage, { headers: { 'If-None-Match': String(etag) } })
  assert.deepEqual([reply.status, storage.trips, storage.cancelled], [304, ['GET'], 1])
})

test('conditions stay here when the application set the validators itself', async () => {
  const storage = await distant()
  const { etag } = (await storage.stat('digits.txt')) as FileStat
  for (const options of [{ headers: { ETag: '"own"' } }, { wasModifiedSince: () => true }]) {
    const since = new Date(Date.now() + 5000).toUTCString()
    const asked = { 'If-None-Match': String(etag) }
    const headers = 'headers' in options ? asked : { 'If-Modified-Since': since }
    assert.equal((await ask(storage, { headers, options })).status, 200)
  }
})

test("a row's own time of change is not compared by the storage", async () => {
  const storage = await distant()
  const modifiedTime = new Date(Date.now() - 3_600_000)
  const file = new FieldFile(new StorageFile(storage, 'digits.txt'), { modifiedTime })
  const headers = { 'If-Modified-Since': new Date(Date.now() - 7_200_000).toUTCString() }
  assert.equal((await negotiate(testRequest({ headers }), new DownloadResponse(file))).status, 200)
})

test('a missing file gets the reply that the application makes for it', async () => {
  const file = new StorageFile(new DistantStorage(), 'missing.txt')
  const response = new DownloadResponse(file, { fileNotFoundResponse: () => new EmptyResponse(410) })
  const error = await negotiate(testRequest(), response).catch((reason) => reason)
  assert.ok(error instanceof FileNotFoundError, String(error))
  assert.equal((await response.fileNotFound(error)).status, 410)
})

test('the reply is the same as from a storage that knows no such short way', async () => {
  const number = fc.oneof(fc.integer({ min: 0, max: 14 }), fc.constant(''))
  const spec = fc.tuple(number, number).map(([start, end]) => `${start}-${end}`)
  const asked = fc.record(
    {
      range: fc.array(spec, { minLength: 1, maxLength: 3 }).map((specs) => `bytes=${specs.join(',')}`),
      ifRange: fc.constantFrom('same', '"other"', 'W/"other"'),
      ifNoneMatch: fc.constantFrom('same', '"other"', '*'),
      ifMatch: fc.constantFrom('same', '"other"', '*'),
      ifModifiedSince: fc.constantFrom(-5000, 5000),
      method: fc.constantFrom('GET', 'HEAD', 'POST'),
    },
    { requiredKeys: ['method'] },
  )
  const habits = fc.record({ ranges: fc.boolean(), conditions: fc.boolean() })
  const text = fc.constantFrom('', 'a', TEXT)
  await fc.assert(
    fc.asyncProperty(asked, habits, text, async (wish, habit, content) => {
      const storage = await distant(habit, content)
      const { etag } = (await storage.stat('digits.txt')) as FileStat
      const tag = (value: string | undefined) => (value === 'same' ? etag : value)
      const headers = Object.fromEntries(
        Object.entries({
          Range: wish.range,
          'If-Range': tag(wish.ifRange),
          'If-None-Match': tag(wish.ifNoneMatch),
          'If-Match': tag(wish.ifMatch),
          'If-Modified-Since':
            wish.ifModifiedSince === undefined ? undefined : new Date(Date.now() + wish.ifModifiedSince).toUTCString(),
        }).filter((entry): entry is [string, string] => entry[1] !== undefined),
      )
      const short = await ask(storage, { headers, method: wish.method })
      storage.fetch = undefined as never
      const long = await ask(storage, { headers, method: wish.method })
      assert.deepEqual(comparable(short), comparable(long))
    }),
    { numRuns: 3000 },
  )
})

/** The boundary of several ranges differs from reply to reply. */
function comparable({ status, headers, body }: Awaited<ReturnType<typeof ask>>) {
  const boundary = /boundary=([^;,]+)/.exec(String(headers))?.[1] ?? '\0'
  return { status, headers: String(headers).replaceAll(boundary, 'B'), body: body.replaceAll(boundary, 'B') }
}
