import { isAbsolute } from 'node:path'
import { ConfigurationError } from '../errors.js'
import { hasDots, show } from './checks.js'
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
  // Anything else is one thing in a header, where servers decode it, and another in their configuration, where they do not.
  if (typeof destinationUrl === 'string' && /^(?:\/[\w.~-]+)+\/?$/.test(destinationUrl) && !hasDots(destinationUrl))
    return
  throw new ConfigurationError(
    `${owner}: destinationUrl must be a path such as "/protected/", of letters, digits and "-._~", without ".."; got ${show(destinationUrl)}.`,
  )
}

/** Finds and checks the folder that a server sees in place of the source of a rule. */
export function folderOf({ destinationDir, sourceDir }: FolderOptions & SourceOptions, owner: string): string {
  const folder = destinationDir ?? (sourceDir || undefined)
  if (folder === undefined) {
    throw new ConfigurationError(
      `${owner} has a sourceUrl but no destinationDir: set it to the folder that the server reads.`,
    )
  }
  assertFolder(folder, owner)
  return folder
}

/** Checks the path of a folder as a server sees it. */
export function assertFolder(folder: unknown, owner: string, option = 'destinationDir'): void {
  if (typeof folder === 'string' && isAbsolute(folder) && !hasDots(folder)) return
  throw new ConfigurationError(
    `${owner}: ${option} must be an absolute path without "..", got ${show(folder)}. Use path.resolve().`,
  )
}
