import { InvalidKeyError } from '../errors.js'

/**
 * Refuses a key that is not in its one canonical form: names with `/` between them, and nothing else.
 *
 * A key is refused and never repaired. What authorised a download and what opens it then cannot spell the same file in
 * two ways, which is how nearly every file server has been tricked.
 *
 * @throws {@link InvalidKeyError} for an empty key, `.`, `..`, an empty name (`//`, a leading or trailing `/`), a
 * backslash, NUL, a drive letter, an NTFS stream, or text that is not well-formed Unicode.
 */
export function assertCanonicalKey(key: string): void {
  const fault = faultOf(key)
  if (fault !== undefined) throw new InvalidKeyError(`Not a canonical key: it has ${fault}.`)
}

/** Tells whether a check takes a key, in place of an {@link InvalidKeyError}. */
export function isKey(key: string, check: (key: string) => void = assertCanonicalKey): boolean {
  try {
    check(key)
    return true
  } catch (error) {
    if (error instanceof InvalidKeyError) return false
    throw error
  }
}

/** Joins the parts of a wildcard, each already decoded. A part that holds a separator was spelled to deceive. */
export function joinKey(parts: readonly string[]): string {
  if (parts.some((part) => part.includes('/')))
    throw new InvalidKeyError('Not a canonical key: it has an encoded separator.')
  return parts.join('/')
}

function faultOf(key: string): string | undefined {
  // Plain JavaScript callers and decoded JSON can bring anything.
  if (typeof key !== 'string' || key === '') return 'no name'
  if (key.includes('\0')) return 'a NUL'
  if (key.includes('\\')) return 'a backslash'
  if (LONE_SURROGATE.test(key)) return 'half a character'
  if (DRIVE_LETTER.test(key)) return 'a drive letter'
  if (process.platform === 'win32' ? key.includes(':') : key.includes(':$')) return 'a stream name'
  if (EMPTY_SEGMENT.test(key)) return 'an empty name'
  const dots = DOT_SEGMENT.exec(key)?.[1]
  return dots && `"${dots}"`
}

const EMPTY_SEGMENT = /^\/|\/\/|\/$/
const DOT_SEGMENT = /(?:^|\/)(\.\.?)(?:\/|$)/

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/
const DRIVE_LETTER = /^[A-Za-z]:/
