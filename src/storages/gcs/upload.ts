import { type Content, chunksOf, discard } from '../content.js'
import { startTimer } from '../time-limit.js'
import { timeoutError } from '../upstream.js'

/** How an {@link UploadBody} is watched. */
export interface UploadBodyOptions {
  /** Who takes the bytes, for the message of the error. */
  readonly what: string
  /** Milliseconds that the service may take for each piece, and for its answer. */
  readonly timeout: number
  readonly signal: AbortSignal | undefined
}

/** The content on its way to the service, with what may end it. */
export class UploadBody {
  /** Aborts when the client has gone, when the service takes too long, and when it is {@link close}d. */
  readonly signal: AbortSignal
  /** What the content itself failed with, which is no fault of the service. */
  error: unknown
  readonly #content: Content
  readonly #options: UploadBodyOptions
  readonly #controller = new AbortController()
  #isBegun = false
  #timer: NodeJS.Timeout | undefined

  constructor(content: Content, options: UploadBodyOptions) {
    this.#content = content
    this.#options = options
    this.signal = this.#controller.signal
    if (options.signal?.aborted) this.#leave()
    options.signal?.addEventListener('abort', this.#leave, { once: true })
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    this.#isBegun = true
    const chunks = chunksOf(this.#content, this.signal)
    try {
      for (;;) {
        const { done, value } = await chunks.next()
        this.#wait()
        if (done) return
        yield value
        clearTimeout(this.#timer)
      }
    } catch (error) {
      this.error = error
      throw error
    } finally {
      await chunks.return()
    }
  }

  /** Lets go of the content and of the connection, where they still wait for each other. */
  close(): void {
    clearTimeout(this.#timer)
    this.#options.signal?.removeEventListener('abort', this.#leave)
    this.#controller.abort()
    if (!this.#isBegun) discard(this.#content)
  }

  /** It is the service's turn; while our own content is the slow one, no time counts. */
  #wait(): void {
    const { what, timeout } = this.#options
    this.#timer = startTimer(() => this.#controller.abort(timeoutError(what)), timeout)
  }

  readonly #leave = () => this.#controller.abort(this.#options.signal?.reason)
}
