import {
  type BigIntStats,
  close,
  closeSync,
  constants,
  fstat,
  fstatSync,
  open,
  openSync,
  read,
  readlinkSync,
  readSync,
  realpathSync,
  stat,
  statSync,
} from 'node:fs'
import { promisify } from 'node:util'
import { pathOfDescriptor, realPath, realPathOf } from './real-path.js'

/** What is asked of a disk to open a file. Each fails as the system call does. */
export interface DiskCalls {
  /** Whether the answers are there at once, instead of a promise of them. */
  readonly isBlocking: boolean
  stat(path: string): Awaitable<BigIntStats>
  /** Opens for reading, and never waits for the other end of a FIFO. */
  open(path: string): Awaitable<number>
  fstat(descriptor: number): Awaitable<BigIntStats>
  /** Fills a buffer from a position on, as far as the file goes; tells how many bytes it got. */
  read(descriptor: number, buffer: Uint8Array, position: number): Awaitable<number>
  /** Never fails: nothing was written, so nothing can be lost. */
  close(descriptor: number): Awaitable<void>
  /** Resolves all links of a path. */
  realPath(path: string): Awaitable<string>
  /** Finds where an open file lies, see {@link realPathOf}. */
  realPathOf(descriptor: number, path: string): Awaitable<string | undefined>
}

/** By the thread pool: some time goes with every call, but a disk that hangs keeps nobody else waiting. */
export const pooledCalls: DiskCalls = {
  isBlocking: false,
  stat: (path) => statAsync(path, BIGINT),
  open: (path) => openAsync(path, READ_ONLY),
  fstat: (descriptor) => fstatAsync(descriptor, BIGINT),
  read: async (descriptor, buffer, position) =>
    (await readAsync(descriptor, buffer, 0, buffer.length, position)).bytesRead,
  close: (descriptor) => new Promise((resolve) => close(descriptor, () => resolve())),
  realPath,
  realPathOf,
}

/** At once: some microseconds where the disk is quick, and everybody waits where it is not. Tells how long each took. */
export class BlockingCalls implements DiskCalls {
  readonly isBlocking = true
  readonly #tell: (milliseconds: number) => void

  constructor(tell: (milliseconds: number) => void = () => {}) {
    this.#tell = tell
  }

  stat(path: string): BigIntStats {
    return this.#timed(() => statSync(path, BIGINT))
  }

  /** The same, but `undefined` where nothing lies. */
  find(path: string): BigIntStats | undefined {
    return this.#timed(() => statSync(path, BIGINT_OR_NOTHING))
  }

  open(path: string): number {
    return this.#timed(() => openSync(path, READ_ONLY))
  }

  fstat(descriptor: number): BigIntStats {
    return fstatSync(descriptor, BIGINT)
  }

  read(descriptor: number, buffer: Uint8Array, position: number): number {
    return this.#timed(() => readSync(descriptor, buffer, 0, buffer.length, position))
  }

  close(descriptor: number): void {
    try {
      closeSync(descriptor)
    } catch {
      // Nobody waits for a close: its error would be nobody's, and end the process.
    }
  }

  realPath(path: string): string {
    return realpathSync.native(path)
  }

  realPathOf(descriptor: number, path: string): Awaitable<string | undefined> {
    return this.linkOf(descriptor) ?? realPathOf(descriptor, path)
  }

  /** The same where the kernel can be asked; else `undefined`. */
  linkOf(descriptor: number): string | undefined {
    const link = pathOfDescriptor(descriptor)
    return link === undefined ? undefined : readlinkSync(link)
  }

  #timed<T>(call: () => T): T {
    const begun = performance.now()
    try {
      return call()
    } finally {
      this.#tell(performance.now() - begun)
    }
  }
}

type Awaitable<T> = T | Promise<T>

const BIGINT = { bigint: true } as const
const BIGINT_OR_NOTHING = { bigint: true, throwIfNoEntry: false } as const
/** The second is not known on Windows, where no FIFO can be opened by a path below a folder. */
const READ_ONLY = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

const statAsync = promisify(stat)
const openAsync = promisify(open)
const fstatAsync = promisify(fstat)
const readAsync = promisify(read)
