import { type BigIntStats, close, constants, fstat, open, read } from 'node:fs'
import { promisify } from 'node:util'
import { FileChangedError } from '../errors.js'
import { fileEtag } from '../headers/etag.js'
import type { ByteRange } from '../headers/range.js'
import { diskError } from './disk-error.js'
import { realPathOf } from './real-path.js'
import type { FileStat } from './storage.js'

/**
 * A regular file of the local disk, open for reading.
 *
 * The descriptor is shared and counted: it is closed when it is {@link retire | retired} and nobody reads any more.
 */
export class OpenFile {
  readonly identity: BigIntStats
  readonly stat: FileStat
  readonly #path: string
  readonly #descriptor: number
  #readers = 0
  #state: 'shared' | 'retired' | 'closed' = 'shared'

  /** Opens a file without ever waiting for the other end of a FIFO; what it is must be checked on {@link identity}. */
  static async at(path: string, locate?: Locate): Promise<OpenFile> {
    const descriptor = await openAsync(path, constants.O_RDONLY | NONBLOCK)
    try {
      return new OpenFile(path, descriptor, await fstatAsync(descriptor, { bigint: true }), locate)
    } catch (error) {
      await closeAsync(descriptor).catch(ignore)
      throw error
    }
  }

  private constructor(path: string, descriptor: number, identity: BigIntStats, locate: Locate | undefined) {
    this.#path = path
    this.#descriptor = descriptor
    this.identity = identity
    this.stat = { ...toFileStat(identity), realPath: locate && (() => locate(this.stat)) }
  }

  /** Finds where the file really lies; `undefined` when it has no name any more, or when that cannot be told for sure. */
  async realPath(): Promise<string | undefined> {
    const { nlink } = await fstatAsync(this.#descriptor, { bigint: true })
    return nlink === 0n ? undefined : realPathOf(this.#descriptor, this.#path)
  }

  /** Keeps the descriptor open until {@link release}; `false` when it is closed already. */
  retain(): boolean {
    if (this.#state === 'closed') return false
    this.#readers++
    return true
  }

  release(): void {
    this.#readers--
    void this.#closeIfUnused()
  }

  /** Gives the file no new readers; the descriptor goes with the last of the present ones, who are not waited for. */
  retire(): Promise<void> {
    if (this.#state === 'shared') this.#state = 'retired'
    return this.#closeIfUnused()
  }

  /**
   * Reads a range, or all, in large pieces. The last piece is only given when the file is still what it was at the start,
   * so that a file rewritten or cut under way never yields a body that looks whole.
   */
  async *read(range?: ByteRange): AsyncGenerator<Uint8Array, void, undefined> {
    const { start, end } = range ?? { start: 0, end: Number(this.identity.size) - 1 }
    let position = start
    try {
      while (position <= end) {
        const buffer = Buffer.allocUnsafe(Math.min(CHUNK_SIZE, end + 1 - position))
        const { bytesRead } = await readAsync(this.#descriptor, buffer, 0, buffer.length, position)
        if (bytesRead === 0) throw new FileChangedError()
        position += bytesRead
        if (position > end) await this.#assertUnchanged()
        yield bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead)
      }
    } catch (error) {
      throw diskError(error)
    }
  }

  async #assertUnchanged(): Promise<void> {
    const now = await fstatAsync(this.#descriptor, { bigint: true })
    if (!sameBytes(now, this.identity)) throw new FileChangedError()
  }

  async #closeIfUnused(): Promise<void> {
    if (this.#state !== 'retired' || this.#readers > 0) return
    this.#state = 'closed'
    await closeAsync(this.#descriptor).catch(ignore)
  }
}

/** Finds where a file that was seen lies by now, see {@link FileStat.realPath}. */
export type Locate = (seen: FileStat) => Promise<string | undefined>

/** Tells whether two readings of a file's state are of the very same file, with the same name and permissions. */
export function sameFile(a: BigIntStats, b: BigIntStats): boolean {
  return sameBytes(a, b) && a.ctimeNs === b.ctimeNs
}

/** Tells whether two readings of a file's state are of the same bytes, whatever the file is called by now. */
export function sameBytes(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeNs === b.mtimeNs
}

/** Bytes per read: large enough that a system call costs nothing beside its bytes, small enough for many slow clients. */
const CHUNK_SIZE = 256 * 1024

/** Not known on Windows, where no FIFO can be opened by a path below a folder. */
const NONBLOCK = constants.O_NONBLOCK ?? 0

const openAsync = promisify(open)
const closeAsync = promisify(close)
const readAsync = promisify(read)
const fstatAsync = promisify(fstat)

/** Nothing was written, so nothing can be lost by a close that fails. */
function ignore(): void {}

function toFileStat(stats: BigIntStats): FileStat {
  return {
    size: Number(stats.size),
    modifiedTime: new Date(Number(stats.mtimeMs)),
    createdTime: new Date(Number(stats.birthtimeMs)),
    accessedTime: new Date(Number(stats.atimeMs)),
    etag: fileEtag(stats.size, stats.mtimeNs),
  }
}
