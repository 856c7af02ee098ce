import { type BigIntStats, stat } from 'node:fs'
import { promisify } from 'node:util'
import { FileChangedError, FileNotFoundError } from '../errors.js'
import { diskError, isNotFound, isOutOfDescriptors } from './disk-error.js'
import { OpenFile, sameBytes, sameFile } from './open-file.js'
import { liesBelow, realPath } from './real-path.js'
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

  /** Calls a function that opens something, and once more after closing what is idle, when too many files are open. */
  async makeRoom<T>(open: () => Promise<T>): Promise<T> {
    try {
      return await open()
    } catch (error) {
      if (!isOutOfDescriptors(error)) throw error
      await this.closeIdle()
      return await open()
    }
  }

  /** Closes every descriptor that nobody reads from. */
  async closeIdle(): Promise<void> {
    await Promise.all(Array.from(this.#files, ([key, file]) => this.#drop(key, file)))
  }

  /** Of the very file that was seen: what lies at its path may be another one by now. */
  async #realPath(path: string, root: string | undefined, seen: FileStat): Promise<string | undefined> {
    const file = await this.#reacquire(path, root, seen)
    try {
      return await file.realPath()
    } finally {
      file.release()
    }
  }

  async #reacquire(path: string, root: string | undefined, seen: FileStat | undefined): Promise<OpenFile> {
    const known = seen && this.#seen.get(seen)
    if (known?.retain()) return known
    const file = await this.#acquire(path, root)
    // Two files may share their size and time, and so their entity-tag, but not their inode.
    const isSeen = known === undefined ? seen?.etag === file.stat.etag : sameBytes(known.identity, file.identity)
    if (seen === undefined || isSeen) return file
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
      void this.#drop(key, file)
      return undefined
    }
    this.#touch(key, file)
    return file
  }

  async #open(path: string, root: string | undefined): Promise<OpenFile> {
    const file = await this.makeRoom(() => OpenFile.at(path, (seen) => this.#realPath(path, root, seen))).catch(
      (error) => fail(error, path),
    )
    try {
      if (!file.identity.isFile()) throw new FileNotFoundError(undefined, { path })
      if (root !== undefined) await assertContained(file, path, root)
      return file
    } catch (error) {
      await file.retire()
      return fail(error, path)
    }
  }

  #keep(key: string, file: OpenFile): void {
    const former = this.#files.get(key)
    if (former !== undefined) void this.#drop(key, former)
    this.#seen.set(file.stat, file)
    this.#touch(key, file)
    for (const [oldestKey, oldest] of this.#files) {
      if (this.#files.size <= MAX_FILES) break
      void this.#drop(oldestKey, oldest)
    }
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_INTERVAL).unref()
  }

  /** Moves a file to the end of the map, which thereby is in order of use. */
  #touch(key: string, file: OpenFile): void {
    this.#files.delete(key)
    this.#files.set(key, file)
    this.#used.set(file, performance.now())
  }

  #drop(key: string, file: OpenFile): Promise<void> {
    this.#files.delete(key)
    return file.retire()
  }

  #sweep(): void {
    const oldest = performance.now() - MAX_IDLE_TIME
    for (const [key, file] of this.#files) {
      if ((this.#used.get(file) ?? 0) > oldest) break
      void this.#drop(key, file)
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
const MAX_IDLE_TIME = 500
const SWEEP_INTERVAL = 500

const statAsync = promisify(stat)

function keyOf(path: string, root: string | undefined): string {
  return root === undefined ? path : `${root}\0${path}`
}

/** Checks where a file really lies once it is open: what a path leads to may change at any time, an open file does not. */
async function assertContained(file: OpenFile, path: string, root: string): Promise<void> {
  const [real, realRoot] = await Promise.all([file.realPath(), realPath(root)])
  if (real === undefined || !liesBelow(realRoot, real)) throw new FileNotFoundError(undefined, { path })
}

function fail(error: unknown, path: string): never {
  if (isNotFound(error)) throw new FileNotFoundError(undefined, { path, cause: error })
  throw diskError(error)
}
