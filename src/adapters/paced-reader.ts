import { BodyError } from '../errors.js'
import type { Clock } from '../limits/clock.js'
import { Pace } from '../limits/pace.js'
import type { BodyPiece, PieceReader } from './body-reader.js'

/** How a {@link PacedReader} reads. */
export interface PacedReading {
  /** Bytes per second; left out, as fast as they are asked for. */
  readonly limitRate: number | undefined
  readonly clock: Clock
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal
}

/** Gives a body in small pieces, each when it is due. Not for memory that is used again. */
export class PacedReader implements PieceReader {
  readonly #reader: PieceReader
  readonly #pace: Pace | undefined
  readonly #clock: Clock
  readonly #signal: AbortSignal
  /** What was read and not given yet. */
  #rest: BodyPiece | undefined
  #wake: (() => void) | undefined
  #isClosed = false
  readonly #onAbort = () => this.close()

  constructor(reader: PieceReader, first: BodyPiece | undefined, { limitRate, clock, signal }: PacedReading) {
    this.#reader = reader
    this.#rest = first
    this.#clock = clock
    this.#pace = limitRate === undefined ? undefined : new Pace(limitRate, clock)
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  async next(): Promise<BodyPiece | undefined> {
    const piece = this.#rest ?? (await this.#reader.next())
    this.#rest = undefined
    if (piece === undefined) return undefined
    await this.#due()
    if (this.#isClosed) throw new BodyError('The reading was ended.', { code: 'ABORTED' })
    const bytes = piece.bytes.subarray(0, PACED_PIECE)
    this.#pace?.spend(bytes.length)
    if (bytes.length === piece.bytes.length) return piece
    this.#rest = { ...piece, bytes: piece.bytes.subarray(bytes.length) }
    return { bytes, isLast: false }
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#signal.removeEventListener('abort', this.#onAbort)
    this.#wake?.()
    this.#rest?.onSent?.()
    this.#reader.close()
  }

  #due(): Promise<void> | undefined {
    const pause = this.#pace?.pause ?? 0
    if (pause === 0 || this.#isClosed) return undefined
    return new Promise((resolve) => {
      const forget = this.#clock.after(pause, resolve)
      this.#wake = () => {
        forget()
        resolve()
      }
    })
  }
}

/** Bytes. A client that takes as many in the time that it has is no idle one. */
export const PACED_PIECE = 16 * 1024
