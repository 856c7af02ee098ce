import { constants } from 'node:fs'
import { access, lstat, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from '../storages/disk/error.js'
import type { Canary } from './canary.js'
import { CanaryFile } from './canary-file.js'

/** How a canary file looks from this process, by this process' user. */
export interface FileState {
  readonly state: 'readable' | 'missing' | 'changed' | 'folder-missing' | 'forbidden' | 'failed' | 'elsewhere'
  /** Absolute path, where the file is on the local disk. */
  readonly path: string | undefined
  /** In the words of the system. */
  readonly reason?: string | undefined
  /** The first file or folder on the way that only its owner and its group may read or enter. */
  readonly closed?: string | undefined
}

/** Looks at a canary file as the application would. */
export async function lookAt(canary: Canary): Promise<FileState> {
  const { storage, folder, key } = canary
  if (storage === undefined) return { state: 'elsewhere', path: undefined }
  const path = storage.path(key)
  try {
    if (folder !== undefined && !(await exists(folder))) return { state: 'folder-missing', path }
    const file = new CanaryFile(canary, storage)
    if (path !== undefined) await access(path, constants.R_OK)
    if (!(await file.exists())) return { state: 'missing', path }
    if (!(await file.hasContent())) return { state: 'changed', path }
    return { state: 'readable', path, closed: path && (await closedOn(path)) }
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    const reason = cause instanceof Error ? cause.message : String(cause)
    return { state: STATES[codeOf(cause)] ?? 'failed', path, reason }
  }
}

/** A storage says that there is no file also where it may not look, so that the system is asked first. */
const STATES: Readonly<Record<string, FileState['state']>> = {
  EACCES: 'forbidden',
  EPERM: 'forbidden',
  ENOENT: 'missing',
  ENOTDIR: 'missing',
}

async function exists(folder: string): Promise<boolean> {
  try {
    await stat(folder)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/** A server has a user of its own, who is mostly in no group of the file. */
async function closedOn(path: string): Promise<string | undefined> {
  const { mode } = await lstat(path)
  if ((mode & OTHERS_READ) === 0) return path
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & OTHERS_ENTER) === 0) return folder
    if (folder === dirname(folder)) return undefined
  }
}

const OTHERS_READ = 0o004
const OTHERS_ENTER = 0o001
