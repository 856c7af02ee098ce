import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { download, EARLIER, LAST_MODIFIED, LATER, type Told } from '../../test/proxies/downloads.js'
import { proxiedHeaders } from '../responses/proxied.js'
import { conditionOf } from './conditions.js'

const NOT_MODIFIED = 'the client has it already, so that a 304 is all it gets'
const FAILED = 'a condition of the request failed, so that a 412 is all it gets'
const CHANGED = 'the application says that it has changed, and by its time the server would see no change'
const OUTSIDE = 'it has no such bytes as the client asks for, so that a 416 is all it gets'

async function condition(asked: Record<string, string>, keepsValidators: boolean, told: Told = {}) {
  const response = download(told)
  const stat = await response.file.stat()
  const headers = proxiedHeaders(response, stat)
  return conditionOf(new Headers(asked), { response, headers, stat, keepsValidators })
}

describe('where clients get our validators', () => {
  for (const [asked, expected] of [
    [{}, undefined],
    [{ 'If-None-Match': '"tag"' }, NOT_MODIFIED],
    [{ 'If-None-Match': '*' }, NOT_MODIFIED],
    [{ 'If-None-Match': '"other"' }, undefined],
    [{ 'If-None-Match': '"other"', 'If-Modified-Since': LAST_MODIFIED }, undefined],
    [{ 'If-Modified-Since': LAST_MODIFIED }, NOT_MODIFIED],
    [{ 'If-Modified-Since': LATER }, NOT_MODIFIED],
    [{ 'If-Modified-Since': EARLIER }, undefined],
    [{ 'If-Modified-Since': 'whenever' }, undefined],
    [{ 'If-Match': '"tag"' }, undefined],
    [{ 'If-Match': '"other"' }, FAILED],
    [{ 'If-Unmodified-Since': EARLIER }, FAILED],
    [{ 'If-Unmodified-Since': LAST_MODIFIED }, undefined],
    [{ Range: 'bytes=5-' }, OUTSIDE],
    [{ Range: 'bytes=5-', 'If-Range': '"tag"' }, OUTSIDE],
    [{ Range: 'bytes=5-', 'If-Range': '"other"' }, undefined],
    [{ Range: 'bytes=0-99' }, undefined],
    [{ Range: 'bytes=nonsense' }, undefined],
  ] as [Record<string, string>, string | undefined][]) {
    test(`${JSON.stringify(asked)}: ${expected ?? 'handed over'}`, async () => {
      assert.equal(await condition(asked, true), expected)
    })
  }

  test('a file of unknown size has no bytes that could be outside', async () => {
    assert.equal(await condition({ Range: 'bytes=5-' }, true, { size: undefined }), undefined)
  })
})

describe('where the server makes its own', () => {
  for (const asked of [
    {},
    { 'If-None-Match': '"tag"' },
    { 'If-None-Match': '*' },
    { 'If-Match': '"other"' },
    { 'If-Unmodified-Since': EARLIER },
    { 'If-Modified-Since': LAST_MODIFIED },
    { Range: 'bytes=5-' },
  ] as Record<string, string>[]) {
    test(`${JSON.stringify(asked)} is for the server to answer`, async () => {
      assert.equal(await condition(asked, false), undefined)
    })
  }
})

for (const keepsValidators of [true, false]) {
  describe(`with an answer of the application’s own, and ${keepsValidators ? 'our' : 'its'} validators`, () => {
    test('"not changed" is a 304, although the time says otherwise', async () => {
      const told = { wasModifiedSince: () => false }
      assert.equal(await condition({ 'If-Modified-Since': EARLIER }, keepsValidators, told), NOT_MODIFIED)
    })

    test('"changed" is streamed where the server would say otherwise', async () => {
      const told = { wasModifiedSince: async () => true }
      for (const date of [LAST_MODIFIED, LATER]) {
        assert.equal(await condition({ 'If-Modified-Since': date }, keepsValidators, told), CHANGED)
      }
    })

    test('"changed" is handed over where the server sees that as well', async () => {
      const told = { wasModifiedSince: () => true }
      assert.equal(await condition({ 'If-Modified-Since': EARLIER }, keepsValidators, told), undefined)
      const timeless = { ...told, modifiedTime: undefined }
      assert.equal(await condition({ 'If-Modified-Since': LATER }, keepsValidators, timeless), undefined)
    })

    test('it is asked with the date, and only when there is one that counts', async () => {
      const dates: Date[] = []
      const told = { wasModifiedSince: (since: Date) => dates.push(since) > 0 }
      await condition({}, keepsValidators, told)
      await condition({ 'If-Modified-Since': 'whenever' }, keepsValidators, told)
      await condition({ 'If-Modified-Since': EARLIER, 'If-None-Match': '"other"' }, keepsValidators, told)
      assert.deepEqual(dates, [])
      await condition({ 'If-Modified-Since': EARLIER }, keepsValidators, told)
      assert.deepEqual(dates, [new Date(EARLIER)])
    })
  })
}

test('a server that answers If-Match itself is not kept from a 412 by the application’s 304', async () => {
  const asked = { 'If-Modified-Since': LATER, 'If-Match': '"of the server"' }
  assert.equal(await condition(asked, false, { wasModifiedSince: () => false }), undefined)
})
