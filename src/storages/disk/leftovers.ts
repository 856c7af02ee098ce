import { lstat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { FileNotFoundError } from '../../errors.js'
import { codeOf } from './error.js'
import { TEMPORARY_PREFIX } from './local-path.js'
import { OpenFolder } from './open-folder.js'

/**
 * Removes what processes that were killed have left of files that they were saving, in a folder and all below it. Tells
 * how many there were.
 *
 * Nothing else is touched: only regular files, whose name is one that saving makes and that nobody has written to for so
 * many milliseconds. No link is followed.
 */
export async function removeLeftovers(path: string, root: string, olderThan: number): Promise<number> {
  const folder = await folderAt(path, root)
  if (folder === undefined) return 0
  const folders: string[] = []
  let removed = 0
  try {
    for (const entry of await folder.entries()) {
      if (entry.isDirectory()) folders.push(join(path, entry.name))
      else if (NAME.test(entry.name) && (await removeIfOld(folder.pathOf(entry.name), olderThan))) removed++
    }
  } finally {
    await folder.close()
  }
  for (const each of folders) removed += await removeLeftovers(each, root, olderThan)
  return removed
}

const UUID = '[\\da-f]{8}(-[\\da-f]{4}){3}-[\\da-f]{12}'
const NAME = new RegExp(`^${TEMPORARY_PREFIX.replace('.', '\\.')}${UUID}$`)

/** One that has gone meanwhile, or has become a link that leads elsewhere, has nothing of ours. */
async function folderAt(path: string, root: string): Promise<OpenFolder | undefined> {
  try {
    return await OpenFolder.at(path, root)
  } catch (error) {
    if (error instanceof FileNotFoundError || GONE.has(codeOf(error))) return undefined
    throw error
  }
}

async function removeIfOld(path: string, olderThan: number): Promise<boolean> {
  try {
    const stats = await lstat(path)
    // The time of the last change as well: that of the last writing can be set.
    const touched = Math.max(stats.mtimeMs, stats.ctimeMs)
    if (!stats.isFile() || Date.now() - touched < olderThan) return false
    await unlink(path)
    return true
  } catch (error) {
    // The process that saved it has just done so, or another one cleans up as well.
    if (GONE.has(codeOf(error))) return false
    throw error
  }
}

const GONE = new Set(['ENOENT', 'ENOTDIR'])
