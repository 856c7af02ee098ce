import assert from 'node:assert/strict'
import { describe as group, test } from 'node:test'
import { ContentFile } from '../files/content.js'
import type { FileStat } from '../storages/storage.js'
import { describe } from './described.js'
import { DownloadResponse, type DownloadResponseOptions } from './download.js'

const STAT: FileStat = { size: 5, etag: '"a"', modifiedTime: new Date('2024-05-06T07:08:09Z') }
const file = (name = 'a.txt') => new ContentFile('12345', { name })
const response = (options?: DownloadResponseOptions, name?: string) => new DownloadResponse(file(name), options)

group('the headers of a file', () => {
  test('are made once, for each way to describe it', () => {
    const stat = { ...STAT }
    const ways: [DownloadResponseOptions, string?][] = [
      [{}],
      [{ attachment: false }],
      [{ basename: 'b.txt' }],
      [{ headers: { 'X-A': '1' } }],
    ]
    for (const [options, name] of ways) {
      const first = describe(response(options, name), stat)
      assert.equal(describe(response(options, name), stat), first)
    }
    const all = ways.map(([options, name]) => describe(response(options, name), stat).headers)
    assert.equal(new Set(all).size, ways.length)
  })

  const differences: Readonly<Record<string, [DownloadResponseOptions, string?]>> = {
    name: [{}, 'b.txt'],
    basename: [{ basename: 'b.txt' }],
    attachment: [{ attachment: false }],
    'media type': [{ mimeType: 'text/html' }],
    charset: [{ charset: 'latin1' }],
    encoding: [{ encoding: 'gzip' }],
    caching: [{ cacheControl: 'no-store' }],
    'no caching': [{ cacheControl: false }],
    'one more header': [{ headers: { 'X-A': '1' } }],
    'another value of a header': [{ headers: { 'X-A': '2' } }],
  }
  for (const [what, [options, name]] of Object.entries(differences)) {
    test(`differ with its ${what}`, () => {
      const stat = { ...STAT }
      const others = describe(response({ headers: { 'X-A': '3' } }), stat)
      describe(response(), stat)
      const found = describe(response(options, name), stat)
      assert.notEqual(found, others)
      assert.deepEqual(found.headers.lines, response(options, name).describe(stat).lines)
    })
  }

  test('differ with its policy, for a type that could run scripts', () => {
    const stat = { ...STAT }
    const policies = [undefined, false, "default-src 'self'"] as const
    const found = policies.map((contentSecurityPolicy) =>
      describe(response({ attachment: false, contentSecurityPolicy }, 'a.html'), stat).headers.get(
        'Content-Security-Policy',
      ),
    )
    assert.deepEqual([found[0]?.includes('sandbox'), found[1], found[2]], [true, null, "default-src 'self'"])
  })

  test('are those of the whole file with its length, whatever the application says of that', () => {
    const { headers, whole } = describe(response({ headers: { 'Content-Length': '7' } }), { ...STAT })
    assert.deepEqual([headers.get('Content-Length'), headers.has('Accept-Ranges')], ['7', false])
    assert.deepEqual([whole.get('Content-Length'), whole.get('Accept-Ranges')], ['5', 'bytes'])
    const unknown = describe(response({ headers: { 'Content-Length': '7' } }), {}).whole
    assert.deepEqual([unknown.has('Content-Length'), unknown.get('Accept-Ranges')], [false, 'none'])
  })

  test('are shared, so that nobody can change them', () => {
    const { headers, whole } = describe(response(), { ...STAT })
    for (const each of [headers, whole]) assert.throws(() => each.set('ETag', '"b"'), TypeError)
  })

  test('are made anew each time by a class that has its own way to describe', () => {
    let calls = 0
    class Counting extends DownloadResponse {
      override contentType(stat: FileStat): string {
        calls++
        return super.contentType(stat)
      }
    }
    const stat = { ...STAT }
    for (let round = 0; round < 3; round++) describe(new Counting(file()), stat)
    assert.equal(calls, 3)
  })

  test('are made anew each time for a file from the future, whose date is that of the reply', () => {
    const stat = { ...STAT, modifiedTime: new Date(Date.now() + 3_600_000) }
    assert.notEqual(describe(response(), stat), describe(response(), stat))
  })

  test('are forgotten, the oldest first, when a file is described in many ways', () => {
    const stat = { ...STAT }
    const first = describe(response({ basename: '0.txt' }), stat)
    for (let count = 1; count < 4; count++) describe(response({ basename: `${count}.txt` }), stat)
    assert.equal(describe(response({ basename: '0.txt' }), stat), first)
    describe(response({ basename: '4.txt' }), stat)
    assert.notEqual(describe(response({ basename: '0.txt' }), stat), first)
  })
})
