import type { Dirent } from 'node:fs'
import { link, mkdir, open, rename, rm, unlink } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { ConfigurationError, FileExistsError, FileNotFoundError } from '../errors.js'
import { assertKnownBy, type OptionsOf } from '../wrong-use.js'
import { type Content, chunksOf, expectErrors } from './content.js'
import { codeOf, diskError, isNotFound } from './disk/error.js'
import { removeLeftovers } from './disk/leftovers.js'
import { type DotfilePolicy, dotfilePolicy, pathInside, rootFolder, TEMPORARY_PREFIX } from './disk/local-path.js'
import { openFiles } from './disk/open-files.js'
import { OpenFolder } from './disk/open-folder.js'
import { assertShortEnough, tooLong } from './disk/path-length.js'
import { isKey } from './key.js'
import {
  type FileStat,
  keyToUrl,
  type ReadOptions,
  type RetainedFile,
  type SaveOptions,
  type Storage,
} from './storage.js'

/** Options of {@link FileSystemStorage}. */
export interface FileSystemStorageOptions {
  /** Absolute path of the folder that holds the files. It is made by the first `save()`. */
  root: string
  /** Public address of the folder, for {@link FileSystemStorage.url}. Left out, files have none. */
  baseUrl?: string | undefined
  /** Names that begin with a dot. Default: `'deny'`. */
  dotfiles?: DotfilePolicy | undefined
}

/** Options of {@link FileSystemStorage.removeLeftovers}. */
export interface LeftoversOptions {
  /** Milliseconds for which nobody wrote to a file that goes. Default: a day. */
  olderThan?: number | undefined
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

  /** @throws ConfigurationError for a folder that is not absolute, and for an option that there is not. */
  constructor(options: FileSystemStorageOptions) {
    assertKnownBy(new.target, FileSystemStorage, options, KNOWN_OPTIONS)
    const { root, baseUrl, dotfiles = 'deny' } = options
    this.root = rootFolder(root, 'FileSystemStorage')
    this.#baseUrl = baseUrl
    this.#dotfiles = dotfilePolicy(dotfiles, 'FileSystemStorage')
  }

  async stat(key: string): Promise<FileStat | undefined> {
    const path = this.path(key)
    const found = openFiles.statAtOnce(path, this.root)
    if (found !== undefined) return found
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

  /** A subclass that reads in its own way gives other bytes than the disk has. */
  retain(seen: FileStat): RetainedFile | undefined {
    return this.open === FileSystemStorage.prototype.open ? openFiles.retain(seen) : undefined
  }

  /** The content goes to a temporary file beside the final one, is flushed to the disk, and then takes its name. */
  async save(key: string, content: Content, { overwrite = true, signal }: SaveOptions = {}): Promise<void> {
    const path = this.path(key)
    // It is not read before the folder is there, and may fail until then.
    expectErrors(content)
    try {
      signal?.throwIfAborted()
      assertShortEnough(path)
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
      if (codeOf(error) === 'ENAMETOOLONG') throw tooLong(error)
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
      // Others may have put names here that are no keys: nobody could ask for them.
      if (!isKey(key)) continue
      if (entry.isDirectory()) yield* this.list(key)
      else if (entry.isFile()) yield key
    }
  }

  /**
   * Removes what `save()` left behind in processes that were killed, in the whole folder, and tells how many files there
   * were. They are in nobody's way but take room, and nothing else removes them: call it when the application starts,
   * or once a day.
   *
   * Other processes may save meanwhile. Only one that wrote nothing for longer than {@link LeftoversOptions.olderThan}
   * would lose what it wrote, and its `save()` would fail.
   *
   * @throws ConfigurationError when `olderThan` is no time.
   */
  async removeLeftovers({ olderThan = A_DAY }: LeftoversOptions = {}): Promise<number> {
    if (!(olderThan >= 0)) {
      throw new ConfigurationError(`removeLeftovers(): olderThan must be milliseconds, got ${olderThan}.`)
    }
    try {
      return await removeLeftovers(this.root, this.root, olderThan)
    } catch (error) {
      throw diskError(error, 'What saving left behind could not be removed.')
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

const KNOWN_OPTIONS: OptionsOf<FileSystemStorageOptions> = { root: true, baseUrl: true, dotfiles: true }

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

/** Milliseconds. */
const A_DAY = 24 * 60 * 60 * 1000

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
