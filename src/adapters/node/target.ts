import type { HeaderMap } from '../../headers/header-map.js'
import type { NativeSender } from './native/sender.js'

/** Where a reply goes: the few things in which the ways of Node to answer differ. */
export interface ReplyTarget {
  readonly headersSent: boolean
  /** Tells whether the client has gone already. */
  readonly isGone: boolean
  /** Tells whether the connection broke: what it had not taken by then is lost, even if its callback knows of no error. */
  readonly isBroken: boolean
  /** Tells whether `onSent` is called for sure once bytes are sent, or lost, so that their memory can be used again. */
  readonly tellsWhenSent: boolean
  /** Bytes that may be given to {@link write} or {@link end} at once. */
  readonly maxWrite: number
  /** Tells whether {@link fileSender} may give something. */
  readonly takesFiles: boolean
  writeHead(status: number, headers: HeaderMap): void
  /** Takes a piece of the body; `false` asks to wait for `onDrain`. */
  write(bytes: Uint8Array, onSent?: SentListener): boolean
  end(bytes?: Uint8Array, onSent?: SentListener): void
  /** Once the head is written: what sends files past JavaScript, where that can be done. */
  fileSender(): NativeSender | undefined
  /** Ends a body that broke off in a way that the client cannot take for its end. */
  breakOff(): void
  /** Tells when more can be written, and when the client has gone. Gives back what ends the watch. */
  watch(onDrain: () => void, onGone: () => void): () => void
}

/** Called once bytes are sent, or with an error once they are lost. */
export type SentListener = (error?: Error | null) => void
