import type { ReplyTarget } from './target.js'

/** The one who waits for a reply: tells when more can be sent, and when nobody waits any more. */
export class Client {
  isGone: boolean
  #wake: (() => void) | undefined
  readonly #leave: () => void

  constructor(target: ReplyTarget, onGone: () => void) {
    this.isGone = target.isGone
    const wake = () => this.#wake?.()
    this.#leave = target.watch(wake, () => {
      this.isGone = true
      onGone()
      wake()
    })
    if (this.isGone) onGone()
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
