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
export async function* chunksOf(content: Content, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  if (isWhole(content) && !(content instanceof Blob)) {
    signal?.throwIfAborted()
    yield toBytes(content)
  } else {
    yield* encoded(piecesOf(content instanceof Blob ? content.stream() : content, signal))
  }
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

async function* piecesOf(content: StreamedContent, signal?: AbortSignal): AsyncGenerator<unknown, void, undefined> {
  if (signal?.aborted) discard(content)
  signal?.throwIfAborted()
  const source = sourceOf(content)
  let interrupt: (reason: unknown) => void = ignore
  let isWaiting = false
  const onAbort = () => {
    interrupt(signal?.reason)
    source.letGo()
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    for (;;) {
      signal?.throwIfAborted()
      isWaiting = true
      const { done, value } = await new Promise<IteratorResult<unknown>>((resolve, reject) => {
        interrupt = reject
        source.next().then(resolve, reject)
      })
      if (done) return
      isWaiting = false
      signal?.throwIfAborted()
      yield value
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    // A source that has ended or failed by itself has let go already.
    if (!isWaiting) source.letGo()
  }
}

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
    next: async () => pieces.next(),
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

async function* encoded(pieces: AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void, undefined> {
  let half = ''
  for await (const piece of pieces) {
    if (typeof piece === 'string') {
      // A piece may end between the two halves of one character.
      const text = half + piece
      half = HIGH_SURROGATE_AT_END.exec(text)?.[0] ?? ''
      yield Buffer.from(text.slice(0, text.length - half.length))
    } else if (piece instanceof Uint8Array) {
      if (half !== '') yield Buffer.from(half)
      half = ''
      yield piece
    } else {
      throw new BodyError(`Content must come as strings or Uint8Array, got ${typeof piece}.`)
    }
  }
  if (half !== '') yield Buffer.from(half)
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
