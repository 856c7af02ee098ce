import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentRangeOf, statOf, statOfHeaders, streamOf } from './answer.js'

const $metadata = {}

test('the size is that of the whole object, whatever range of it came', () => {
  assert.equal(statOf({ $metadata, ContentLength: 10 }).size, 10)
  assert.equal(statOf({ $metadata, ContentLength: 3, ContentRange: 'bytes 2-4/10' }).size, 10)
  assert.equal(statOf({ $metadata, ContentLength: 3, ContentRange: 'bytes 2-4/*' }).size, undefined)
  assert.deepEqual(contentRangeOf({ $metadata, ContentRange: 'bytes 2-4/10' }), { start: 2, end: 4, size: 10 })
  assert.equal(contentRangeOf({ $metadata, ContentLength: 3 }), undefined)
})

test('an entity-tag has its quotes, also from a server that leaves them out', () => {
  assert.equal(statOf({ $metadata, ETag: '"abc-2"' }).etag, '"abc-2"')
  assert.equal(statOf({ $metadata, ETag: 'abc' }).etag, '"abc"')
  assert.equal(statOf({ $metadata, ETag: '' }).etag, undefined)
  assert.equal(statOf({ $metadata }).etag, undefined)
})

test('the type that S3 gives to what has none is none', () => {
  assert.equal(statOf({ $metadata, ContentType: 'binary/octet-stream' }).contentType, undefined)
  assert.equal(statOf({ $metadata, ContentType: 'application/octet-stream' }).contentType, 'application/octet-stream')
})

test('an answer without a body tells what its headers tell', () => {
  const headers: Record<string, string> = {
    etag: '"abc"',
    'last-modified': 'Mon, 03 May 2021 12:34:56 GMT',
  }
  assert.deepEqual(
    statOfHeaders((name) => headers[name]),
    { modifiedTime: new Date('2021-05-03T12:34:56Z'), etag: '"abc"' },
  )
  assert.deepEqual(
    statOfHeaders(() => undefined),
    { modifiedTime: undefined, etag: undefined },
  )
})

test('a body may come as a web stream, from a request handler of the application’s own', async () => {
  const web = new Blob(['text']).stream()
  const Body = { transformToWebStream: () => web } as unknown as NonNullable<Parameters<typeof streamOf>[0]['Body']>
  let text = ''
  for await (const chunk of streamOf({ $metadata, Body })) text += chunk
  assert.equal(text, 'text')
})
