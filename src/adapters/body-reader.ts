import { BodyError } from '../errors.js'
import type { ReplyBody } from '../responses/reply.js'

/** A piece of a body, and whether it is known to be the last. */
export interface BodyPiece {
  readonly bytes: Uint8Array
  readonly isLast: boolean
}

/**
 * Reads a body one piece at a time and holds it to the length that was announced.
 *
 * The piece that completes this length is held back until the source has really ended: a body that is longer or shorter
 * than announced, or whose source fails at the very end, never looks whole to a client.
 */
export class BodyReader {
  readonly #pieces: AsyncIterator<Uint8Array>
  readonly #length: number | undefined
  readonly #signal: AbortSignal
  readonly #onAbort = () => this.close()
  #sent = 0
  #interrupt: ((error: unknown) => void) | undefined
  #state: 'reading' | 'ended' | 'closed' = 'reading'

  constructor(body: ReplyBody, signal: AbortSignal) {
    this.#pieces = body.open(signal)[Symbol.asyncIterator]()
    this.#length = body.length
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** Gives the next piece, or `undefined` at the end. Throws when the source does, or was {@link close | closed}. */
  async next(): Promise<BodyPiece | undefined> {
    const bytes = await this.#pull()
    if (bytes === undefined) {
      if (this.#length !== undefined && this.#sent < this.#length) throw this.#wrongLength('ended after', this.#sent)
      return undefined
    }
    this.#sent += bytes.length
    if (this.#length === undefined || this.#sent < this.#length) return { bytes, isLast: false }
    if (this.#sent > this.#length || (await this.#pull()) !== undefined)
      throw this.#wrongLength('has more than', this.#length)
    return { bytes, isLast: true }
  }

  /** Ends the reading, also one that is under way, and lets the source go. */
  close(): void {
    if (this.#state === 'closed') return
    const ended = this.#state === 'ended'
    this.#state = 'closed'
    this.#signal.removeEventListener('abort', this.#onAbort)
    this.#interrupt?.(new BodyError('The reading was ended.', { code: 'ABORTED' }))
    // A source that fails while it is let go of has nothing to tell any more.
    const letGo = async () => this.#pieces.return?.()
    if (!ended) letGo().catch(() => {})
  }

  /** Gives the next bytes there are. Not a race with the signal: each of those would stay in memory until the end. */
  async #pull(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (this.#state === 'closed') throw new BodyError('The reading was ended.', { code: 'ABORTED' })
      const { done, value } = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
        this.#interrupt = reject
        this.#pieces.next().then(resolve, reject)
      }).catch((error) => {
        if (this.#state === 'reading') this.#state = 'ended'
        throw error
      })
      // Nothing is under way now: an error for nobody would be one of the dearest things in a small reply.
      this.#interrupt = undefined
      if (done) {
        if (this.#state === 'reading') this.#state = 'ended'
        return undefined
      }
      if (!(value instanceof Uint8Array)) throw new BodyError(`A file must give Uint8Array, got ${typeof value}.`)
      if (value.length > 0) return value
    }
  }

  #wrongLength(verb: string, bytes: number): BodyError {
    return new BodyError(`A body of ${this.#length} bytes was announced, but its source ${verb} ${bytes}.`)
  }
}
