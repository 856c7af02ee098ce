import { DownloadError, StorageError } from '../errors.js'

/** Turns what a system call failed with into an error of ours; one that is already stays as it is. */
export function diskError(error: unknown, message = 'The disk failed.'): DownloadError {
  if (error instanceof DownloadError) return error
  if (isOutOfDescriptors(error)) {
    return new StorageError('Too many files are open.', { cause: error, status: 503, retryAfter: 1 })
  }
  return new StorageError(message, { cause: error })
}

/** Tells whether something is not there, not to be read, or not a file: to a client these are all the same. */
export function isNotFound(error: unknown): boolean {
  return NOT_FOUND.has(codeOf(error))
}

export function isOutOfDescriptors(error: unknown): boolean {
  return codeOf(error) === 'EMFILE' || codeOf(error) === 'ENFILE'
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
