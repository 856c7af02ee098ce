import { type BigIntStats, statSync } from 'node:fs'
import { LRUCache } from 'lru-cache'
import { ConfigurationError, FileChangedError, FileNotFoundError } from '../../errors.js'
import type { FileStat, ReadOptions } from '../storage.js'
import { BlockingCalls, type DiskCalls } from './calls.js'
import { Devices, type DiskAccess } from './devices.js'
import { diskError, isNotFound, isOutOfDescriptors } from './error.js'
import { type Keeper, OpenFile, sameBytes, sameFile } from './open-file.js'
import { openRegular, openRegularAtOnce } from './open-regular.js'
import { RecentFiles } from './recent-files.js'

/** Options of {@link configureOpenFileCache}. */
export interface OpenFileCacheOptions {
  /**
   * Bytes of memory for the contents of small files, up to 128 KiB each. Files that are only open count as 256 KiB, so
   * that this bounds their number as well. Default: 64 MiB, which is 256 open files.
   */
  maxSize?: number | undefined
  /** Milliseconds after its last use when a file is let go of. Default: `500` when it is open, `10_000` in memory. */
  inactive?: number | undefined
  /**
   * `'sync'` looks at files at once, which is quickest, and blocks the whole process while a disk does not answer;
   * `'async'` goes by the thread pool. Default: `'auto'`, at once where the disk is in this computer and quick.
   */
  access?: DiskAccess | undefined
  /**
   * `true` lets the system send large files by itself (`sendfile(2)`), where the native sender is there: a fraction of the
   * work. Only where files are replaced as a whole, as `save()` does: bytes that wait for a slow client are still those of
   * the file, and one that is rewritten or cut in place then reaches this client mixed, and looks whole. nginx's `sendfile`
   * is the same. Default: `false`.
   */
  sendfile?: boolean | undefined
}

/**
 * Regular files of the local disk, kept open or in memory for a while after they were used.
 *
 * Every use is checked by one `stat`, so what is found is never stale: a file that was replaced, rewritten, renamed or
 * given other permissions since is opened anew.
 */
export class OpenFiles implements Keeper {
  sendfile = false
  readonly #devices = new Devices()
  readonly #recent = new RecentFiles()
  readonly #opening = new Map<string, Promise<OpenFile>>()
  #files = this.#cacheOf(DEFAULT_MAX_SIZE)
  #inactive: { readonly open: number; readonly held: number } = { open: 500, held: 10_000 }
  #sweeper: NodeJS.Timeout | undefined

  /** Changes what the cache may take; what it has is let go of. */
  configure({ maxSize = DEFAULT_MAX_SIZE, inactive, access = 'auto', sendfile = false }: OpenFileCacheOptions): void {
    if (inactive !== undefined && !(inactive >= 0)) {
      throw new ConfigurationError(`configureOpenFileCache(): inactive must be milliseconds, got ${inactive}.`)
    }
    if (!ACCESS.includes(access)) {
      throw new ConfigurationError(
        `configureOpenFileCache(): access must be one of ${ACCESS.join(', ')}, got ${access}.`,
      )
    }
    const files = this.#cacheOf(maxSize)
    void this.closeIdle()
    this.#files = files
    this.#inactive = { open: inactive ?? 500, held: inactive ?? 10_000 }
    this.#devices.access = access
    this.sendfile = sendfile
  }

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

  /** Tells at once what is known of a file, where that can be done; else `undefined`. */
  known(path: string, root: string | undefined): FileStat | undefined {
    const file = this.#files.get(path)
    if (file === undefined || file.root !== root) return undefined
    if (!this.#isStillAtOnce(file)) return undefined
    file.findAgain()
    return file.stat
  }

  /** Tells at once what is, or can be, known of a file; `undefined` where that has to be found out by {@link stat}. */
  statAtOnce(path: string, root: string | undefined): FileStat | undefined {
    return this.known(path, root) ?? this.#openAtOnce(path, root)?.stat
  }

  /** Reads a file: the very one that was seen, as long as it is open; else an unchanged one. */
  async *read(
    path: string,
    root: string | undefined,
    { seen, range, signal }: ReadOptions,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const file = await this.#reacquire(path, root, seen)
    try {
      for await (const chunk of file.read(range ?? { start: 0, end: file.size - 1 })) {
        signal?.throwIfAborted()
        yield chunk
      }
    } finally {
      file.release()
    }
  }

  /** The very file that was seen, which stays readable until it is released; `undefined` when it was closed meanwhile. */
  retain(seen: FileStat): OpenFile | undefined {
    const file = OpenFile.seenAs(seen)
    return file?.retain() ? file : undefined
  }

  /** Calls a function that opens something, and once more after closing what is idle, when too many files are open. */
  async makeRoom<T>(open: () => T | Promise<T>): Promise<T> {
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
    const files = [...this.#files.values()]
    this.#files.clear()
    await Promise.all(files.map((file) => file.retire()))
  }

  callsFor(path: string): DiskCalls {
    return this.#devices.callsFor(path)
  }

  callsForFound(path: string, identity: BigIntStats): DiskCalls {
    this.#devices.saw(path, identity)
    return this.#devices.callsFor(path)
  }

  callsForKnown(identity: BigIntStats): DiskCalls {
    return this.#devices.callsForKnown(identity)
  }

  /** A file that nobody asks for again would take the place of others, and cost more to put away than it ever saves. */
  isWorthHolding(file: OpenFile): boolean {
    return this.#recent.knows(file.identity) || file.wasFoundAgain
  }

  letGo(file: OpenFile): void {
    this.#drop(file.path, file)
  }

  /** Put in anew, since it takes another room now. One that was dropped meanwhile goes with its readers. */
  holds(file: OpenFile): void {
    if (this.#files.peek(file.path) !== file) return
    this.#files.delete(file.path)
    this.#files.set(file.path, file)
  }

  /** Of the very file that was seen: what lies at its path may be another one by now. */
  async realPathOf(seen: OpenFile): Promise<string | undefined> {
    const { path, root, stat } = seen
    // Whoever opens the path is led to this file, without a link that somebody could have changed since.
    if (seen.isPathReal && this.#isStillAtOnce(seen)) return path
    // One that is in memory has no descriptor that could be asked.
    if (seen.descriptor === undefined) this.#drop(path, seen)
    const file = seen.descriptor !== undefined && seen.retain() ? seen : await this.#acquireSame(path, root, stat)
    try {
      return await file.realPath()
    } finally {
      file.release()
    }
  }

  /** Looks whether a file is still the same, where that keeps nobody waiting: `false` where it cannot be told so. */
  #isStillAtOnce(file: OpenFile): boolean {
    return this.#devices.callsForKnown(file.identity).isBlocking && isStill(file)
  }

  async #reacquire(path: string, root: string | undefined, seen: FileStat | undefined): Promise<OpenFile> {
    const known = seen && OpenFile.seenAs(seen)
    return known?.retain() ? known : this.#acquireSame(path, root, seen)
  }

  async #acquireSame(path: string, root: string | undefined, seen: FileStat | undefined): Promise<OpenFile> {
    const file = await this.#acquire(path, root)
    const known = seen && OpenFile.seenAs(seen)
    // Two files may share their size and time, and so their entity-tag, but not their inode.
    const isSeen = known === undefined ? seen?.etag === file.stat.etag : sameBytes(known.identity, file.identity)
    if (seen === undefined || isSeen) return file
    file.release()
    throw new FileChangedError()
  }

  async #acquire(path: string, root?: string): Promise<OpenFile> {
    try {
      return (await this.#findKnown(path, root)) ?? (await this.#openOnce(path, root))
    } catch (error) {
      if (isNotFound(error)) throw new FileNotFoundError(undefined, { path, cause: error })
      throw diskError(error)
    }
  }

  async #findKnown(path: string, root: string | undefined): Promise<OpenFile | undefined> {
    const file = this.#files.get(path)
    if (file === undefined) return undefined
    const identity = await this.#devices.callsForKnown(file.identity).stat(path)
    if (file.root === root && sameFile(file.identity, identity) && file.retain()) {
      file.findAgain()
      return file
    }
    this.#drop(path, file)
    return undefined
  }

  /** Many who ask for a file at once share what the first of them opens, each after a look of its own. */
  async #openOnce(path: string, root: string | undefined): Promise<OpenFile> {
    const begun = this.#opening.get(path)
    if (begun !== undefined) {
      await begun.catch(() => {})
      const shared = await this.#findKnown(path, root)
      if (shared !== undefined) return shared
    }
    const opening = this.#open(path, root)
    this.#opening.set(path, opening)
    try {
      return await opening
    } finally {
      if (this.#opening.get(path) === opening) this.#opening.delete(path)
    }
  }

  /** One that was replaced while it was opened is no file that is missing: its successor is opened. */
  async #open(path: string, root: string | undefined): Promise<OpenFile> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const file = await this.#openAsItIs(path, root)
      if (file === undefined) continue
      file.retain()
      this.#keep(path, file)
      return file
    }
    throw new FileChangedError()
  }

  #openAsItIs(path: string, root: string | undefined): Promise<OpenFile | undefined> {
    const calls = this.#devices.callsFor(path)
    return this.makeRoom(() => openRegular(path, root, calls, this))
  }

  #openAtOnce(path: string, root: string | undefined): OpenFile | undefined {
    const calls = this.#devices.callsFor(path)
    if (!(calls instanceof BlockingCalls) || this.#files.has(path) || this.#opening.has(path)) return undefined
    const file = openRegularAtOnce(path, root, calls, this)
    if (file === undefined) return undefined
    this.#devices.saw(path, file.identity)
    this.#keep(path, file)
    return file
  }

  #keep(path: string, file: OpenFile): void {
    const former = this.#files.peek(path)
    if (former !== undefined) this.#drop(path, former)
    this.#files.set(path, file)
    // One that weighs more than all that may be kept is not taken in, and nobody else would close it.
    if (this.#files.peek(path) !== file) void file.retire()
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_INTERVAL).unref()
  }

  #drop(path: string, file: OpenFile): void {
    if (this.#files.peek(path) === file) this.#files.delete(path)
    void file.retire()
  }

  #sweep(): void {
    const now = performance.now()
    const { open, held } = this.#inactive
    for (const [path, file] of this.#files.entries()) {
      const isIdle = now - file.usedAt > (file.content === undefined ? open : held)
      if (isIdle || now - file.openedAt > MAX_AGE) this.#drop(path, file)
    }
    if (this.#files.size > 0) return
    clearInterval(this.#sweeper)
    this.#sweeper = undefined
  }

  #cacheOf(maxSize: number): LRUCache<string, OpenFile> {
    if (!(Number.isSafeInteger(maxSize) && maxSize > 0)) {
      throw new ConfigurationError(`configureOpenFileCache(): maxSize must be a whole number of bytes, got ${maxSize}.`)
    }
    return new LRUCache<string, OpenFile>({
      maxSize,
      sizeCalculation: ({ content }) => (content === undefined ? SIZE_OF_OPEN : SIZE_OF_ENTRY + content.length),
      dispose(file, _path, reason) {
        if (reason === 'evict') void file.retire()
      },
    })
  }
}

/**
 * Changes how many files of the local disk this process keeps open or in memory, for how long, and how it looks at them.
 * Mostly there is no need to: nothing of it is ever stale, and what is not used goes by itself.
 *
 * @throws ConfigurationError when a number makes no sense.
 */
export function configureOpenFileCache(options: OpenFileCacheOptions): void {
  openFiles.configure(options)
}

const ACCESS: readonly DiskAccess[] = ['auto', 'sync', 'async']
const DEFAULT_MAX_SIZE = 64 * 1024 * 1024
/** What a descriptor weighs, in bytes. */
const SIZE_OF_OPEN = 256 * 1024
/** What is kept of a file beside its content, in bytes: its name, its state and its headers. */
const SIZE_OF_ENTRY = 2048
/** Milliseconds. A deleted file gives its disk space back this much later than it was let go of. */
const SWEEP_INTERVAL = 500

/**
 * Milliseconds after which a file is opened anew, however often it is used. No look at the file itself tells that a folder
 * above it was moved out of the root, and linked to from its old place.
 */
const MAX_AGE = 60_000

/** How often a file may be replaced in the few microseconds in which it is opened. */
const MAX_ATTEMPTS = 10

/** Whatever is wrong is found out once more, by the way that tells what. */
function isStill({ path, identity }: OpenFile): boolean {
  try {
    const found = statSync(path, STAT)
    return found !== undefined && sameFile(identity, found)
  } catch {
    return false
  }
}

const STAT = { bigint: true, throwIfNoEntry: false } as const

// After the constants that it needs.
/** The open files of this process. */
export const openFiles = new OpenFiles()
