import type { Dispatcher } from 'undici'
import { Inflow } from '../../storages/inflow.js'
import { startTimer } from '../../storages/time-limit.js'
import { connectionError, timeoutError } from '../../storages/upstream.js'

/** What one server is asked, and how long that may take. */
export interface ExchangeOptions {
  readonly dispatcher: Dispatcher
  readonly request: Dispatcher.DispatchOptions
  /** Who is asked, for the messages of errors. */
  readonly what: string
  /** Milliseconds until the headers of the answer; `0` waits for ever. */
  readonly timeout: number
  /** Ends the waiting for an answer. */
  readonly signal: AbortSignal | undefined
}

/** The answer of one server, as it came. */
export interface RawAnswer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: Inflow
}

/** Asks one server, once more where a kept connection was closed in the very moment in which it was used again. */
export function exchange(options: ExchangeOptions): Promise<RawAnswer> {
  options.signal?.throwIfAborted()
  return new Promise((resolve, reject) => new Exchange(options, resolve, reject).ask())
}

/**
 * One request and its answer.
 *
 * It stands where `undici.request()` has a handler of its own, whose stream for each body, promise and signal cost more
 * than the bytes of a small file.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #options: ExchangeOptions
  readonly #resolve: (answer: RawAnswer) => void
  readonly #reject: (error: unknown) => void
  readonly #timer: NodeJS.Timeout | undefined
  readonly #onAbort = () => this.#giveUp(this.#options.signal?.reason)
  #abort: ((error?: Error) => void) | undefined
  #resume: (() => void) | undefined
  #inflow: Inflow | undefined
  #isPaused = false
  #isAskedAgain = false
  /** Why nobody waits any more. */
  #reason: { readonly error: unknown } | undefined

  constructor(options: ExchangeOptions, resolve: (answer: RawAnswer) => void, reject: (error: unknown) => void) {
    this.#options = options
    this.#resolve = resolve
    this.#reject = reject
    this.#timer = startTimer(() => this.#giveUp(timeoutError(options.what)), options.timeout)
    options.signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  ask(): void {
    this.#options.dispatcher.dispatch(this.#options.request, this)
  }

  onConnect(abort: (error?: Error) => void): void {
    if (this.#reason === undefined) this.#abort = abort
    else abort()
  }

  onHeaders(status: number, headers: Buffer[], resume: () => void): boolean {
    // There may be any number of answers before the answer.
    if (status < 200) return true
    this.#settle()
    this.#resume = resume
    this.#inflow = new Inflow(this)
    this.#resolve({ status, headers: readable(headers), body: this.#inflow })
    return true
  }

  onData(chunk: Buffer): boolean {
    this.#inflow?.push(chunk)
    return !this.#isPaused
  }

  onComplete(): void {
    this.#inflow?.end()
  }

  onError(error: Error): void {
    if (this.#inflow !== undefined) this.#inflow.fail(error)
    else if (this.#reason === undefined) this.#fail(error)
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    this.#resume?.()
  }

  destroy(error?: Error): void {
    this.#abort?.(error)
  }

  #fail(error: Error): void {
    if (CLOSED_WHEN_USED.has((error as { code?: unknown }).code) && !this.#isAskedAgain) {
      this.#isAskedAgain = true
      this.ask()
    } else {
      this.#settle()
      this.#reject(connectionError(this.#options.what, error))
    }
  }

  /** At once, also while there is no connection yet that could be ended. */
  #giveUp(error: unknown): void {
    this.#reason = { error }
    this.#settle()
    this.#reject(error)
    this.#abort?.()
  }

  #settle(): void {
    clearTimeout(this.#timer)
    this.#options.signal?.removeEventListener('abort', this.#onAbort)
  }
}

const CLOSED_WHEN_USED: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

/** Not a HeaderMap: what others send need not be fit for sending on. */
function readable(raw: readonly Buffer[]): RawAnswer['headers'] {
  const fields = new Map<string, string>()
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = String(raw[index]).toLowerCase()
    const value = (raw[index + 1] as Buffer).toString('latin1')
    const present = fields.get(name)
    fields.set(name, present === undefined ? value : `${present},${value}`)
  }
  return { get: (name) => fields.get(name.toLowerCase()) ?? null }
}
