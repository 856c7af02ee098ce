import { isAbsolute } from 'node:path'
import { ConfigurationError } from '../errors.js'
import type { SourceOptions } from './source.js'

/** Where a server that is told addresses finds the files of a rule. */
export interface LocationOptions {
  /** The location of the server that stands for the source, closed to the outside, such as `/protected/`. */
  destinationUrl: string
  /**
   * What that location leads to: a folder as the server sees it, or the `http://…` of another server. Only for
   * `downloadview config`. Default: `sourceDir`, else a `sourceUrl` that is a whole address.
   */
  files?: string | undefined
}

/** Where a server that is told paths finds the files of a rule. */
export interface FolderOptions {
  /** The folder of the source as the server sees it, in which it may read. Default: `sourceDir`. */
  destinationDir?: string | undefined
}

/** Checks the location of a proxy that stands for the source of a rule. */
export function assertUrlPath(destinationUrl: unknown, owner: string): void {
  if (typeof destinationUrl === 'string' && /^\/(?!\/)[^?#\s]*$/.test(destinationUrl) && !hasDots(destinationUrl))
    return
  throw new ConfigurationError(
    `${owner}: destinationUrl must be a path from "/", without "..", a query or blanks; got ${JSON.stringify(destinationUrl)}.`,
  )
}

/** Finds and checks the folder that a server sees in place of the source of a rule. */
export function folderOf({ destinationDir, sourceDir }: FolderOptions & SourceOptions, owner: string): string {
  const folder = destinationDir ?? sourceDir
  if (folder === undefined) {
    throw new ConfigurationError(
      `${owner} has a sourceUrl but no destinationDir: set it to the folder that the server reads.`,
    )
  }
  assertFolder(folder, owner)
  return folder
}

function assertFolder(destinationDir: unknown, owner: string): void {
  if (typeof destinationDir === 'string' && isAbsolute(destinationDir) && !hasDots(destinationDir)) return
  throw new ConfigurationError(
    `${owner}: destinationDir must be an absolute path without "..", got ${JSON.stringify(destinationDir)}. Use path.resolve().`,
  )
}

/** Checks a rate or a number of bytes, where `undefined`, `null` and `false` mean something of their own. */
export function assertPositiveInteger(name: string, value: unknown, owner: string): void {
  if (value === undefined || value === null || value === false) return
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return
  throw new ConfigurationError(`${owner}: ${name} must be a whole number of 0 or more, got ${JSON.stringify(value)}.`)
}

function hasDots(path: string): boolean {
  return path.split('/').some((segment) => segment === '.' || segment === '..')
}
