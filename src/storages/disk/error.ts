import { constants } from 'node:os'
import { DownloadError, FileChangedError, StorageError } from '../../errors.js'

/** Turns what a system call failed with into an error of ours; one that is already stays as it is. */
export function diskError(error: unknown, message = 'The disk failed.'): DownloadError {
  if (error instanceof DownloadError) return error
  if (isOutOfDescriptors(error)) return outOfDescriptors(error)
  // On a disk of the network, somebody else has replaced or deleted the file.
  if (hasNumber(error, constants.errno.ESTALE)) return new FileChangedError(undefined, { cause: error })
  if (isFull(error)) return new StorageError(message, { cause: error, code: 'STORAGE_FULL', status: 507 })
  return new StorageError(message, { cause: error })
}

/** Says that this process, or the whole system, can open nothing more for the moment. */
export function outOfDescriptors(cause: unknown): StorageError {
  return new StorageError('Too many files are open.', {
    cause,
    code: 'TOO_MANY_OPEN_FILES',
    status: 503,
    retryAfter: 1,
  })
}

/** Tells whether something is not there, not to be read, or not a file: to a client these are all the same. */
export function isNotFound(error: unknown): boolean {
  return NOT_FOUND.has(codeOf(error))
}

export function isOutOfDescriptors(error: unknown): boolean {
  return codeOf(error) === 'EMFILE' || codeOf(error) === 'ENFILE'
}

/** The disk is full, or what the user may have of it. */
function isFull(error: unknown): boolean {
  return codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT' || hasNumber(error, constants.errno.EDQUOT)
}

/** For errors of the system that Node has no name for. */
function hasNumber(error: unknown, number = Number.NaN): boolean {
  return ((error ?? {}) as { errno?: unknown }).errno === -number
}

/** Not `instanceof`: where tests run in a context of their own, the errors of Node have another class. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}

const NOT_FOUND = new Set([
  'ENOENT',
  'ENOTDIR',
  'EACCES',
  'EPERM',
  'ELOOP',
  'ENAMETOOLONG',
  'EISDIR',
  'ENXIO',
  'ENODEV',
  // A path with a NUL, which Node refuses by itself.
  'ERR_INVALID_ARG_VALUE',
])
