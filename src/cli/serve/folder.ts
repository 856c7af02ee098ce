import type { Dirent } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { FileNotFoundError, InvalidKeyError } from '../../errors.js'
import { diskError, isNotFound } from '../../storages/disk/error.js'
import { OpenFolder } from '../../storages/disk/open-folder.js'
import type { FileSystemStorage } from '../../storages/file-system.js'

/** A file or folder, as a list shows it. */
export interface FolderEntry {
  readonly name: string
  /** With `/` at the end for a folder. */
  readonly key: string
  readonly isFolder: boolean
  /** Bytes of a file. */
  readonly size?: number | undefined
  readonly modifiedTime?: Date | undefined
}

/** What lies in a folder of a storage: only what the storage gives as well, so nothing that a link leads out to. */
export class Folder {
  /** Its key with `/` at the end; empty for the root. */
  readonly key: string
  readonly files: number
  readonly folders: number
  readonly #storage: FileSystemStorage
  readonly #entries: readonly FolderEntry[]

  /**
   * Reads the names in a folder. The key has `/` at its end, or is empty for the root.
   *
   * @throws FileNotFoundError when there is no such folder.
   */
  static async read(storage: FileSystemStorage, key: string): Promise<Folder> {
    const found: FolderEntry[] = []
    const dirents = await inFolder(storage, key, (folder) => folder.entries())
    for (const batch of batchesOf(dirents)) {
      const entries = await Promise.all(batch.map((dirent) => entryOf(storage, key, dirent)))
      found.push(...entries.filter((entry) => entry !== undefined))
    }
    return new Folder(storage, key, found.sort(compare))
  }

  private constructor(storage: FileSystemStorage, key: string, entries: readonly FolderEntry[]) {
    this.key = key
    this.folders = entries.filter(({ isFolder }) => isFolder).length
    this.files = entries.length - this.folders
    this.#storage = storage
    this.#entries = entries
  }

  /** Tells of the entries, folders first, some at a time: a large folder is never looked at as a whole. */
  async *describe(): AsyncGenerator<readonly FolderEntry[], void, undefined> {
    for (const batch of batchesOf(this.#entries)) {
      const described = await inFolder(this.#storage, this.key, (folder) =>
        Promise.all(batch.map((entry) => describe(this.#storage, folder, entry))),
      )
      yield described.filter((entry) => entry !== undefined)
    }
  }
}

/** Tells whether there is such a folder; its key has `/` at the end. */
export async function isFolder(storage: FileSystemStorage, key: string): Promise<boolean> {
  try {
    return await inFolder(storage, key, () => Promise.resolve(true))
  } catch (error) {
    if (error instanceof FileNotFoundError) return false
    throw error
  }
}

async function inFolder<T>(storage: FileSystemStorage, key: string, work: (folder: OpenFolder) => Promise<T>) {
  // By the storage, which refuses what is not canonical, and dotfiles.
  const path = key === '' ? storage.root : storage.path(key.slice(0, -1))
  try {
    const folder = await OpenFolder.at(path, storage.root)
    try {
      return await work(folder)
    } finally {
      await folder.close()
    }
  } catch (error) {
    if (isNotFound(error)) throw new FileNotFoundError(undefined, { path, cause: error })
    throw diskError(error, 'The folder could not be listed.')
  }
}

async function entryOf(storage: FileSystemStorage, folder: string, dirent: Dirent): Promise<FolderEntry | undefined> {
  const { name } = dirent
  const key = `${folder}${name}`
  if (!isOffered(storage, key)) return undefined
  if (dirent.isFile()) return { name, key, isFolder: false }
  if (dirent.isDirectory()) return { name, key: `${key}/`, isFolder: true }
  if (!dirent.isSymbolicLink()) return undefined
  if (await storage.exists(key)) return { name, key, isFolder: false }
  return (await isFolder(storage, `${key}/`)) ? { name, key: `${key}/`, isFolder: true } : undefined
}

/** Tells whether the storage would take the key at all: dotfiles, and names such as `a\b`, it does not. */
function isOffered(storage: FileSystemStorage, key: string): boolean {
  try {
    storage.path(key)
    return true
  } catch (error) {
    if (error instanceof InvalidKeyError) return false
    throw error
  }
}

async function describe(
  storage: FileSystemStorage,
  folder: OpenFolder,
  entry: FolderEntry,
): Promise<FolderEntry | undefined> {
  const own = await lstat(folder.pathOf(entry.name)).catch(() => undefined)
  // It has gone since, or its name is no text that leads to it.
  if (own === undefined) return undefined
  if (entry.isFolder) return { ...entry, modifiedTime: own.mtime }
  const stat = own.isSymbolicLink() ? await storage.stat(entry.key) : { size: own.size, modifiedTime: own.mtime }
  return stat && { ...entry, size: stat.size, modifiedTime: stat.modifiedTime }
}

function compare(a: FolderEntry, b: FolderEntry): number {
  return Number(b.isFolder) - Number(a.isFolder) || COLLATOR.compare(a.name, b.name) || (a.name < b.name ? -1 : 1)
}

const COLLATOR = new Intl.Collator('en', { numeric: true })

function* batchesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += BATCH) yield items.slice(at, at + BATCH)
}

const BATCH = 100
