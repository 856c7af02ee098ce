import { BodyError } from '../../errors.js'
import type { BodyPiece } from '../body-reader.js'
import type { OpenBody } from '../open-body.js'

/** What is told of a body that goes by a stream, and how it hears that its client has gone. */
export interface BodyStreamParts {
  /** Nothing more is read. Called once. */
  readonly onRelease: () => void
  /** All was taken. */
  readonly onEnd: () => void
  /** The client has gone, or whoever read the stream. */
  readonly onLeave: () => void
  /** The source failed. */
  readonly onFail: (error: unknown) => void
  /** What is sent will never be whole. Called before the stream fails, which is when servers end the reply. */
  readonly onBreak: () => void
  /** Calls back when the client has gone: not every server tells that by cancelling. Gives back what ends the watch. */
  readonly watch: (onGone: () => void) => () => void
}

/**
 * A stream, and what breaks it off for a client that has to be got rid of. Who keeps that must not keep the stream: it is
 * only known to be read by nobody once it is garbage.
 */
export interface BodyStream {
  readonly stream: ReadableStream<Uint8Array>
  readonly cutOff: () => void
}

/** Makes a stream of a body, which reads only when it is asked to: nothing is fetched that nobody wants. */
export function streamBody(body: OpenBody, parts: BodyStreamParts): BodyStream {
  const source = new BodySource(body, parts)
  const stream = new ReadableStream<Uint8Array>(source, { highWaterMark: 0 })
  unread.register(stream, () => source.cancel(), source)
  source.watch()
  return { stream, cutOff: () => source.cutOff() }
}

/** Leaves the source of a body that nobody can read any more and nobody has cancelled, such as one that was replaced. */
const unread = new FinalizationRegistry<() => void>((leave) => leave())

/** What a stream reads. It must not know its stream, which would never be garbage: it is kept as long as timers are. */
class BodySource {
  readonly #body: OpenBody
  readonly #parts: BodyStreamParts
  #controller: WeakRef<ReadableStreamDefaultController<Uint8Array>> | undefined
  #upcoming: BodyPiece | undefined
  /** The piece that went out last. Whoever asks for another has taken it. */
  #given: BodyPiece | undefined
  #unwatch: (() => void) | undefined
  #isReleased = false

  constructor(body: OpenBody, parts: BodyStreamParts) {
    this.#body = body
    this.#parts = parts
    this.#upcoming = body.first
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = new WeakRef(controller)
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      this.#given?.onSent?.()
      const piece = this.#given?.isLast ? undefined : (this.#upcoming ?? (await this.#body.reader.next()))
      this.#given = piece
      this.#upcoming = undefined
      if (piece !== undefined) controller.enqueue(piece.bytes)
      if (piece?.isLast) this.#release()
      // A piece whose memory counts is taken when more is asked for, also where it is the last.
      if (piece !== undefined && !(piece.isLast && piece.onSent === undefined)) return
      this.#finish()
      this.#parts.onEnd()
      controller.close()
    } catch (error) {
      this.#finish()
      this.#parts.onFail(error)
      this.#parts.onBreak()
      // Servers write what a stream fails with into the reply, and its message may name files of this computer.
      controller.error(new BodyError('The body broke off.', { cause: error }))
    }
  }

  cancel(): void {
    this.#parts.onLeave()
    this.#finish()
  }

  watch(): void {
    this.#unwatch = this.#parts.watch(() => this.cancel())
  }

  cutOff(): void {
    this.cancel()
    // Middleware that replaced this stream before it was read has another one sent.
    if (this.#given !== undefined) this.#parts.onBreak()
    this.#controller?.deref()?.error(new BodyError('The body broke off.'))
  }

  #finish(): void {
    unread.unregister(this)
    this.#unwatch?.()
    this.#given?.onSent?.()
    this.#upcoming?.onSent?.()
    this.#release()
  }

  #release(): void {
    if (this.#isReleased) return
    this.#isReleased = true
    this.#parts.onRelease()
  }
}
