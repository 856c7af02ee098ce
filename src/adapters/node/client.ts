import type { ReplyTarget } from './target.js'

/** The one who waits for a reply: tells when more can be sent, and when nobody waits any more. */
export class Client {
  readonly #target: ReplyTarget
  #hasLeft = false
  #wake: (() => void) | undefined
  readonly #leave: () => void

  constructor(target: ReplyTarget, onGone: () => void) {
    this.#target = target
    const wake = () => this.#wake?.()
    this.#leave = target.watch(wake, () => {
      this.#hasLeft = true
      onGone()
      wake()
    })
    if (this.isGone) onGone()
  }

  /** Also asks the target: a stream of HTTP/2 takes nothing more some time before it says that it is closed. */
  get isGone(): boolean {
    return this.#hasLeft || this.#target.isGone
  }

  /** Waits until more can be written or the client has gone. */
  drain(): Promise<void> {
    if (this.isGone) return Promise.resolve()
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  /** Ends the watch. */
  leave(): void {
    this.#leave()
  }
}
