import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import { BodyError } from '../../errors.js'
import type { HeaderMap } from '../../headers/header-map.js'
import type { ReplyTarget, SentListener } from './target.js'

/** Answers by a stream of `node:http2`. */
export class StreamTarget implements ReplyTarget {
  readonly tellsWhenSent = false
  readonly maxWrite = HTTP2_MAX_WRITE
  readonly takesFiles = false
  /** Of bytes that are lost a callback is told here. */
  readonly isBroken = false
  readonly #stream: ServerHttp2Stream

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream
    stream.on('error', ignore)
  }

  get headersSent(): boolean {
    return this.#stream.headersSent
  }

  get isGone(): boolean {
    return isClosed(this.#stream)
  }

  writeHead(status: number, headers: HeaderMap): void {
    const fields: OutgoingHttpHeaders = { ':status': status }
    for (const [name, value] of headers) {
      if (!CONNECTION_FIELDS.has(name.toLowerCase())) fields[name.toLowerCase()] = value
    }
    this.#stream.respond(fields)
  }

  write(bytes: Uint8Array, onSent?: SentListener): boolean {
    return this.#stream.write(bytes, onSent)
  }

  end(bytes?: Uint8Array, onSent?: SentListener): void {
    this.#stream.end(bytes, onSent)
  }

  fileSender(): undefined {}

  breakOff(): void {
    resetStream(this.#stream)
  }

  watch(onDrain: () => void, onGone: () => void): () => void {
    this.#stream.on('drain', onDrain).on('close', onGone)
    return () => this.#stream.off('drain', onDrain).off('close', onGone)
  }
}

/**
 * Bytes. Node counts what is left of a write to a stream that its client has reset as memory of the session for ever, and
 * soon refuses all other streams: what is written has to be small.
 */
export const HTTP2_MAX_WRITE = 16 * 1024

export function isClosed(stream: ServerHttp2Stream): boolean {
  return stream.destroyed || stream.closed
}

/** Not by `close()`: that ends the body in good order before it resets the stream, and the client takes it for whole. */
export function resetStream(stream: ServerHttp2Stream): void {
  stream.destroy(new BodyError('The body broke off.'))
}

/** Fields about a connection of HTTP/1, which HTTP/2 does not know (RFC 9113, 8.2.2). */
const CONNECTION_FIELDS = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'])

/** The reset of a stream by its client; `close` follows and tells all there is to know. */
function ignore(): void {}
