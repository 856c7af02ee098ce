import { BodyError } from '../errors.js'
import type { ReplyBody } from '../responses/reply.js'

/** A piece of a body, and whether it is known to be the last. */
export interface BodyPiece {
  readonly bytes: Uint8Array
  readonly isLast: boolean
  /** To be called once the bytes are sent, when there is something to call: their memory is used again then. */
  readonly onSent?: (() => void) | undefined
}

/** Reads a body one piece at a time. */
export interface PieceReader {
  /** Gives the next piece, or `undefined` at the end. Throws when the source does, or was {@link close | closed}. */
  next(): Promise<BodyPiece | undefined>
  /** Ends the reading and lets the source go. */
  close(): void
}

/**
 * Reads a body of any source and holds it to the length that was announced.
 *
 * The piece that completes this length is held back until the source has really ended: a body that is longer or shorter
 * than announced, or whose source fails at the very end, never looks whole to a client.
 *
 * After the first piece, small ones that are ready one after the other are given as one: each would cost more to send than
 * to make. None of them waits for a source that has nothing to give, or that takes its time for the next one.
 */
export class BodyReader implements PieceReader {
  readonly #pieces: AsyncIterator<Uint8Array>
  readonly #length: number | undefined
  readonly #signal: AbortSignal
  readonly #onAbort = () => this.close()
  /** What was received and not given yet. */
  readonly #held: Uint8Array[] = []
  #heldSize = 0
  /** When the first of them came, in milliseconds of `performance.now()`. */
  #heldSince = 0
  #hasGiven = false
  /** The piece that completes the length. */
  #completing: Uint8Array | undefined
  #received = 0
  #isAsking = false
  #isFlushing = false
  #failure: { readonly error: unknown } | undefined
  #waiting: Waiting | undefined
  #state: 'reading' | 'ended' | 'closed' = 'reading'

  constructor(body: ReplyBody, signal: AbortSignal) {
    this.#pieces = iteratorOf(body.open(signal))
    this.#length = body.length
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  next(): Promise<BodyPiece | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#goOn()
    })
  }

  /** Ends the reading, also one that is under way, and lets the source go. */
  close(): void {
    if (this.#state === 'closed') return
    const ended = this.#state === 'ended'
    this.#state = 'closed'
    this.#signal.removeEventListener('abort', this.#onAbort)
    this.#held.length = 0
    this.#goOn()
    // A source that fails while it is let go of has nothing to tell any more.
    const letGo = async () => this.#pieces.return?.()
    if (!ended) letGo().catch(() => {})
  }

  #goOn(): void {
    if (this.#waiting === undefined) return
    if (this.#state === 'closed') this.#settle(({ reject }) => reject(readingEnded()))
    else if (this.#hasEnough) this.#give()
    else {
      this.#ask()
      if (this.#held.length > 0) this.#flushSoon()
    }
  }

  /** Tells that there is no reason to wait for more. */
  get #hasEnough(): boolean {
    const [first] = this.#held
    const isOver = this.#state === 'ended' || this.#failure !== undefined
    if (isOver || first === undefined) return isOver
    const isFull = this.#heldSize >= MOST_GATHERED || this.#held.length >= MOST_PIECES
    return isFull || !this.#hasGiven || isLarge(first) || performance.now() - this.#heldSince > LONGEST_GATHERING
  }

  #ask(): void {
    if (this.#isAsking) return
    this.#isAsking = true
    this.#pieces.next().then(this.#onResult, this.#onError)
  }

  readonly #onResult = ({ done, value }: IteratorResult<unknown>): void => {
    this.#isAsking = false
    if (this.#state === 'closed') return
    if (done) this.#end()
    else if (value instanceof Uint8Array) this.#receive(value)
    else this.#failure = { error: new BodyError(`A file must give Uint8Array, got ${typeof value}.`) }
    this.#goOn()
  }

  readonly #onError = (error: unknown): void => {
    this.#isAsking = false
    if (this.#state === 'closed') return
    this.#state = 'ended'
    this.#failure = { error }
    this.#goOn()
  }

  #receive(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#received += bytes.length
    const left = this.#length === undefined ? Number.POSITIVE_INFINITY : this.#length - this.#received
    if (left < 0) this.#failure = { error: this.#wrongLength('has more than', this.#length) }
    else if (left === 0) this.#completing = bytes
    else this.#hold(bytes)
  }

  #end(): void {
    this.#state = 'ended'
    if (this.#completing !== undefined) this.#hold(this.#completing)
    else if (this.#length !== undefined && this.#received < this.#length)
      this.#failure = { error: this.#wrongLength('ended after', this.#received) }
  }

  #hold(bytes: Uint8Array): void {
    if (this.#held.length === 0) this.#heldSince = performance.now()
    this.#held.push(bytes)
    this.#heldSize += bytes.length
  }

  /** Once nothing is ready any more that needs no more than promises, the source has to wait for something itself. */
  #flushSoon(): void {
    if (this.#isFlushing) return
    this.#isFlushing = true
    process.nextTick(() => {
      this.#isFlushing = false
      if (this.#state !== 'closed' && this.#held.length > 0) this.#give()
    })
  }

  #give(): void {
    this.#hasGiven = true
    this.#settle(({ resolve, reject }) => {
      const bytes = this.#take()
      const failure = this.#failure
      if (bytes !== undefined)
        resolve({ bytes, isLast: this.#state === 'ended' && !failure && this.#held.length === 0 })
      else if (failure !== undefined) reject(failure.error)
      else resolve(undefined)
    })
  }

  /** A large piece as it is, small ones together. */
  #take(): Uint8Array | undefined {
    const large = this.#held.findIndex(isLarge)
    const taken = this.#held.splice(0, large === 0 ? 1 : large === -1 ? this.#held.length : large)
    const bytes = taken.length > 1 ? Buffer.concat(taken) : taken[0]
    this.#heldSize -= bytes?.length ?? 0
    return bytes
  }

  #settle(answer: (waiting: Waiting) => void): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting !== undefined) answer(waiting)
  }

  #wrongLength(verb: string, bytes: number | undefined): BodyError {
    return new BodyError(`A body of ${this.#length} bytes was announced, but its source ${verb} ${bytes}.`)
  }
}

/** Who waits for a piece. */
interface Waiting {
  resolve(piece: BodyPiece | undefined): void
  reject(error: unknown): void
}

/** Bytes, and pieces, that are given as one at most. With more of them, fresh memory costs more than the writes. */
const MOST_GATHERED = 16 * 1024
const MOST_PIECES = 1024

/** Milliseconds: a source that works hard for each piece gives others no turn, but its pieces are not to wait for that. */
const LONGEST_GATHERING = 1

/** Bytes from which on a copy costs more than a write. */
const LARGE = 16 * 1024

function isLarge(bytes: Uint8Array): boolean {
  return bytes.length >= LARGE
}

function readingEnded(): BodyError {
  return new BodyError('The reading was ended.', { code: 'ABORTED' })
}

/** Plain JavaScript callers may write an `async open()`: its error would be nobody's, and end the process. */
function iteratorOf(pieces: AsyncIterable<Uint8Array>): AsyncIterator<Uint8Array> {
  if (Symbol.asyncIterator in pieces) return pieces[Symbol.asyncIterator]()
  Promise.resolve(pieces).catch(() => {})
  throw new BodyError('open() of a file must give an async iterable at once, and no promise of one.')
}
