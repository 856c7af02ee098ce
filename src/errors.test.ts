import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import {
  BodyError,
  ConfigurationError,
  DownloadError,
  FileChangedError,
  FileExistsError,
  FileNotFoundError,
  InvalidKeyError,
  PermissionDeniedError,
  StorageError,
} from './errors.js'

const KINDS = [
  [DownloadError, 'DOWNLOAD_FAILED', 500],
  [FileNotFoundError, 'FILE_NOT_FOUND', 404],
  [InvalidKeyError, 'INVALID_KEY', 404],
  [PermissionDeniedError, 'PERMISSION_DENIED', 403],
  [FileChangedError, 'FILE_CHANGED', 503],
  [BodyError, 'BAD_BODY', 500],
  [StorageError, 'STORAGE_FAILED', 500],
  [FileExistsError, 'FILE_EXISTS', 409],
  [ConfigurationError, 'WRONG_CONFIGURATION', 500],
] as const

for (const [Kind, code, status] of KINDS) {
  describe(Kind.name, () => {
    test(`has the code ${code} and the status ${status}`, () => {
      const error = new Kind('What happened.')
      assert.ok(error instanceof DownloadError, String(error))
      assert.ok(error instanceof Error, String(error))
      assert.equal(error.name, Kind.name)
      assert.equal(error.message, 'What happened.')
      assert.deepEqual([error.code, error.status, error.statusCode], [code, status, status])
    })

    test('shows its message to clients only when it is an answer', () => {
      assert.equal(new Kind('What happened.').expose, status < 500)
    })

    test('has a stack only when it is a fault', () => {
      const { stack } = new Kind('What happened.')
      if (status < 500) assert.equal(stack, `${Kind.name}: What happened.`)
      else assert.match(stack ?? '', /errors\.test\.ts/)
    })

    test('keeps its cause, and has none of its own', () => {
      const cause = new Error('EIO')
      assert.equal(new Kind('What happened.', { cause }).cause, cause)
      assert.equal('cause' in new Kind('What happened.'), false)
    })

    test('can be told another code and status', () => {
      const error = new Kind('What happened.', { code: 'OWN', status: 418 })
      assert.deepEqual([error.code, error.status, error.expose], ['OWN', 418, true])
    })

    test('tells when to try again', () => {
      assert.equal(new Kind('What happened.', { retryAfter: 7 }).retryAfter, 7)
      assert.equal(new Kind('What happened.').retryAfter, Kind === FileChangedError ? 1 : undefined)
    })
  })
}

test('a file that is not there, one that is refused and one that changed have a message by themselves', () => {
  assert.equal(new FileNotFoundError().message, 'File not found.')
  assert.equal(new PermissionDeniedError().message, 'Permission denied.')
  assert.equal(new FileChangedError().message, 'The file changed while it was being sent.')
})

test('a key that is not canonical is a missing file, and a file that exists is a failure of the storage', () => {
  assert.equal(new InvalidKeyError('x') instanceof FileNotFoundError, true)
  assert.equal(new FileExistsError('x') instanceof StorageError, true)
  assert.equal(new PermissionDeniedError() instanceof FileNotFoundError, false)
})

test('the path of a missing file is for logs alone', () => {
  const error = new FileNotFoundError(undefined, { path: '/srv/files/a.txt' })
  assert.equal(error.path, '/srv/files/a.txt')
  assert.equal(new FileNotFoundError().path, undefined)
  for (const shown of [
    error.message,
    JSON.stringify(error),
    String(error),
    inspect(error),
    JSON.stringify({ ...error }),
  ]) {
    assert.ok(!shown.includes('/srv'), shown)
  }
})

test('an error of a class of the application has the name of that class', () => {
  class QuotaError extends DownloadError {}
  const error = new QuotaError('No more downloads today.', { code: 'QUOTA', status: 429, retryAfter: 60 })
  assert.equal(String(error), 'QuotaError: No more downloads today.')
  assert.deepEqual([error.code, error.status, error.retryAfter], ['QUOTA', 429, 60])
})

test('an error tells frameworks its headers', () => {
  const headers = { 'WWW-Authenticate': 'Bearer' }
  assert.deepEqual(new DownloadError('x', { headers }).headers, headers)
  assert.deepEqual(new DownloadError('x', { headers, retryAfter: 1.2 }).headers, { ...headers, 'Retry-After': '2' })
  assert.deepEqual(new DownloadError('x').headers, {})
})

test('a header that could not be sent is left out, and not in the way of the answer', () => {
  const headers = {
    'WWW-Authenticate': 'Bearer',
    'X-Broken': 'a\r\nb',
    'X-Wide': '\u560a',
    'X Y': 'c',
    'X-Latin': 'caf\u00e9',
  }
  const error = new DownloadError('x', { status: 401, headers })
  assert.deepEqual(error.headers, { 'WWW-Authenticate': 'Bearer', 'X-Latin': 'caf\u00e9' })
})
