import type { Dirent } from 'node:fs'
import { chmod, lstat, readdir, rmdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigurationError } from '../errors.js'
import type { Content } from './content.js'
import { isNotFound } from './disk-error.js'
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

  constructor({ keepFor = 3600, ...options }: ExpiringStorageOptions) {
    super(options)
    if (!(keepFor > 0) || keepFor === Infinity)
      throw new ConfigurationError(`ExpiringStorage: keepFor must be seconds above 0, got ${keepFor}.`)
    this.#keepFor = keepFor
  }

  /** Tells of the file, and keeps it for another while. */
  override async stat(key: string): Promise<FileStat | undefined> {
    const stat = await super.stat(key)
    if (stat !== undefined) await touch(this.path(key)).catch(ignoreMissing)
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

  /** Milliseconds; a longer time than a timer can count would make it fire without a pause. */
  #sweepInterval(): number {
    return Math.min((this.#keepFor / 4) * 1000, MAX_DELAY)
  }

  async #sweepFolder(folder: string, oldest: number): Promise<number> {
    let removed = 0
    for (const entry of await entriesOf(folder)) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) {
        removed += await this.#sweepFolder(path, oldest)
        // Only an empty one goes; one that another process is just filling does not.
        await rmdir(path).catch(() => {})
      } else if (await isOlder(path, oldest)) {
        await unlink(path).then(() => removed++, ignoreMissing)
      }
    }
    return removed
  }
}

const MAX_DELAY = 2 ** 31 - 1

async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch((error) => {
    ignoreMissing(error)
    return []
  })
}

/**
 * Notes in the file itself that it was asked for: its change time. The modification time is part of the entity-tag, which
 * a resumed download needs, and setting the access time would cut it to what a number can hold.
 */
async function touch(path: string): Promise<void> {
  await chmod(path, (await lstat(path)).mode)
}

async function isOlder(path: string, oldest: number): Promise<boolean> {
  try {
    return (await lstat(path)).ctimeMs < oldest
  } catch (error) {
    ignoreMissing(error)
    return false
  }
}

/** Another process may sweep the same folder. */
function ignoreMissing(error: unknown): void {
  if (!isNotFound(error)) throw error
}

function report(error: unknown): void {
  console.error('downloadview: sweeping temporary files failed:', error)
}
