import type { Readable } from 'node:stream'
import { BodyError } from '../errors.js'

/** Anything that holds bytes, or text, which becomes UTF-8. */
export type Content = WholeContent | StreamedContent

/** Content that is there as a whole, so that its size is known and any part of it can be read. */
export type WholeContent = string | Uint8Array | ArrayBuffer | Blob

/** Content that comes in pieces, once: a web or Node stream, a generator, any iterable. */
export type StreamedContent = ReadableStream<Uint8Array | string> | AsyncIterable<Piece> | Iterable<Piece>

/** A piece of streamed content. */
export type Piece = string | Uint8Array

export function isWhole(content: Content): content is WholeContent {
  return (
    typeof content === 'string' ||
    content instanceof Uint8Array ||
    content instanceof ArrayBuffer ||
    content instanceof Blob
  )
}

/** Turns whole content into bytes, or leaves it the Blob that it is. */
export function toBytes(content: Exclude<WholeContent, Blob>): Uint8Array {
  if (typeof content === 'string') return Buffer.from(content)
  return content instanceof Uint8Array ? content : new Uint8Array(content)
}

/**
 * Reads any content as bytes, one piece at a time and never ahead.
 *
 * When the signal aborts, this fails with its reason and a stream is let go of at once, even one that is waiting for a
 * piece that may never come.
 */
export function chunksOf(content: Content, signal?: AbortSignal): Chunks {
  if (content instanceof Blob) return new StreamedChunks(content.stream(), signal)
  return new StreamedChunks(isWhole(content) ? [toBytes(content)] : content, signal)
}

/** Lets go of a stream that nobody will read. */
export function discard(content: Content): void {
  expectErrors(content)
  if (isNodeStream(content)) content.destroy()
  else if (content instanceof ReadableStream && !content.locked) content.cancel().catch(ignore)
  else if (isGenerator(content)) end(content)
}

/**
 * Keeps a stream that fails before anyone reads it, or after, from ending the process, as an error without a listener
 * does. Reading meets the error again.
 */
export function expectErrors(content: Content): void {
  if (isNodeStream(content)) content.on('error', ignore)
}

/** Streamed content as bytes. By hand: a generator around a source costs several promises for each of its pieces. */
class StreamedChunks implements Chunks {
  readonly #content: StreamedContent
  readonly #signal: AbortSignal | undefined
  readonly #onAbort = () => this.#leave()
  #source: Source | undefined
  /** The first half of a character, whose second half comes with the next piece. */
  #half = ''
  #isOver = false
  #interrupt: (reason: unknown) => void = ignore

  constructor(content: StreamedContent, signal: AbortSignal | undefined) {
    this.#content = content
    this.#signal = signal
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    return new Promise((resolve, reject) => {
      if (this.#isOver) return this.#signal?.aborted ? reject(this.#signal.reason) : resolve(OVER)
      const source = this.#begun()
      this.#interrupt = reject
      const take = (result: IteratorResult<unknown>) => {
        // What comes after the abort, nobody waits for.
        if (!this.#isOver) resolve(this.#chunk(result))
      }
      const fail = (error: unknown) => {
        this.#end()
        reject(error)
      }
      source.next().then(take).catch(fail)
    })
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#isOver) return OVER
    this.#end()
    this.#source?.letGo()
    return OVER
  }

  /** The source, which is not touched before it is read. */
  #begun(): Source {
    if (this.#source !== undefined) return this.#source
    if (this.#signal?.aborted) discard(this.#content)
    this.#signal?.throwIfAborted()
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true })
    this.#source = sourceOf(this.#content)
    return this.#source
  }

  #chunk({ done, value }: IteratorResult<unknown>): IteratorResult<Uint8Array, undefined> {
    const half = this.#half
    if (done) {
      this.#end()
      this.#half = ''
      return half === '' ? OVER : { done: false, value: Buffer.from(half) }
    }
    if (typeof value === 'string') {
      const text = half + value
      this.#half = HIGH_SURROGATE_AT_END.exec(text)?.[0] ?? ''
      return { done: false, value: Buffer.from(text.slice(0, text.length - this.#half.length)) }
    }
    if (value instanceof Uint8Array) {
      this.#half = ''
      return { done: false, value: half === '' ? value : Buffer.concat([Buffer.from(half), value]) }
    }
    this.#source?.letGo()
    throw new BodyError(`Content must come as strings or Uint8Array, got ${typeof value}.`)
  }

  #leave(): void {
    this.#end()
    this.#interrupt(this.#signal?.reason)
    this.#source?.letGo()
  }

  #end(): void {
    this.#isOver = true
    this.#signal?.removeEventListener('abort', this.#onAbort)
  }
}

/** Pieces of content, to be read once. */
export interface Chunks extends AsyncIterableIterator<Uint8Array> {
  return(): Promise<IteratorResult<Uint8Array, undefined>>
}

const OVER: IteratorReturnResult<undefined> = { done: true, value: undefined }

interface Source {
  next(): Promise<IteratorResult<unknown>>
  letGo(): void
}

function sourceOf(content: StreamedContent): Source {
  if (content instanceof ReadableStream) {
    // By a reader of our own: a stream that is being iterated is locked, and cannot be cancelled.
    const reader = content.getReader()
    return { next: () => reader.read(), letGo: () => void reader.cancel().catch(ignore) }
  }
  const pieces = iteratorOf(content)
  return {
    next() {
      const next = pieces.next()
      return next instanceof Promise ? next : Promise.resolve(next)
    },
    letGo() {
      discard(content)
      end(pieces)
    },
  }
}

function iteratorOf(content: AsyncIterable<unknown> | Iterable<unknown>): Iterator<unknown> | AsyncIterator<unknown> {
  if (typeof content === 'object' && content !== null) {
    if (Symbol.asyncIterator in content) return content[Symbol.asyncIterator]()
    if (Symbol.iterator in content) return content[Symbol.iterator]()
  }
  throw new BodyError(`Content must be text, bytes, a Blob, a stream or a generator, got ${typeof content}.`)
}

const HIGH_SURROGATE_AT_END = /[\uD800-\uDBFF]$/

/** Not `instanceof`: the streams of the package "readable-stream" are as good. */
function isNodeStream(content: unknown): content is Pick<Readable, 'on' | 'destroy'> {
  return isObject(content) && typeof content['on'] === 'function' && typeof content['destroy'] === 'function'
}

function isGenerator(content: unknown): content is { return(): unknown } {
  return isObject(content) && typeof content['return'] === 'function'
}

function isObject(content: unknown): content is Record<string, unknown> {
  return typeof content === 'object' && content !== null
}

/** Ends an iterator; what it fails with then, nobody asked for. */
function end(iterator: { return?(): unknown }): void {
  const work = async () => iterator.return?.()
  work().catch(ignore)
}

function ignore(): void {}
