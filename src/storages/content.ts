import { Readable } from 'node:stream'
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
 * When the signal aborts, a stream that is still waiting for its next piece is destroyed at once: ending the iteration
 * alone would wait for a piece that may never come.
 */
export async function* chunksOf(content: Content, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  if (isWhole(content) && !(content instanceof Blob)) {
    yield toBytes(content)
    return
  }
  if (content instanceof Blob || content instanceof ReadableStream) {
    yield* encoded(piecesOf(content instanceof Blob ? content.stream() : content, signal))
    return
  }
  const letGo = () => discard(content)
  if (signal?.aborted) letGo()
  signal?.addEventListener('abort', letGo, { once: true })
  try {
    yield* encoded(content)
  } finally {
    signal?.removeEventListener('abort', letGo)
  }
}

/** Lets go of a stream that nobody will read. */
export function discard(content: Content): void {
  if (content instanceof Readable) content.destroy()
  else if (content instanceof ReadableStream && !content.locked) content.cancel().catch(ignore)
  else if (isGenerator(content)) Promise.resolve(content.return?.(undefined)).catch(ignore)
}

/** Reads a web stream by a reader of our own: a stream that is being iterated is locked, and cannot be cancelled. */
async function* piecesOf<T>(stream: ReadableStream<T>, signal?: AbortSignal): AsyncGenerator<T, void, undefined> {
  const reader = stream.getReader()
  const letGo = () => void reader.cancel().catch(ignore)
  signal?.addEventListener('abort', letGo, { once: true })
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      signal?.throwIfAborted()
      yield next.value
    }
  } finally {
    signal?.removeEventListener('abort', letGo)
    letGo()
  }
}

async function* encoded(pieces: AsyncIterable<Piece> | Iterable<Piece>): AsyncGenerator<Uint8Array, void, undefined> {
  let half = ''
  for await (const piece of pieces) {
    if (piece instanceof Uint8Array) {
      yield piece
      continue
    }
    if (typeof piece !== 'string')
      throw new BodyError(`Content must come as strings or Uint8Array, got ${typeof piece}.`)
    // A piece may end between the two halves of one character.
    const text = half + piece
    half = HIGH_SURROGATE_AT_END.exec(text)?.[0] ?? ''
    yield Buffer.from(text.slice(0, text.length - half.length))
  }
  if (half !== '') yield Buffer.from(half)
}

const HIGH_SURROGATE_AT_END = /[\uD800-\uDBFF]$/

function isGenerator(content: unknown): content is Partial<Pick<AsyncGenerator, 'return'>> {
  return typeof content === 'object' && content !== null && 'return' in content
}

function ignore(): void {}
