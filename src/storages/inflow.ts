import type { Readable } from 'node:stream'
import { BodyError } from '../errors.js'

/** Where bytes come from: it can be told to wait, to go on, and to stop. */
export interface InflowSource {
  pause(): void
  resume(): void
  destroy(error?: Error): void
}

/**
 * Bytes that come by themselves, kept until they are taken. What is there already is had without a promise, a listener or
 * a timer, which together cost more than the bytes of a small answer.
 */
export class Inflow {
  readonly #source: InflowSource
  readonly #chunks: Uint8Array[] = []
  #size = 0
  #isPaused: boolean
  #end: { readonly error?: unknown } | undefined
  #wake: (() => void) | undefined

  /** One that `isPaused` is told to go on when somebody first waits for bytes. */
  constructor(source: InflowSource, isPaused = false) {
    this.#source = source
    this.#isPaused = isPaused
  }

  /** The bytes of a stream of Node, which is not read before they are wanted. Its errors end no process. */
  static of(stream: Readable): Inflow {
    const inflow = new Inflow(
      sourceOf(stream, (chunk) => inflow.push(chunk)),
      true,
    )
    const close = () => {
      if (!inflow.isOver) inflow.fail(stream.errored ?? new BodyError('The stream was closed before its end.'))
    }
    stream.on('error', (error) => inflow.fail(error)).on('end', () => inflow.end())
    if (stream.closed) close()
    else stream.on('close', close)
    return inflow
  }

  /** Tells whether the source has ended, or failed. There may be bytes left to take. */
  get isOver(): boolean {
    return this.#end !== undefined
  }

  /** The source has bytes. */
  push(chunk: Uint8Array): void {
    if (this.isOver || chunk.length === 0) return
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#size >= MOST_KEPT) this.#pause()
    this.#wake?.()
  }

  /** The source has no more. */
  end(): void {
    this.#end ??= {}
    this.#wake?.()
  }

  /** The source has failed. What came before is still there to be taken. */
  fail(error: unknown): void {
    this.#end ??= { error }
    this.#wake?.()
  }

  /** Takes bytes that are there. */
  take(): Uint8Array | undefined {
    const chunk = this.#chunks.shift()
    if (chunk === undefined) return undefined
    this.#size -= chunk.length
    return chunk
  }

  /** Waits for bytes and takes them; `undefined` at the end. Throws what the source failed with. */
  async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const chunk = this.take()
      if (chunk !== undefined) return chunk
      if (this.#end !== undefined) {
        if ('error' in this.#end) throw this.#end.error
        return undefined
      }
      // A source that has kept bytes while it waited gives them before this comes back.
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#resume()
      await woken
      this.#wake = undefined
    }
  }

  /** For a loop; whatever ends it lets go of the source. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (let chunk = await this.next(); chunk !== undefined; chunk = await this.next()) yield chunk
    } finally {
      this.destroy()
    }
  }

  /** Stops the source, and drops what came from it. */
  destroy(error?: Error): void {
    this.#chunks.length = 0
    this.#size = 0
    if (this.isOver) return
    this.fail(error ?? new BodyError('The reading was ended.', { code: 'ABORTED' }))
    this.#source.destroy(error)
  }

  #pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    this.#source.pause()
  }

  #resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#source.resume()
  }
}

/** Bytes that are kept for a client that takes none: two reads of a socket, so that one can come while the other goes. */
const MOST_KEPT = 128 * 1024

function sourceOf(stream: Readable, push: (chunk: Uint8Array) => void): InflowSource {
  let hasBegun = false
  return {
    pause: () => void stream.pause(),
    resume() {
      if (hasBegun) stream.resume()
      else stream.on('data', push)
      hasBegun = true
    },
    destroy: (error) => void stream.destroy(error),
  }
}
