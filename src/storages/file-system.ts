import type { Dirent } from 'node:fs'
import { link, lstat, mkdir, open, readdir, realpath, rename, rm, unlink } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { DownloadError, FileExistsError, FileNotFoundError, InvalidKeyError, StorageError } from '../errors.js'
import { type Content, chunksOf } from './content.js'
import { type DotfilePolicy, pathInside, rootFolder, TEMPORARY_PREFIX } from './local-path.js'
import { codeOf, isNotFound, openFiles } from './open-files.js'
import { type FileStat, keyToUrl, type ReadOptions, type SaveOptions, type Storage } from './storage.js'

/** Options of {@link FileSystemStorage}. */
export interface FileSystemStorageOptions {
  /** Absolute path of the folder that holds the files. It is made by the first `save()`. */
  root: string
  /** Public address of the folder, for {@link FileSystemStorage.url}. Left out, files have none. */
  baseUrl?: string | undefined
  /** Names that begin with a dot. Default: `'deny'`. */
  dotfiles?: DotfilePolicy | undefined
}

/**
 * Keeps files in a folder of the local disk.
 *
 * Nothing outside the folder is ever read, written or removed, whatever the key and whatever links lie in the folder.
 */
export class FileSystemStorage implements Storage {
  readonly root: string
  readonly #baseUrl: string | undefined
  readonly #dotfiles: DotfilePolicy

  constructor({ root, baseUrl, dotfiles = 'deny' }: FileSystemStorageOptions) {
    this.root = rootFolder(root, 'FileSystemStorage')
    this.#baseUrl = baseUrl
    this.#dotfiles = dotfiles
  }

  async stat(key: string): Promise<FileStat | undefined> {
    const path = this.path(key)
    try {
      return await openFiles.stat(path, this.root)
    } catch (error) {
      if (error instanceof FileNotFoundError) return undefined
      throw error
    }
  }

  open(key: string, options: ReadOptions = {}): AsyncIterable<Uint8Array> {
    return openFiles.read(this.path(key), this.root, options)
  }

  /** The content goes to a temporary file beside the final one, is flushed to the disk, and then takes its name. */
  async save(key: string, content: Content, { overwrite = true, signal }: SaveOptions = {}): Promise<void> {
    const path = this.path(key)
    try {
      const folder = await this.#makeFolder(dirname(path))
      const temporary = join(folder, TEMPORARY_PREFIX + crypto.randomUUID())
      try {
        await write(temporary, content, signal)
        await (overwrite ? rename(temporary, path) : link(temporary, path))
        await flushFolder(folder)
      } finally {
        await rm(temporary, { force: true })
      }
    } catch (error) {
      throw saveError(error, key)
    }
  }

  async exists(key: string): Promise<boolean> {
    return (await this.stat(key)) !== undefined
  }

  async delete(key: string): Promise<void> {
    const path = this.path(key)
    try {
      await this.#assertInside(dirname(path))
      await unlink(path)
    } catch (error) {
      if (error instanceof DownloadError) throw error
      if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') {
        throw new StorageError('The file could not be deleted.', { cause: error })
      }
    }
  }

  async *list(folder?: string): AsyncGenerator<string, void, undefined> {
    const path = folder === undefined ? this.root : this.path(folder)
    for (const entry of await entriesOf(path)) {
      if (entry.name.startsWith('.') && (this.#dotfiles === 'deny' || entry.name.startsWith(TEMPORARY_PREFIX))) continue
      const key = folder === undefined ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) yield* this.list(key)
      else if (entry.isFile()) yield key
    }
  }

  url(key: string): string | undefined {
    return this.#baseUrl === undefined ? undefined : keyToUrl(this.#baseUrl, key)
  }

  path(key: string): string {
    return pathInside(this.root, key, this.#dotfiles)
  }

  /** Makes a folder step by step, so that no link can lead the making out of the root. */
  async #makeFolder(path: string): Promise<string> {
    if (path === this.root) {
      await mkdir(path, { recursive: true })
      return path
    }
    await this.#makeFolder(dirname(path))
    await mkdir(path).catch((error) => {
      if (codeOf(error) !== 'EEXIST') throw error
    })
    await this.#assertInside(path)
    return path
  }

  async #assertInside(folder: string): Promise<void> {
    const [realFolder, realRoot] = await Promise.all([realpath(folder), realpath(this.root)])
    if (realFolder !== realRoot && !realFolder.startsWith(realRoot + sep)) {
      throw new InvalidKeyError('Not a key of this folder: a link leads out of it.')
    }
  }
}

async function write(path: string, content: Content, signal: AbortSignal | undefined): Promise<void> {
  const file = await open(path, 'wx')
  try {
    for await (const chunk of chunksOf(content, signal)) {
      signal?.throwIfAborted()
      await file.writeFile(chunk)
    }
    signal?.throwIfAborted()
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A new name is only safe from a power cut once its folder is on the disk as well. Not every platform has that. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    const entry = await lstat(folder)
    return entry.isDirectory() ? await readdir(folder, { withFileTypes: true }) : []
  } catch (error) {
    if (isNotFound(error)) return []
    throw new StorageError('The folder could not be listed.', { cause: error })
  }
}

function saveError(error: unknown, key: string): unknown {
  if (error instanceof DownloadError || (error instanceof Error && error.name === 'AbortError')) return error
  if (codeOf(error) === 'EEXIST')
    return new FileExistsError(`There is a file already under "${key}".`, { cause: error })
  return new StorageError(`"${key}" could not be saved.`, { cause: error })
}
