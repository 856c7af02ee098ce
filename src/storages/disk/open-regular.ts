import type { BigIntStats } from 'node:fs'
import { FileNotFoundError } from '../../errors.js'
import type { BlockingCalls, DiskCalls } from './calls.js'
import { type Keeper, OpenFile } from './open-file.js'
import { liesBelow } from './real-path.js'

/**
 * Opens a regular file; `undefined` when it was replaced meanwhile. With a `root`, it must really lie in that folder,
 * whatever links lead to it.
 *
 * A folder, a FIFO or a device is not even opened, since that may have effects: it is no file to us, and neither is what
 * lies elsewhere. Throws {@link FileNotFoundError} for them.
 */
export async function openRegular(
  path: string,
  root: string | undefined,
  calls: DiskCalls,
  keeper: Keeper,
): Promise<OpenFile | undefined> {
  const found = await calls.stat(path)
  assertRegular(found, path)
  return openFound(path, root, keeper.callsForFound(path, found), keeper)
}

async function openFound(
  path: string,
  root: string | undefined,
  calls: DiskCalls,
  keeper: Keeper,
): Promise<OpenFile | undefined> {
  const file = await OpenFile.at(path, root, calls, keeper)
  try {
    assertRegular(file.identity, path)
    if (root === undefined || (await isContained(file, path, root, calls))) return file
  } catch (error) {
    await file.retire()
    throw error
  }
  await file.retire()
  return undefined
}

/** The same at once, without a promise; `undefined` for whatever is wrong, which the other way finds out anew and tells. */
export function openRegularAtOnce(
  path: string,
  root: string | undefined,
  calls: BlockingCalls,
  keeper: Keeper,
): OpenFile | undefined {
  let file: OpenFile | undefined
  try {
    if (!calls.find(path)?.isFile()) return undefined
    file = OpenFile.atOnce(path, root, calls, keeper)
    if (file.identity.isFile() && (root === undefined || isContainedAtOnce(file, root, calls))) return file
  } catch {
    // Told by the other way.
  }
  void file?.retire()
  return undefined
}

function assertRegular(identity: BigIntStats, path: string): void {
  if (!identity.isFile()) throw new FileNotFoundError(undefined, { path })
}

/**
 * Checks where a file really lies once it is open: what a path leads to may change at any time, an open file does not.
 *
 * Tells `false` when that cannot be told, since the file has lost its name already.
 */
async function isContained(file: OpenFile, path: string, root: string, calls: DiskCalls): Promise<boolean> {
  const real = file.identity.nlink === 0n ? undefined : await file.realPathAtOpening(calls)
  if (real === undefined) return false
  // A folder that a real path begins with is real itself, and needs no look of its own.
  if (liesBelow(root, real) || liesBelow(await calls.realPath(root), real)) return true
  throw new FileNotFoundError(undefined, { path })
}

function isContainedAtOnce(file: OpenFile, root: string, calls: BlockingCalls): boolean {
  const real = file.identity.nlink === 0n ? undefined : file.linkAtOpening(calls)
  return real !== undefined && (liesBelow(root, real) || liesBelow(calls.realPath(root), real))
}
