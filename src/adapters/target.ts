import { InvalidKeyError } from '../errors.js'

/** The path and query of a request target, which may come in absolute form (RFC 9112, 3.2.2). */
export function originForm(target: string): string {
  const rest = ABSOLUTE_FORM.exec(target)?.[1]
  if (rest === undefined) return target
  return rest.startsWith('/') ? rest : `/${rest}`
}

/** The path of a request target, still percent-encoded. */
export function pathOf(url: string): string {
  const end = url.search(PATH_END)
  return end === -1 ? url : url.slice(0, end)
}

const PATH_END = /[?#]/

/**
 * Refuses a path with an encoded `/`, `\` or NUL. Once decoded, nobody could tell it from a real separator, and what is
 * authorised and what is opened could be two different files.
 */
export function refuseEncodedSeparators(url: string): void {
  if (ENCODED_SEPARATOR.test(pathOf(url)))
    throw new InvalidKeyError('Not a canonical key: it has an encoded separator.')
}

const ABSOLUTE_FORM = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*(.*)$/s
const ENCODED_SEPARATOR = /%(?:2f|5c|00)/i
