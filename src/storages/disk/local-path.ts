import { isAbsolute, join, resolve, sep } from 'node:path'
import { ConfigurationError, InvalidKeyError } from '../../errors.js'
import { assertCanonicalKey } from '../key.js'

/** What to do with names that begin with a dot, such as `.env`: hide them, or serve them like any other. */
export type DotfilePolicy = 'deny' | 'allow'

/**
 * Joins a key to the folder that is to contain it.
 *
 * This is about spelling only; that no link leads out of the folder is checked when the file is opened.
 */
export function pathInside(root: string, key: string, dotfiles: DotfilePolicy): string {
  assertCanonicalKey(key)
  const hidden = dotfiles === 'deny' ? '.' : TEMPORARY_PREFIX
  if (key.startsWith(hidden) || key.includes(`/${hidden}`)) {
    throw new InvalidKeyError(
      "Not a key of this folder: a name begins with a dot. Set dotfiles: 'allow' to have such files.",
    )
  }
  // A canonical key needs nothing but a separator, where that is the one of the system.
  return sep === '/' ? `${root === sep ? '' : root}/${key}` : join(root, key)
}

/** Anything else than these words could mean either, and what was meant to be hidden would be served. */
export function dotfilePolicy(dotfiles: unknown, owner: string): DotfilePolicy {
  if (dotfiles === 'deny' || dotfiles === 'allow') return dotfiles
  throw new ConfigurationError(`${owner}: dotfiles must be "deny" or "allow", got ${JSON.stringify(dotfiles)}.`)
}

/** Begins the name of every file that is still being written; such a file is never served, listed or replaced. */
export const TEMPORARY_PREFIX = '.downloadview-'

/** Folder below a root in which `downloadview doctor` keeps its files. */
export const CANARY_FOLDER = 'downloadview-canary'

/** Checks the absolute path of a folder, given by the application. */
export function rootFolder(root: unknown, owner: string): string {
  if (typeof root !== 'string' || !isAbsolute(root)) {
    throw new ConfigurationError(
      `${owner}: root must be the absolute path of a folder, got ${JSON.stringify(root)}. Use path.resolve().`,
    )
  }
  return resolve(root)
}
