import type { HeaderMap } from '../../headers/header-map.js'
import type { Followed } from '../followed.js'
import type { NativeSender } from './native/sender.js'
import type { ReplyTarget, SentListener } from './target.js'

/** Notes what is given to a target, and what its connection takes of that. */
export class FollowedTarget implements ReplyTarget {
  readonly #target: ReplyTarget
  readonly #followed: Followed
  #unwatch: (() => void) | undefined
  /** Whether the target calls back for each write. */
  #callsBack = false
  /** Bytes that wait for a `drain`, where it does not. */
  #undrained = 0
  #isEnding = false

  constructor(target: ReplyTarget, followed: Followed) {
    this.#target = target
    this.#followed = followed
  }

  get headersSent(): boolean {
    return this.#target.headersSent
  }

  get isGone(): boolean {
    return this.#target.isGone
  }

  get isBroken(): boolean {
    return this.#target.isBroken
  }

  get tellsWhenSent(): boolean {
    return this.#target.tellsWhenSent && !this.#followed.isPaced
  }

  get maxWrite(): number {
    return this.#target.maxWrite
  }

  get takesFiles(): boolean {
    return this.#target.takesFiles && !this.#followed.isPaced
  }

  writeHead(status: number, headers: HeaderMap): void {
    // What wraps the writes of a response keeps bytes for a while, and often forgets to call back.
    this.#callsBack = this.#target.tellsWhenSent || Number.isFinite(this.#target.maxWrite)
    this.#target.writeHead(status, headers)
    this.#followed.begins(status, headers, () => this.#target.breakOff())
    this.#unwatch = this.#target.watch(
      () => this.#drained(),
      () => this.#gone(),
    )
  }

  write(bytes: Uint8Array, onSent?: SentListener): boolean {
    const { length } = bytes
    this.#followed.gives(length)
    if (this.#callsBack) {
      return this.#target.write(bytes, (error) => {
        if (!error && !this.isBroken) this.#followed.takes(length)
        onSent?.()
      })
    }
    const isTaken = this.#target.write(bytes, onSent)
    this.#undrained += length
    if (isTaken) this.#drained()
    return isTaken
  }

  end(bytes?: Uint8Array, onSent?: SentListener): void {
    this.#isEnding = true
    // By itself: the end of a response does not say whether its last bytes got away.
    if (bytes !== undefined && bytes.length > 0) this.write(bytes, onSent)
    this.#target.end(undefined, () => {
      this.#drained()
      this.#settle()
    })
    if (bytes === undefined || bytes.length === 0) onSent?.()
  }

  fileSender(): NativeSender | undefined {
    return this.#target.fileSender()
  }

  breakOff(): void {
    this.#target.breakOff()
  }

  watch(onDrain: () => void, onGone: () => void): () => void {
    return this.#target.watch(onDrain, onGone)
  }

  /** Tells that nothing more comes. What was ended may still be on its way. */
  leave(): void {
    if (!this.#isEnding) this.#leaves()
  }

  #drained(): void {
    if (this.#undrained > 0) this.#followed.takes(this.#undrained)
    this.#undrained = 0
  }

  #gone(): void {
    // Where nobody calls back, the end of a response and that of its client look the same.
    if (!this.#callsBack && this.#isEnding) this.#drained()
    if (this.#isEnding) this.#settle()
    else this.#leaves()
  }

  #leaves(): void {
    this.#unwatch?.()
    this.#followed.leaves()
  }

  #settle(): void {
    this.#unwatch?.()
    this.#followed.ends()
  }
}
