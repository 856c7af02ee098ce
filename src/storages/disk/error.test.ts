import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { test } from 'node:test'
import { FileChangedError, StorageError } from '../../errors.js'
import { codeOf, diskError, isNotFound } from './error.js'

test('an error of ours stays as it is', () => {
  const error = new FileChangedError()
  assert.equal(diskError(error), error)
})

test('a full table of open files is a 503, to be tried again', () => {
  for (const code of ['EMFILE', 'ENFILE']) {
    const error = diskError(withCode(code))
    assert.deepEqual([error.status, error.retryAfter, error.code], [503, 1, 'TOO_MANY_OPEN_FILES'])
  }
})

test('a full disk is a 507 with a code of its own', () => {
  const overQuota = Object.assign(withCode('Unknown system error -122'), { errno: -constants.errno.EDQUOT })
  for (const cause of [withCode('ENOSPC'), withCode('EDQUOT'), overQuota]) {
    const error = diskError(cause, 'It could not be saved.')
    assert.deepEqual([error.status, error.code, error.message], [507, 'STORAGE_FULL', 'It could not be saved.'])
  }
})

test('any other failure is a 500 that keeps its cause, and no path in its message', async () => {
  const cause = await readFile('/proc/self').catch((error) => error)
  const error = diskError(cause, 'It failed.')
  assert.ok(error instanceof StorageError, String(error))
  assert.deepEqual([error.status, error.message, error.cause], [500, 'It failed.', cause])
  assert.equal(diskError(withCode('EIO')).message, 'The disk failed.')
})

test('what is not there, not readable or no file cannot be told apart', async () => {
  for (const path of ['/nothing', '/etc/passwd/x', '/proc/self', `/${'x'.repeat(300)}`, '/a\0b']) {
    const error = await readFile(path).catch((failure) => failure)
    assert.ok(isNotFound(error), `${JSON.stringify(path)}: ${codeOf(error)}`)
  }
  assert.equal(isNotFound(withCode('EIO')), false)
  assert.equal(isNotFound(undefined), false)
  assert.equal(isNotFound('ENOENT'), false)
})

function withCode(code: string): Error {
  return Object.assign(new Error(`${code}: as the system says`), { code })
}
