import { isAbsolute } from 'node:path'
import { ConfigurationError } from '../errors.js'
import type { DispositionType } from '../headers/content-disposition.js'

/** The secrets of a signer: the first one signs, and links of all of them are good. */
export function checkedSecrets(secrets: readonly string[], owner: string): readonly string[] {
  if (!Array.isArray(secrets) || secrets.length === 0) {
    throw new ConfigurationError(`${owner} needs secrets: a list with at least one. ${MAKE_ONE}`)
  }
  for (const [index, secret] of secrets.entries()) {
    if (typeof secret !== 'string' || secret.length < SECRET_LENGTH) {
      // Not even a part of it: messages go into logs.
      const found = typeof secret === 'string' ? `has ${secret.length} characters` : 'is no text'
      throw new ConfigurationError(
        `${owner}: secret ${index + 1} ${found}; it takes ${SECRET_LENGTH} or more. ${MAKE_ONE}`,
      )
    }
  }
  return [...secrets]
}

/** Also refuses what could not stand in the configuration of a server. */
export function checkedPlainSecrets(secrets: readonly string[], owner: string): readonly string[] {
  const checked = checkedSecrets(secrets, owner)
  const at = checked.findIndex((secret) => !/^[\w-]+$/.test(secret))
  if (at === -1) return checked
  throw new ConfigurationError(
    `${owner}: secret ${at + 1} has characters other than letters, digits, "-" and "_", which a server's configuration could read in another way. ${MAKE_ONE}`,
  )
}

const SECRET_LENGTH = 32
const MAKE_ONE = 'Make one with "openssl rand -hex 32".'

/** Checks a path of a server such as `/media/`, and ends it with a separator. */
export function checkedLocation(location: string, owner: string): string {
  const isPlain = typeof location === 'string' && /^(?:\/[\w.~-]+)+\/?$/.test(location)
  if (isPlain && !/\/\.{1,2}(?:\/|$)/.test(location)) return `${location.replace(/\/$/, '')}/`
  throw new ConfigurationError(
    `${owner}: location must be a path such as "/media/", of letters, digits and "-._~", without ".."; got ${JSON.stringify(location)}.`,
  )
}

/** Checks the path of a folder or file as a server is to read it in its configuration. */
export function checkedPath(path: string, option: string, owner: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break would begin a directive of its own.
  const isPlain = typeof path === 'string' && isAbsolute(path) && !/["\\${}\u0000-\u001F\u007F]/.test(path)
  if (isPlain && !path.split('/').includes('..')) return path.replace(/\/+$/, '')
  throw new ConfigurationError(
    `${owner}: ${option} must be an absolute path that can be written into a configuration file, without ".."; got ${JSON.stringify(path)}.`,
  )
}

/** Refuses what plain JavaScript may bring. */
export function checkedDisposition(disposition: DispositionType, owner: string): DispositionType {
  if (disposition === 'attachment' || disposition === 'inline') return disposition
  throw new ConfigurationError(
    `${owner}: disposition must be "attachment" or "inline", got ${JSON.stringify(disposition)}.`,
  )
}
