import type { ReplyTarget } from './target.js'

/** The one who waits for a reply: tells when more can be sent, and when nobody waits any more. */
export class Client {
  readonly #target: ReplyTarget
  #controller: AbortController | undefined
  #hasLeft = false
  #wake: (() => void) | undefined
  #unwatch: (() => void) | undefined

  constructor(target: ReplyTarget) {
    this.#target = target
  }

  /** Aborts when the client has gone. Only made, and the client watched, when somebody asks for it. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      this.watch()
    }
    return this.#controller.signal
  }

  /** Also asks the target: a stream of HTTP/2 takes nothing more some time before it says that it is closed. */
  get isGone(): boolean {
    return this.#hasLeft || this.#target.isGone
  }

  /** Begins to listen for the client's leaving. Most replies are over before anybody would hear of it. */
  watch(): void {
    this.#unwatch ??= this.#target.watch(
      () => this.wake(),
      () => {
        this.#hasLeft = true
        this.#controller?.abort()
        this.wake()
      },
    )
    if (this.isGone) this.#controller?.abort()
  }

  /** Ends the waiting: what was written has been taken. */
  wake(): void {
    this.#wake?.()
  }

  /** Waits until more can be written or the client has gone. */
  drain(): Promise<void> {
    this.watch()
    if (this.isGone) return Promise.resolve()
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  /** Ends the watch. */
  leave(): void {
    this.#unwatch?.()
  }
}
