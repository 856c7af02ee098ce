import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FileChangedError, StorageError, UpstreamError } from '../../errors.js'
import { bridgeError, isMissing, isNoFolder } from './failure.js'

describe('what a library failed with', () => {
  test('is a missing file in whatever words, however deep', () => {
    for (const cause of [
      coded('ENOENT'),
      coded('ENAMETOOLONG'),
      coded('flystorage.file_was_not_found'),
      coded(404),
      Object.assign(new Error(), { $metadata: { httpStatusCode: 404 } }),
      Object.assign(new Error(), { statusCode: 404 }),
    ]) {
      assert.equal(isMissing(new Error('Unable to read.', { cause })), true)
    }
  })

  test('is no missing file when a bucket is missing, or a disk broken', () => {
    const noBucket = Object.assign(new Error(), { name: 'NoSuchBucket', $metadata: { httpStatusCode: 404 } })
    for (const error of [noBucket, coded('EIO'), coded(403), new Error(), undefined, 'ENOENT']) {
      assert.equal(isMissing(error), false)
    }
  })

  test('is a missing folder only when there is none', () => {
    assert.equal(isNoFolder(new Error('Unable to list.', { cause: coded('ENOENT') })), true)
    assert.equal(isNoFolder(coded('EACCES')), false)
  })

  test('keeps the cause, and becomes the status that fits', () => {
    for (const [error, status, message] of [
      [coded('EIO'), 500, /^It failed\.$/],
      [coded('EMFILE'), 503, /open/],
      [coded(403), 502, /credentials/],
      [coded(404), 502, /bucket/],
      [coded(429), 503, /alone/],
      [coded(503), 503, /alone/],
      [coded(500), 502, /answered 500/],
      [coded('ECONNRESET'), 502, /could not be asked/],
      [Object.assign(coded('ECONNRESET'), { name: 'TimeoutError' }), 502, /could not be asked/],
      [coded('ETIMEDOUT'), 504, /too long/],
      [Object.assign(new Error(), { name: 'TimeoutError' }), 504, /too long/],
    ] as const) {
      const outer = new Error('Unable to read /srv/secret.', { cause: error })
      const failure = bridgeError('It', outer)
      assert.ok(failure instanceof StorageError, failure.name)
      assert.equal(failure.status, status)
      assert.match(failure.message, message)
      assert.doesNotMatch(failure.message, /secret/)
      assert.ok(failure.cause === outer || failure.cause === error, 'the cause is for logs')
    }
    assert.ok(bridgeError('It', coded(500)) instanceof UpstreamError, 'of another server')
  })

  test('stays as it is when it is an error of ours', () => {
    const error = new FileChangedError()
    assert.equal(bridgeError('It', error), error)
  })

  test('never goes round in circles', () => {
    const error = new Error()
    error.cause = error
    assert.equal(bridgeError('It', error).status, 500)
  })
})

function coded(code: string | number): Error {
  return Object.assign(new Error('It failed.'), { code })
}
