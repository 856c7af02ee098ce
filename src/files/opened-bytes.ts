/**
 * The bytes of a file that is opened when they are first asked for. An iterator by hand, since a generator around another
 * one costs several promises for each piece.
 */
export class OpenedBytes implements AsyncIterableIterator<Uint8Array> {
  readonly #open: () => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>
  readonly #onFailure: ((error: unknown) => void) | undefined
  #pieces: AsyncIterator<Uint8Array> | undefined
  #isOver = false

  /** `onFailure` hears of an error before whoever reads does. */
  constructor(
    open: () => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>,
    onFailure?: (error: unknown) => void,
  ) {
    this.#open = open
    this.#onFailure = onFailure
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#isOver) return Promise.resolve(OVER)
    const next = this.#pieces === undefined ? this.#first() : this.#pieces.next()
    return this.#onFailure === undefined ? next : next.catch(this.#fail)
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#isOver = true
    await this.#pieces?.return?.()
    return OVER
  }

  async #first(): Promise<IteratorResult<Uint8Array, undefined>> {
    const opened = this.#open()
    const pieces = opened instanceof Promise ? await opened : opened
    const iterator = pieces[Symbol.asyncIterator]()
    this.#pieces = iterator
    if (!this.#isOver) return iterator.next()
    // Nobody waits any more for what took its time to open.
    await iterator.return?.()
    return OVER
  }

  readonly #fail = (error: unknown): never => {
    this.#onFailure?.(error)
    throw error
  }
}

const OVER: IteratorReturnResult<undefined> = { done: true, value: undefined }
