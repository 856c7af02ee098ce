/** Buffers for the pieces of files on their way to clients. */
export interface Buffers {
  /**
   * Gives a large buffer, or `undefined` when all are in use: clients that read slowly, or not at all, can
   * pin no more than there are.
   */
  take(): Buffer | undefined
  /** Gives a buffer of {@link LITTLE}, of which there are as many as clients. */
  takeLittle(): Buffer
  /** Takes a buffer back of which nobody will read any more. */
  give(buffer: Buffer): void
}

/** Buffers that are used again and again. */
export class BufferPool implements Buffers {
  readonly #free: Buffer[] = []
  readonly #freeLittle: Buffer[] = []
  #taken = 0

  take(): Buffer | undefined {
    if (this.#taken >= MAX_TAKEN) return undefined
    this.#taken++
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(LARGE)
  }

  takeLittle(): Buffer {
    return this.#freeLittle.pop() ?? Buffer.allocUnsafeSlow(LITTLE)
  }

  give(buffer: Buffer): void {
    if (buffer.length === LITTLE) {
      if (this.#freeLittle.length < MAX_FREE_LITTLE) this.#freeLittle.push(buffer)
      return
    }
    this.#taken--
    if (this.#free.length < MAX_FREE) this.#free.push(buffer)
  }
}

/** Bytes for each client that is slow: Node keeps all of a piece until its last byte is taken. */
export const LITTLE = 8 * 1024
/** Bytes of a buffer: system calls cost nothing beside so many. */
const LARGE = 512 * 1024
/** 64 MiB at most, however many clients there are. */
const MAX_TAKEN = 128
/** 8 MiB that stay. */
const MAX_FREE = 16
/** 4 MiB that stay. */
const MAX_FREE_LITTLE = 512
