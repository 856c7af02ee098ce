import type { BigIntStats } from 'node:fs'
import { FileChangedError } from '../../errors.js'
import { fileEtag } from '../../headers/etag.js'
import type { ByteRange } from '../../headers/range.js'
import type { FileStat, RetainedFile } from '../storage.js'
import { BlockingCalls, type DiskCalls, pooledCalls } from './calls.js'
import { diskError } from './error.js'

/**
 * A regular file of the local disk, open for reading.
 *
 * It is shared and counted: its descriptor is closed when it is {@link retire | retired} and nobody reads any more, or as
 * soon as all of a small file is {@link content | held in memory}.
 */
export class OpenFile implements RetainedFile {
  readonly path: string
  readonly identity: BigIntStats
  readonly stat: FileStat
  /** The folder in which it was found to lie, whatever links led to it. */
  readonly root: string | undefined
  /** When it was opened, and found to lie where it does, in milliseconds of `performance.now()`. */
  readonly openedAt = performance.now()
  /** When it was used last, by the same clock. */
  usedAt = this.openedAt
  readonly #keeper: Keeper
  #descriptor: number | undefined
  #content: Uint8Array | undefined
  #realPath: string | undefined
  #readers = 0
  #isRetired = false
  #wasFoundAgain = false

  /** The file that is known by what was told of it; not by copies of that. */
  static seenAs(stat: FileStat): OpenFile | undefined {
    return SeenStat.fileOf(stat)
  }

  /** Opens a file without ever waiting for the other end of a FIFO; what it is must be checked on {@link identity}. */
  static async at(path: string, root: string | undefined, calls: DiskCalls, keeper: Keeper): Promise<OpenFile> {
    const descriptor = await calls.open(path)
    try {
      return new OpenFile(path, root, descriptor, await calls.fstat(descriptor), keeper)
    } catch (error) {
      await calls.close(descriptor)
      throw error
    }
  }

  /** The same at once. */
  static atOnce(path: string, root: string | undefined, calls: BlockingCalls, keeper: Keeper): OpenFile {
    const descriptor = calls.open(path)
    try {
      return new OpenFile(path, root, descriptor, calls.fstat(descriptor), keeper)
    } catch (error) {
      calls.close(descriptor)
      throw error
    }
  }

  private constructor(
    path: string,
    root: string | undefined,
    descriptor: number,
    identity: BigIntStats,
    keeper: Keeper,
  ) {
    this.path = path
    this.root = root
    this.#descriptor = descriptor
    this.#keeper = keeper
    this.identity = identity
    // All who ask for the file are given this one.
    this.stat = Object.freeze(new SeenStat(this, () => keeper.realPathOf(this)))
  }

  /** Bytes. */
  get size(): number {
    return this.stat.size as number
  }

  /** All bytes, where they are held in memory. */
  get content(): Uint8Array | undefined {
    return this.#content
  }

  /** For whoever retained the file. */
  get descriptor(): number | undefined {
    return this.#descriptor
  }

  /** Tells that the path leads to the file without any link, as far as was seen when the file was opened. */
  get isPathReal(): boolean {
    return this.#realPath === this.path
  }

  /** Finds where the file really lies; `undefined` when it has no name any more, or when that cannot be told for sure. */
  async realPath(): Promise<string | undefined> {
    const { nlink } = await pooledCalls.fstat(this.#opened)
    return nlink === 0n ? undefined : this.realPathAtOpening(pooledCalls)
  }

  /** The same for a file that was opened, and so had a name, just now. */
  async realPathAtOpening(calls: DiskCalls): Promise<string | undefined> {
    this.#realPath = await calls.realPathOf(this.#opened, this.path)
    return this.#realPath
  }

  /** The same at once, where the kernel can be asked; else `undefined`. */
  linkAtOpening(calls: BlockingCalls): string | undefined {
    this.#realPath = calls.linkOf(this.#opened)
    return this.#realPath
  }

  /** Notes that somebody else asked for the file while it was here. */
  findAgain(): void {
    this.usedAt = performance.now()
    this.#wasFoundAgain = true
  }

  /** Tells whether it was asked for more than once. */
  get wasFoundAgain(): boolean {
    return this.#wasFoundAgain
  }

  /** Keeps the file readable until {@link release}; `false` when it is closed already. */
  retain(): boolean {
    if (this.#descriptor === undefined && this.#content === undefined) return false
    this.#readers++
    return true
  }

  release(): void {
    this.#readers--
    const needsNone = this.#content !== undefined && this.#descriptor !== undefined
    if (this.#isRetired || needsNone) void this.#closeIfUnused()
  }

  /** Gives the file no new readers; the descriptor goes with the last of the present ones, who are not waited for. */
  retire(): Promise<void> {
    this.#isRetired = true
    return this.#closeIfUnused()
  }

  /** Tells whether the file is small enough to be read as a whole. */
  get isSmall(): boolean {
    return this.size <= MAX_SMALL
  }

  get maySendfile(): boolean {
    return this.#keeper.sendfile && this.#keeper.callsForKnown(this.identity).isBlocking
  }

  /**
   * Reads a small file as a whole. It is held if it is asked for again and again, and if nobody can have changed it since
   * without leaving a trace. Throws {@link FileChangedError} when it is another one by now.
   */
  readAll(): Uint8Array | Promise<Uint8Array> {
    if (this.#content !== undefined) return this.#content
    const calls = this.#keeper.callsFor(this.path)
    const isSettled = Number(this.identity.ctimeMs) < Date.now() - CLOCK_STEP
    const bytes = Buffer.allocUnsafe(this.size)
    if (calls instanceof BlockingCalls) this.#fillAtOnce(bytes, calls)
    else return this.#fill(bytes, calls).then(() => this.#hold(bytes, isSettled))
    return this.#hold(bytes, isSettled)
  }

  /**
   * Fills a buffer from a position on. Throws {@link FileChangedError} when the file ends before. Where no more than the
   * size of a small file is wanted in all, the way to the thread pool and back takes longer than the bytes.
   */
  readInto(buffer: Uint8Array, position: number, wanted: number): Promise<void> {
    return this.#readFrom(wanted <= MAX_SMALL ? this.#callsForLittle : pooledCalls, buffer, position)
  }

  async #readFrom(calls: DiskCalls, buffer: Uint8Array, position: number): Promise<void> {
    for (let filled = 0; filled < buffer.length; ) {
      const rest = filled === 0 ? buffer : buffer.subarray(filled)
      const bytesRead = await calls.read(this.#opened, rest, position + filled)
      if (bytesRead === 0) throw new FileChangedError()
      filled += bytesRead
    }
  }

  /** Throws {@link FileChangedError} when the bytes are not those that were seen, whatever the file is called by now. */
  async assertUnchanged(calls: DiskCalls = this.#keeper.callsForKnown(this.identity)): Promise<void> {
    if (!sameBytes(await calls.fstat(this.#opened), this.identity)) throw new FileChangedError()
  }

  /**
   * Reads a range, or all, in large pieces. The last piece is only given when the file is still what it was at the start,
   * so that a file rewritten or cut under way never yields a body that looks whole.
   */
  async *read({ start, end }: ByteRange): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      // A copy: whoever gets the pieces may write over them.
      if (this.#content !== undefined) return yield Buffer.from(this.#content.subarray(start, end + 1))
      for (let position = start; position <= end; ) {
        const piece = Buffer.allocUnsafe(Math.min(CHUNK_SIZE, end + 1 - position))
        await this.readInto(piece, position, end + 1 - start)
        position += piece.length
        if (position > end) await this.assertUnchanged()
        yield piece
      }
    } catch (error) {
      throw diskError(error)
    }
  }

  /** A link may lead to another disk than that of its folder. */
  get #callsForLittle(): DiskCalls {
    const isLocal = this.#keeper.callsForKnown(this.identity).isBlocking
    return isLocal ? this.#keeper.callsFor(this.path) : pooledCalls
  }

  async #fill(bytes: Uint8Array, calls: DiskCalls): Promise<void> {
    await this.#readFrom(calls, bytes, 0)
    await this.assertUnchanged(calls)
  }

  #fillAtOnce(bytes: Uint8Array, calls: BlockingCalls): void {
    // A short read is the end of a file that was cut, or so rare that it may count as one.
    const isWhole = bytes.length === 0 || calls.read(this.#opened, bytes, 0) === bytes.length
    if (!isWhole || !sameBytes(calls.fstat(this.#opened), this.identity)) throw new FileChangedError()
  }

  #hold(bytes: Uint8Array, isSettled: boolean): Uint8Array {
    if (!isSettled || this.#content !== undefined) return bytes
    if (!this.#keeper.isWorthHolding(this)) {
      this.#keeper.letGo(this)
      return bytes
    }
    this.#content = bytes
    this.#keeper.holds(this)
    return bytes
  }

  /** A file that is held needs no descriptor, unless somebody reads by it. */
  async #closeIfUnused(): Promise<void> {
    const descriptor = this.#descriptor
    if (this.#readers > 0) return
    if (this.#isRetired) this.#content = undefined
    this.#descriptor = undefined
    if (descriptor !== undefined) await this.#keeper.callsForKnown(this.identity).close(descriptor)
  }

  get #opened(): number {
    if (this.#descriptor !== undefined) return this.#descriptor
    throw new FileChangedError()
  }
}

/** Who keeps open files. */
export interface Keeper {
  /** How to read what lies at a path. */
  callsFor(path: string): DiskCalls
  /** How to open what was found at a path just now. */
  callsForFound(path: string, identity: BigIntStats): DiskCalls
  /** How to look at a file that is open. */
  callsForKnown(identity: BigIntStats): DiskCalls
  /** Whether the system may send files by itself, where their disk does not keep others waiting. */
  readonly sendfile: boolean
  /** Whether a file that was read as a whole, and was not held yet, is to be. */
  isWorthHolding(file: OpenFile): boolean
  /** Called once all that was wanted of a file was read. */
  letGo(file: OpenFile): void
  /** Called once a file is in memory as a whole. */
  holds(file: OpenFile): void
  /** Finds where a file that was seen lies by now, see {@link FileStat.realPath}. */
  realPathOf(file: OpenFile): Promise<string | undefined>
}

/** Tells whether two readings of a file's state are of the very same file, with the same name and permissions. */
export function sameFile(a: BigIntStats, b: BigIntStats): boolean {
  return sameBytes(a, b) && a.ctimeNs === b.ctimeNs
}

/** Tells whether two readings of a file's state are of the same bytes, whatever the file is called by now. */
export function sameBytes(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeNs === b.mtimeNs
}

/** Bytes up to which a file is held in memory as a whole, and up to which a quick disk is asked for them at once. */
const MAX_SMALL = 128 * 1024

/** Bytes per read: large enough that a system call costs nothing beside its bytes, small enough for many slow clients. */
const CHUNK_SIZE = 256 * 1024

/** Milliseconds for which the clock of a file system may stand still: two changes within that look the same. */
const CLOCK_STEP = 50

/** What is told of a file that was seen. It has the file itself as well, which is part of no copy. */
class SeenStat implements FileStat {
  readonly size: number
  readonly modifiedTime: Date
  readonly createdTime: Date
  readonly accessedTime: Date
  readonly etag: string
  readonly realPath: () => Promise<string | undefined>
  readonly #file: OpenFile

  static fileOf(stat: FileStat): OpenFile | undefined {
    return #file in stat ? stat.#file : undefined
  }

  constructor(file: OpenFile, realPath: () => Promise<string | undefined>) {
    const { size, mtimeMs, mtimeNs, birthtimeMs, atimeMs } = file.identity
    this.size = Number(size)
    this.modifiedTime = new Date(Number(mtimeMs))
    this.createdTime = new Date(Number(birthtimeMs))
    this.accessedTime = new Date(Number(atimeMs))
    this.etag = fileEtag(size, mtimeNs)
    this.realPath = realPath
    this.#file = file
  }
}
