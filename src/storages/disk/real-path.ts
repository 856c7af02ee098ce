import { existsSync, fstat, lstat, readlink, realpath } from 'node:fs'
import { sep } from 'node:path'
import { promisify } from 'node:util'

/**
 * Finds where an open file or folder really lies; `undefined` when that cannot be told for sure.
 *
 * The kernel knows, where it can be asked. Elsewhere the path is resolved after opening, and has to lead to what is
 * open without any link.
 */
export async function realPathOf(descriptor: number, path: string): Promise<string | undefined> {
  const link = pathOfDescriptor(descriptor)
  if (link !== undefined) return readlinkAsync(link)
  const real = await realPath(path)
  const [opened, found] = await Promise.all([
    fstatAsync(descriptor, { bigint: true }),
    lstatAsync(real, { bigint: true }),
  ])
  return opened.ino === found.ino && opened.dev === found.dev ? real : undefined
}

/**
 * A path that leads to an open file or folder itself, and not to what may lie under its name by now; `undefined` where
 * the platform has none.
 */
export function pathOfDescriptor(descriptor: number): string | undefined {
  return process.platform === 'linux' && HAS_DESCRIPTORS ? `${DESCRIPTORS}/${descriptor}` : undefined
}

/** Resolves all links of a path. */
export const realPath = promisify(realpath.native)

/** Tells whether a path lies below a folder; both are resolved. */
export function liesBelow(folder: string, path: string): boolean {
  return pathBelow(folder, path) !== undefined
}

/** What leads from a folder to a path below it; `undefined` for any other path. Both are resolved. */
export function pathBelow(folder: string, path: string): string | undefined {
  const begin = folder.endsWith(sep) ? folder : folder + sep
  return path.startsWith(begin) ? path.slice(begin.length) : undefined
}

const DESCRIPTORS = '/proc/self/fd'
const HAS_DESCRIPTORS = existsSync(DESCRIPTORS)

const fstatAsync = promisify(fstat)
const lstatAsync = promisify(lstat)
const readlinkAsync = promisify(readlink)
