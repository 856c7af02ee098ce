import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { DownloadFile } from '../../src/files/file.js'
import type { ByteRange } from '../../src/headers/range.js'
import { DownloadResponse } from '../../src/responses/download.js'
import type { FileStat } from '../../src/storages/storage.js'
import { type Tag, writeTag } from './models/conditions.js'
import { readMultipart } from './models/multipart.js'
import type { Expected, Scene } from './models/negotiation.js'
import { conditions, knownBy, rangeHeader } from './properties/headers.js'

/** Content of files, in which every byte can be told from its neighbours; some of it looks like a delimiter. */
const CONTENT = Array.from({ length: 6000 }, (_, at) =>
  at % 97 === 0 ? '\r\n--' : String.fromCharCode(33 + (at % 90)),
).join('')

/** The bytes of a file of some size, a character for each. */
export function contentOf({ size }: Pick<Scene, 'size'>): string {
  return CONTENT.repeat(4).slice(0, size)
}

/** How long a file is, and what is asked of it: most often some ranges that it has. */
const sizeAndRange = fc.oneof(
  { weight: 2, arbitrary: fc.record({ size: fc.nat(400), range: fc.constant(null) }) },
  { weight: 3, arbitrary: fc.record({ size: fc.nat(400), range: rangeHeader }) },
  {
    weight: 3,
    arbitrary: fc.record({
      size: fc.oneof(fc.nat(400), fc.nat(CONTENT.length)),
      range: fc
        .array(fc.tuple(fc.nat(200), fc.nat(60)), { minLength: 1, maxLength: 3 })
        .map((spans) => `bytes=${spans.map(([start, more]) => `${start}-${start + more}`).join(',')}`),
    }),
  },
  {
    weight: 1,
    // Many small ones, around the number and the cost from which on the whole is sent.
    arbitrary: fc
      .tuple(
        fc.oneof(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 196, max: 204 })),
        fc.integer({ min: 1, max: 30 }),
      )
      .map(([count, length]) => ({
        size: CONTENT.length * 4,
        range: `bytes=${Array.from({ length: count }, (_, at) => `${at * length}-${at * length + length - 1}`).join(',')}`,
      })),
  },
)

const options = fc.record({
  status: fc.constantFrom(200, 200, 200, 200, 200, 200, 200, 201, 404, 500),
  attachment: fc.boolean(),
  mimeType: fc.constantFrom(null, null, 'text/html', 'image/svg+xml', 'application/pdf'),
  cacheControl: fc.constantFrom<(string | false | null)[]>(null, null, false, 'public, max-age=60'),
  encoding: fc.constantFrom(null, null, null, 'gzip'),
  hook: fc.constantFrom(null, null, null, true, false),
  headers: fc.record(
    {
      ETag: fc.constantFrom('"a"', 'W/"b"'),
      'Last-Modified': fc.constantFrom('Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:36 GMT'),
      'content-type': fc.constantFrom('a/b', 'text/html'),
      'Accept-Ranges': fc.constant('none'),
      'Content-Disposition': fc.constantFrom('inline', 'attachment'),
      Vary: fc.constant('Cookie'),
      'Content-Language': fc.constant('en'),
    },
    { requiredKeys: [] },
  ),
})

const PLAIN = {
  ...{ status: 200, attachment: true, mimeType: null, cacheControl: null, encoding: null, hook: null },
  headers: {},
}

/** Any request for any file. */
export const scene: fc.Arbitrary<Scene> = fc
  .record({
    method: fc.constantFrom('GET', 'GET', 'GET', 'GET', 'GET', 'HEAD', 'POST', 'DELETE'),
    asked: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 3, arbitrary: conditions }),
    sizeAndRange,
    knowsSize: fc.constantFrom(true, true, true, true, false),
    seekable: fc.constantFrom(null, null, true, false),
    known: knownBy,
    options: fc.oneof({ weight: 2, arbitrary: fc.constant(PLAIN) }, { weight: 1, arbitrary: options }),
  })
  .map(({ sizeAndRange, known, ...scene }) => ({
    ...scene,
    range: sizeAndRange.range,
    size: sizeAndRange.size,
    changed: known.changed,
    etag: known.tag === null ? null : writeTag(known.tag as Tag),
  }))

/** The download of a scene, as an application would describe it. */
export function downloadOf({ options, ...scene }: Scene): DownloadResponse {
  const { hook, mimeType, encoding, cacheControl, ...plain } = options
  return new DownloadResponse(new SceneFile(scene), {
    ...plain,
    mimeType: mimeType ?? undefined,
    encoding: encoding ?? undefined,
    cacheControl: cacheControl ?? undefined,
    wasModifiedSince: hook === null ? undefined : () => hook,
  })
}

/** The file of a scene: bytes that are given in pieces. */
class SceneFile implements DownloadFile {
  readonly name = 'a.txt'
  readonly #scene: Omit<Scene, 'options'>

  constructor(scene: Omit<Scene, 'options'>) {
    this.#scene = scene
  }

  async stat(): Promise<FileStat> {
    const { size, knowsSize, seekable, changed, etag } = this.#scene
    return {
      size: knowsSize ? size : undefined,
      seekable: seekable ?? undefined,
      modifiedTime: changed === null ? undefined : new Date(changed),
      etag: etag ?? undefined,
    }
  }

  async *open(range?: ByteRange): AsyncGenerator<Uint8Array> {
    const { seekable } = this.#scene
    const content = contentOf(this.#scene)
    if (range !== undefined) assert.notEqual(seekable, false, 'a range of a file that has none was asked for')
    const bytes = Buffer.from(range === undefined ? content : content.slice(range.start, range.end + 1), 'latin1')
    const half = Math.floor(bytes.length / 2)
    yield bytes.subarray(0, half)
    yield bytes.subarray(half)
  }
}

/** Compares what was sent with what had to be. */
export function assertReply(
  expected: Expected,
  content: string,
  reply: { status: number; headers: Record<string, string>; body: Buffer | undefined },
): void {
  const { status, headers, body } = reply
  const { 'content-type': type, ...rest } = headers
  assert.equal(status, expected.status)
  assert.deepEqual(expected.isMultipart ? rest : headers, expected.headers)
  if (!expected.hasBody) {
    assert.ok(body === undefined || body.length === 0, 'there are bytes where there should be none')
    return
  }
  assert.ok(body !== undefined, 'there is no body')
  const wanted = expected.spans?.map(({ start, end }) => content.slice(Number(start), Number(end) + 1))
  if (!expected.isMultipart) assert.equal(body.toString('latin1'), wanted?.[0] ?? content)
  else
    assert.deepEqual(
      readMultipart(type ?? '', body).map(({ bytes }) => bytes.toString('latin1')),
      wanted,
    )
  if (headers['content-length'] !== undefined) assert.equal(body.length, Number(headers['content-length']))
}
