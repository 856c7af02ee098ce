import { InvalidKeyError } from '../../errors.js'

/** Before a folder is made: one below a path that is too long could not be reached by its path any more, nor removed. */
export function assertShortEnough(path: string): void {
  if (process.platform === 'win32') return
  const isTooLong =
    Buffer.byteLength(path) > MAX_PATH || path.split('/').some((name) => Buffer.byteLength(name) > MAX_NAME)
  if (isTooLong) throw tooLong()
}

/** What a system that takes less than Linux says by itself, in our words. */
export function tooLong(cause?: unknown): InvalidKeyError {
  return new InvalidKeyError('Not a key of this folder: it is longer than the file system takes.', { cause })
}

/** Bytes that Linux takes. */
const MAX_NAME = 255
const MAX_PATH = 4095
