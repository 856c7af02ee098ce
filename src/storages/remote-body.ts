import type { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { BodyError, DownloadError, UpstreamError } from '../errors.js'
import type { ByteRange } from '../headers/range.js'
import { Inflow } from './inflow.js'
import type { FetchedBody } from './storage.js'
import { startTimer } from './time-limit.js'
import { connectionError, timeoutError } from './upstream.js'

/** How a {@link RemoteBody} is read. */
export interface RemoteBodyOptions {
  /** Who sends the bytes, for the messages of errors. */
  what: string
  /** Which bytes they are; left out, all. */
  range?: ByteRange | undefined
  /** How many bytes the whole file has. Left out, they end where the stream does, and nothing can be resumed. */
  size?: number | undefined
  /** Milliseconds without a byte after which the server counts as gone. `0` waits for ever. */
  idleTimeout: number
  /** Asks for the rest, of the very version that was begun, after the connection was lost. Left out, none is resumed. */
  resume?: ((rest: ByteRange) => Promise<Readable | Inflow>) | undefined
  signal?: AbortSignal | undefined
}

/**
 * The bytes of another server's answer, to be read once.
 *
 * Where the connection breaks off, the rest is asked for; when that cannot be had, reading fails, so that what was sent
 * never looks whole. The socket is let go of at the end, on errors, on `cancel()` and when the signal aborts.
 *
 * An iterator by hand: generators around each other, and those of a stream, cost more than the bytes of a small answer.
 */
export class RemoteBody implements FetchedBody, AsyncIterableIterator<Uint8Array> {
  readonly range: ByteRange | undefined
  readonly #options: RemoteBodyOptions
  readonly #onAbort = () => this.cancel()
  #inflow: Inflow
  #position: number
  /** Where it was when the connection broke off the last time. */
  #begun: number
  #attempts = 0
  #isBroken = false
  #isWaiting = false
  #timer: NodeJS.Timeout | undefined
  #isOver = false
  #isCancelled = false

  constructor(bytes: Readable | Inflow, options: RemoteBodyOptions) {
    this.range = options.range
    this.#options = options
    this.#position = this.#begun = options.range?.start ?? 0
    this.#inflow = inflowOf(bytes)
    if (options.signal?.aborted) this.cancel()
    else if (!this.#inflow.isOver) options.signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const chunk = this.#isOver ? undefined : this.#inflow.take()
    return chunk === undefined || this.#isTooMuch(chunk) ? this.#wait(chunk) : Promise.resolve(this.#given(chunk))
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.cancel()
    return OVER
  }

  cancel(): void {
    if (this.#isOver) return
    this.#isCancelled = true
    this.#end()
  }

  /** Goes on until there are bytes, or none any more, over as many connections as it takes. */
  async #wait(first: Uint8Array | undefined): Promise<IteratorResult<Uint8Array, undefined>> {
    let chunk = first
    while (!this.#isOver) {
      try {
        if (this.#isBroken) await this.#reopen()
        chunk ??= await this.#inTime()
        if (chunk === undefined && this.#isWhole) this.#end()
        else if (chunk === undefined) throw this.#failure('broke off')
        else if (this.#isTooMuch(chunk)) throw this.#failure('sent more bytes than it had announced')
        else return this.#given(chunk)
      } catch (error) {
        chunk = undefined
        await this.#pauseAfter(error)
      }
    }
    if (!this.#isCancelled) return OVER
    this.#options.signal?.throwIfAborted()
    throw new BodyError('The reading was ended.', { code: 'ABORTED' })
  }

  /** One timer for all chunks; while our own client is the slow one, it means nothing. */
  async #inTime(): Promise<Uint8Array | undefined> {
    const { idleTimeout, what } = this.#options
    const giveUp = () => {
      if (this.#isWaiting) this.#inflow.destroy(timeoutError(what))
    }
    this.#isWaiting = true
    if (this.#timer !== undefined) this.#timer.refresh()
    else if (!this.#inflow.isOver) this.#timer = startTimer(giveUp, idleTimeout)
    try {
      return await this.#inflow.next()
    } finally {
      this.#isWaiting = false
    }
  }

  /** Waits a while before the rest is asked for, or throws where that makes no sense. */
  async #pauseAfter(error: unknown): Promise<void> {
    const { signal, what, resume } = this.#options
    const end = this.#expectedEnd
    this.#isBroken = true
    try {
      signal?.throwIfAborted()
      if (this.#position - this.#begun >= PROGRESS) this.#attempts = 0
      this.#begun = this.#position
      const hasRest = !this.#isCancelled && resume !== undefined && end !== undefined && this.#position < end
      if (!hasRest || isFinal(error) || ++this.#attempts > MAX_ATTEMPTS) throw connectionError(what, error)
      await wait(FIRST_DELAY * 2 ** (this.#attempts - 1), undefined, { signal })
    } catch (failure) {
      this.#end()
      throw failure
    }
  }

  async #reopen(): Promise<void> {
    const { resume } = this.#options
    this.#inflow.destroy()
    const rest = { start: this.#position, end: (this.#expectedEnd as number) - 1 }
    this.#inflow = inflowOf(await (resume as NonNullable<typeof resume>)(rest))
    this.#isBroken = false
    if (this.#isCancelled) this.#inflow.destroy()
  }

  #given(value: Uint8Array): IteratorYieldResult<Uint8Array> {
    this.#position += value.length
    return { done: false, value }
  }

  #isTooMuch(chunk: Uint8Array): boolean {
    const end = this.#expectedEnd
    return end !== undefined && this.#position + chunk.length > end
  }

  get #isWhole(): boolean {
    const end = this.#expectedEnd
    return end === undefined || this.#position === end
  }

  /** Where the bytes have to end, if that was told. */
  get #expectedEnd(): number | undefined {
    return this.range === undefined ? this.#options.size : this.range.end + 1
  }

  #end(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#options.signal?.removeEventListener('abort', this.#onAbort)
    this.#inflow.destroy()
  }

  #failure(verb: string): UpstreamError {
    return new UpstreamError(`${this.#options.what} ${verb}.`, { code: 'UPSTREAM_BROKE_OFF' })
  }
}

const OVER: IteratorReturnResult<undefined> = { done: true, value: undefined }

function inflowOf(bytes: Readable | Inflow): Inflow {
  return bytes instanceof Inflow ? bytes : Inflow.of(bytes)
}

/** How often the rest is asked for without getting much further. */
const MAX_ATTEMPTS = 4

/** Bytes after which a connection counts as having worked. */
const PROGRESS = 1024 * 1024

/** Milliseconds; doubled for each further attempt. */
const FIRST_DELAY = 100

/** Another version, or none any more: asking again would give bytes that do not belong to those that were sent. */
function isFinal(error: unknown): boolean {
  return error instanceof DownloadError && !(error instanceof UpstreamError)
}
