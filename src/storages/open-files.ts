import { type BigIntStats, realpath, stat } from 'node:fs'
import { sep } from 'node:path'
import { promisify } from 'node:util'
import { DownloadError, FileChangedError, FileNotFoundError, StorageError } from '../errors.js'
import { OpenFile, sameFile } from './open-file.js'
import type { FileStat, ReadOptions } from './storage.js'

/**
 * Regular files of the local disk, kept open for a while after they were used.
 *
 * Every use is checked by one `stat`, so what is found is never stale: a file that was replaced, rewritten, renamed or
 * given other permissions since is opened anew.
 */
export class OpenFiles {
  readonly #files = new Map<string, OpenFile>()
  readonly #used = new WeakMap<OpenFile, number>()
  readonly #seen = new WeakMap<FileStat, OpenFile>()
  #sweeper: NodeJS.Timeout | undefined

  /**
   * Tells what is known of a file, by its absolute path. The descriptor that this took stays here and is closed here.
   *
   * With a `root`, the file must really lie in that folder, whatever links lead to it. Throws {@link FileNotFoundError}
   * for all that is no readable regular file: a folder, a FIFO, a device, a link that leads out of the root.
   */
  async stat(path: string, root?: string): Promise<FileStat> {
    const file = await this.#acquire(path, root)
    file.release()
    return file.stat
  }

  /** Reads a file: the very one that was seen, as long as its descriptor is open; else an unchanged one. */
  async *read(
    path: string,
    root: string | undefined,
    options: ReadOptions,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const file = await this.#reacquire(path, root, options.seen)
    try {
      for await (const chunk of file.read(options.range)) {
        options.signal?.throwIfAborted()
        yield chunk
      }
    } finally {
      file.release()
    }
  }

  /** Closes every descriptor that nobody reads from. */
  closeIdle(): void {
    for (const [key, file] of this.#files) this.#drop(key, file)
  }

  async #reacquire(path: string, root: string | undefined, seen: FileStat | undefined): Promise<OpenFile> {
    const known = seen && this.#seen.get(seen)
    if (known?.retain()) return known
    const file = await this.#acquire(path, root)
    if (seen === undefined || seen.etag === file.stat.etag) return file
    file.release()
    throw new FileChangedError()
  }

  async #acquire(path: string, root?: string): Promise<OpenFile> {
    const identity = await statAsync(path, { bigint: true }).catch((error) => fail(error, path))
    if (!identity.isFile()) throw new FileNotFoundError(undefined, { path })
    const known = this.#find(path, root, identity)
    if (known !== undefined) return known
    const file = await this.#open(path, root)
    file.retain()
    this.#keep(keyOf(path, root), file)
    return file
  }

  #find(path: string, root: string | undefined, identity: BigIntStats): OpenFile | undefined {
    const key = keyOf(path, root)
    const file = this.#files.get(key)
    if (file === undefined) return undefined
    if (!sameFile(file.identity, identity) || !file.retain()) {
      this.#drop(key, file)
      return undefined
    }
    this.#touch(key, file)
    return file
  }

  async #open(path: string, root: string | undefined): Promise<OpenFile> {
    const file = await this.#openOrMakeRoom(path).catch((error) => fail(error, path))
    try {
      if (!file.identity.isFile()) throw new FileNotFoundError(undefined, { path })
      if (root !== undefined) await assertContained(path, root, file.identity)
      return file
    } catch (error) {
      file.retire()
      return fail(error, path)
    }
  }

  async #openOrMakeRoom(path: string): Promise<OpenFile> {
    try {
      return await OpenFile.at(path)
    } catch (error) {
      if (!isOutOfDescriptors(error)) throw error
      this.closeIdle()
      return await OpenFile.at(path)
    }
  }

  #keep(key: string, file: OpenFile): void {
    const former = this.#files.get(key)
    if (former !== undefined) this.#drop(key, former)
    this.#seen.set(file.stat, file)
    this.#touch(key, file)
    for (const [oldestKey, oldest] of this.#files) {
      if (this.#files.size <= MAX_FILES) break
      this.#drop(oldestKey, oldest)
    }
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_INTERVAL).unref()
  }

  /** Moves a file to the end of the map, which thereby is in order of use. */
  #touch(key: string, file: OpenFile): void {
    this.#files.delete(key)
    this.#files.set(key, file)
    this.#used.set(file, performance.now())
  }

  #drop(key: string, file: OpenFile): void {
    this.#files.delete(key)
    file.retire()
  }

  #sweep(): void {
    const oldest = performance.now() - MAX_IDLE_TIME
    for (const [key, file] of this.#files) {
      if ((this.#used.get(file) ?? 0) > oldest) break
      this.#drop(key, file)
    }
    if (this.#files.size > 0) return
    clearInterval(this.#sweeper)
    this.#sweeper = undefined
  }
}

/** The open files of this process. */
export const openFiles = new OpenFiles()

const MAX_FILES = 256
/** Milliseconds. A deleted file gives its disk space back this much later at the latest. */
const MAX_IDLE_TIME = 2000
const SWEEP_INTERVAL = 1000

const statAsync = promisify(stat)
const realpathAsync = promisify(realpath.native)

function keyOf(path: string, root: string | undefined): string {
  return root === undefined ? path : `${root}\0${path}`
}

/**
 * Checks where an open file really lies. The path is resolved after opening, and what it leads to must be the file that
 * is open: a link that is swapped in between changes one of the two.
 */
async function assertContained(path: string, root: string, identity: BigIntStats): Promise<void> {
  const [realPath, realRoot] = await Promise.all([realpathAsync(path), realpathAsync(root)])
  const real = await statAsync(realPath, { bigint: true })
  const isInside = realPath.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)
  if (!isInside || real.ino !== identity.ino || real.dev !== identity.dev)
    throw new FileNotFoundError(undefined, { path })
}

/** Not there, not to be read, or not a file: to a client these are all the same. */
const NOT_FOUND = new Set([
  'ENOENT',
  'ENOTDIR',
  'EACCES',
  'EPERM',
  'ELOOP',
  'ENAMETOOLONG',
  'EISDIR',
  'ENXIO',
  'ENODEV',
])

export function isNotFound(error: unknown): boolean {
  return NOT_FOUND.has(codeOf(error))
}

function isOutOfDescriptors(error: unknown): boolean {
  return codeOf(error) === 'EMFILE' || codeOf(error) === 'ENFILE'
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function fail(error: unknown, path: string): never {
  if (error instanceof DownloadError) throw error
  if (isNotFound(error)) throw new FileNotFoundError(undefined, { path, cause: error })
  if (isOutOfDescriptors(error)) {
    throw new StorageError('Too many files are open.', { cause: error, status: 503, retryAfter: 1 })
  }
  throw new StorageError('The disk failed.', { cause: error })
}
