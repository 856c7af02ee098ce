import { type Buffers, LITTLE } from '../buffer-pool.js'

/**
 * Large buffers for the pieces of streams. What becomes of such a piece nobody tells, so its memory is never used again;
 * but no more of them can be on their way than there are in a pool, however many clients there are.
 */
export class FreshBuffers implements Buffers {
  readonly #waiting = new WeakSet<Buffer>()
  #count = 0

  take(): Buffer | undefined {
    if (this.#count >= MAX_WAITING) return undefined
    const buffer = Buffer.allocUnsafeSlow(LARGE)
    this.#waiting.add(buffer)
    this.#count++
    return buffer
  }

  takeLittle(): Buffer {
    return Buffer.allocUnsafeSlow(LITTLE)
  }

  /** Notes that somebody took what is in a buffer. Those who end a stream may both be right to say so: it counts once. */
  give(buffer: Buffer): void {
    if (this.#waiting.delete(buffer)) this.#count--
  }
}

/** Bytes of a buffer: system calls and promises cost little beside so many, and twice as many are dearer to come by. */
const LARGE = 256 * 1024
/** 32 MiB at most. */
const MAX_WAITING = 128
