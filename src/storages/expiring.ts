import { constants, type Dirent } from 'node:fs'
import { lstat, open, rmdir, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ConfigurationError, InvalidKeyError } from '../errors.js'
import { assertKnownBy, type OptionsOf } from '../wrong-use.js'
import type { Content } from './content.js'
import { codeOf } from './disk/error.js'
import { CANARY_FOLDER } from './disk/local-path.js'
import { OpenFolder } from './disk/open-folder.js'
import { FileSystemStorage, type FileSystemStorageOptions } from './file-system.js'
import type { FileStat, SaveOptions } from './storage.js'

/** Options of {@link ExpiringStorage}. */
export interface ExpiringStorageOptions extends FileSystemStorageOptions {
  /** Seconds that a file is kept after it was saved or last asked for. Default: `3600`. */
  keepFor?: number | undefined
}

/**
 * Keeps files for a while: exports, archives, whatever is made for one download and then handed over to a proxy.
 *
 * Nobody tells an application when a proxy has sent a file, so a file goes some time after it was last asked for. That is
 * safe for a transfer which still runs: the proxy has opened the file, and a file without a name keeps its bytes until it
 * is closed. Several processes may share the folder, and a restart forgets nothing, since the times are the files' own.
 * On Windows, where a file that is open cannot be removed, it goes with a later sweep.
 */
export class ExpiringStorage extends FileSystemStorage {
  readonly #keepFor: number
  #sweeper: NodeJS.Timeout | undefined

  constructor(options: ExpiringStorageOptions) {
    super(options)
    assertKnownBy(new.target, ExpiringStorage, options, KNOWN_OPTIONS)
    const { keepFor = 3600 } = options
    if (!(keepFor > 0) || keepFor === Infinity)
      throw new ConfigurationError(`ExpiringStorage: keepFor must be seconds above 0, got ${keepFor}.`)
    this.#keepFor = keepFor
  }

  /** Tells of the file, and keeps it for another while. */
  override async stat(key: string): Promise<FileStat | undefined> {
    const stat = await super.stat(key)
    if (stat !== undefined) await this.#touch(key).catch(report)
    return stat
  }

  override async save(key: string, content: Content, options?: SaveOptions): Promise<void> {
    this.#sweeper ??= setInterval(() => void this.sweep().catch(report), this.#sweepInterval()).unref()
    await super.save(key, content, options)
  }

  /**
   * Removes what at that time nobody has asked for lately, and gives the number of files. It runs by itself once a file
   * was saved.
   */
  async sweep(now: Date = new Date()): Promise<number> {
    return this.#sweepFolder(this.root, now.getTime() - this.#keepFor * 1000)
  }

  /** Ends the sweeping. Files stay. */
  close(): void {
    clearInterval(this.#sweeper)
    this.#sweeper = undefined
  }

  async #touch(key: string): Promise<void> {
    const path = this.path(key)
    const folder = await OpenFolder.at(dirname(path), this.root).catch(ignoreMissing)
    try {
      if (folder !== undefined) await touch(folder, basename(path)).catch(ignoreMissing)
    } finally {
      await folder?.close()
    }
  }

  /** Milliseconds; a longer time than a timer can count would make it fire without a pause. */
  #sweepInterval(): number {
    return Math.min((this.#keepFor / 4) * 1000, MAX_DELAY)
  }

  async #sweepFolder(path: string, oldest: number): Promise<number> {
    const folder = await OpenFolder.at(path, this.root).catch(ignoreMissing)
    if (folder === undefined) return 0
    let removed = 0
    try {
      for (const entry of await folder.entries()) {
        if (path === this.root && entry.name === CANARY_FOLDER) continue
        // Asked before its files go: a folder that has just been made is about to be filled.
        const isOld = await isOlder(folder.pathOf(entry.name), oldest)
        if (entry.isDirectory()) removed += await this.#sweepFolder(join(path, entry.name), oldest)
        if (isOld) removed += await remove(folder.pathOf(entry.name), entry)
      }
    } finally {
      await folder.close()
    }
    return removed
  }
}

const KNOWN_OPTIONS: OptionsOf<ExpiringStorageOptions> = { root: true, baseUrl: true, dotfiles: true, keepFor: true }

const MAX_DELAY = 2 ** 31 - 1

/**
 * Notes in the file itself that it was asked for: its change time. The modification time is part of the entity-tag, which
 * a resumed download needs, and setting the access time would cut it to what a number can hold.
 *
 * By a descriptor that is no link's: the mode of a link is not that of its target.
 */
async function touch(folder: OpenFolder, name: string): Promise<void> {
  const file = await open(folder.pathOf(name), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  try {
    await file.chmod((await file.stat()).mode & 0o7777)
  } finally {
    await file.close()
  }
}

async function isOlder(path: string, oldest: number): Promise<boolean> {
  const stat = await lstat(path).catch(ignoreMissing)
  return stat !== undefined && stat.ctimeMs < oldest
}

/** Removes a file, or a folder that is empty, and gives the number of files. */
async function remove(path: string, entry: Dirent): Promise<number> {
  if (entry.isDirectory()) {
    await rmdir(path).catch(ignoreFull)
    return 0
  }
  return unlink(path).then(
    () => 1,
    (error) => ignoreMissing(error) ?? 0,
  )
}

/** Another process may sweep the same folder; and a link, which leads elsewhere, is none of ours. */
function ignoreMissing(error: unknown): undefined {
  if (!MISSING.has(codeOf(error)) && !(error instanceof InvalidKeyError)) throw error
}

function ignoreFull(error: unknown): void {
  if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') ignoreMissing(error)
}

const MISSING = new Set(['ENOENT', 'ENOTDIR', 'ELOOP'])

function report(error: unknown): void {
  console.error('downloadview: keeping track of expiring files failed:', error)
}
