import type { Dirent } from 'node:fs'
import { link, mkdir, open, rename, rm, unlink } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { FileExistsError, FileNotFoundError } from '../errors.js'
import { type Content, chunksOf, expectErrors } from './content.js'
import { codeOf, diskError, isNotFound } from './disk-error.js'
import { type DotfilePolicy, pathInside, rootFolder, TEMPORARY_PREFIX } from './local-path.js'
import { openFiles } from './open-files.js'
import { OpenFolder } from './open-folder.js'
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
    // It is not read before the folder is there, and may fail until then.
    expectErrors(content)
    try {
      signal?.throwIfAborted()
      const folder = await this.#makeFolder(dirname(path))
      try {
        await saveIn(folder, basename(path), content, overwrite, signal)
      } finally {
        await folder.close()
      }
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (!overwrite && codeOf(error) === 'EEXIST') {
        throw new FileExistsError(`There is a file already under "${key}".`, { cause: error })
      }
      throw isAbort(error) ? error : diskError(error, `"${key}" could not be saved.`)
    }
  }

  async exists(key: string): Promise<boolean> {
    return (await this.stat(key)) !== undefined
  }

  async delete(key: string): Promise<void> {
    const path = this.path(key)
    try {
      const folder = await OpenFolder.at(dirname(path), this.root)
      try {
        await unlink(folder.pathOf(basename(path)))
      } finally {
        await folder.close()
      }
    } catch (error) {
      if (!NO_FILE.has(codeOf(error))) throw diskError(error, 'The file could not be deleted.')
    }
  }

  async *list(folder?: string): AsyncGenerator<string, void, undefined> {
    const path = folder === undefined ? this.root : this.path(folder)
    for (const entry of await this.#entriesOf(path)) {
      if (entry.name.startsWith('.') && (this.#dotfiles === 'deny' || entry.name.startsWith(TEMPORARY_PREFIX))) continue
      const key = folder === undefined ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) yield* this.list(key)
      else if (entry.isFile()) yield key
    }
  }

  url(key: string): string | undefined {
    this.path(key)
    return this.#baseUrl === undefined ? undefined : keyToUrl(this.#baseUrl, key)
  }

  path(key: string): string {
    return pathInside(this.root, key, this.#dotfiles)
  }

  /** Makes a folder step by step, so that no link can lead the making out of the root. */
  async #makeFolder(path: string): Promise<OpenFolder> {
    if (path === this.root) {
      await mkdir(path, { recursive: true })
    } else {
      const parent = await this.#makeFolder(dirname(path))
      try {
        await mkdir(parent.pathOf(basename(path))).catch(ignoreExisting)
      } finally {
        await parent.close()
      }
    }
    return OpenFolder.at(path, this.root)
  }

  async #entriesOf(path: string): Promise<Dirent[]> {
    try {
      const folder = await OpenFolder.at(path, this.root)
      try {
        return await folder.entries()
      } finally {
        await folder.close()
      }
    } catch (error) {
      if (isNotFound(error) || error instanceof FileNotFoundError) return []
      throw diskError(error, 'The folder could not be listed.')
    }
  }
}

async function saveIn(
  folder: OpenFolder,
  name: string,
  content: Content,
  overwrite: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  const path = folder.pathOf(name)
  const temporary = folder.pathOf(TEMPORARY_PREFIX + crypto.randomUUID())
  try {
    await write(temporary, content, signal)
    await (overwrite ? rename(temporary, path) : link(temporary, path))
    await folder.flush()
  } finally {
    await rm(temporary, { force: true })
  }
}

async function write(path: string, content: Content, signal: AbortSignal | undefined): Promise<void> {
  const file = await openFiles.makeRoom(() => open(path, 'wx'))
  try {
    for await (const chunk of chunksOf(content, signal)) await file.writeFile(chunk)
    signal?.throwIfAborted()
    const time = saveTime()
    await file.utimes(time, time)
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * The time of now in seconds, and never twice the same: a kernel's clock may stand still for some milliseconds, and
 * files that are saved meanwhile would share their entity-tag.
 */
function saveTime(): number {
  const now = Date.now() + (performance.now() % 1)
  // Much later than now only when the clock was set back: then the last time counts no more.
  const isFresh = now >= lastSave + TIME_STEP || now < lastSave - 1000
  lastSave = isFresh ? now : lastSave + TIME_STEP
  return lastSave / 1000
}

let lastSave = 0
/** Milliseconds. Node cuts times to whole microseconds. */
const TIME_STEP = 0.002

/** What deleting fails with when there is no such file; a folder is none. */
const NO_FILE = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP'])

function ignoreExisting(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error
}

function isAbort(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError'
}
