import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import { BodyError } from '../../errors.js'
import type { HeaderMap } from '../../headers/header-map.js'
import { breakSocket } from './break-socket.js'
import { fieldsOf } from './header-fields.js'
import { nativeAddon } from './native/load.js'
import { NativeSender } from './native/sender.js'
import { onSocketClose } from './socket-close.js'
import { HTTP2_MAX_WRITE, isClosed, resetStream } from './stream-target.js'
import type { ReplyTarget, SentListener } from './target.js'

/** A response of `node:http` or of the compatibility API of `node:http2`. */
export type NodeResponse = ServerResponse<IncomingMessage> | Http2ServerResponse

/**
 * Answers by a response object. What the application has set on it stays, but for what the download says itself.
 *
 * `onBegin` is called right before the reply goes out: a framework learns then that it has nothing to send any more.
 */
export class ResponseTarget implements ReplyTarget {
  readonly #res: NodeResponse
  readonly #onBegin: (() => void) | undefined
  #hasLength = false

  constructor(res: NodeResponse, onBegin?: () => void) {
    this.#res = res
    this.#onBegin = onBegin
  }

  get headersSent(): boolean {
    return this.#res.headersSent
  }

  get isGone(): boolean {
    const res = this.#res
    return res.writableEnded || (isHttp2(res) ? isClosed(res.stream) : res.destroyed || res.req.socket.destroyed)
  }

  get isBroken(): boolean {
    return !isHttp2(this.#res) && this.#res.req.socket.destroyed
  }

  get tellsWhenSent(): boolean {
    return !isHttp2(this.#res) && isDirect(this.#res)
  }

  get maxWrite(): number {
    return isHttp2(this.#res) ? HTTP2_MAX_WRITE : Number.POSITIVE_INFINITY
  }

  get takesFiles(): boolean {
    return !isHttp2(this.#res) && nativeAddon() !== undefined && isDirect(this.#res)
  }

  writeHead(status: number, headers: HeaderMap): void {
    this.#onBegin?.()
    this.#hasLength = headers.has('Content-Length')
    writeHead(this.#response, status, headers)
  }

  write(bytes: Uint8Array, onSent?: SentListener): boolean {
    return this.#response.write(bytes, this.#called(onSent))
  }

  end(bytes?: Uint8Array, onSent?: SentListener): void {
    // A reply of HTTP/2 that has no body ended with its head, and tells of that only once its client has ended, too.
    const hasEnded = isHttp2(this.#res) && this.#res.stream.writableEnded
    this.#response.end(bytes, hasEnded ? undefined : this.#called(onSent))
    if (hasEnded && onSent !== undefined) queueMicrotask(onSent)
  }

  fileSender(): NativeSender | undefined {
    return isHttp2(this.#res) ? undefined : NativeSender.for(this.#res)
  }

  breakOff(): void {
    if (isHttp2(this.#res)) resetStream(this.#res.stream)
    else breakSocket(this.#res, this.#hasLength)
  }

  watch(onDrain: () => void, onGone: () => void): () => void {
    const response = this.#response.on('drain', onDrain).on('close', onGone)
    // A pipelined response that still waits for its turn hears nothing of its socket.
    const leave = isHttp2(this.#res) ? undefined : onSocketClose(this.#res.req.socket, onGone)
    return () => {
      response.off('drain', onDrain).off('close', onGone)
      leave?.()
    }
  }

  /**
   * A response does not call back for bytes that its connection cannot take any more, since it was destroyed or its client
   * has ended it: it drops them, or keeps them for nobody.
   */
  #called(onSent: SentListener | undefined): SentListener | undefined {
    // Bridges to servers of another kind have sockets that do not tell.
    if (isHttp2(this.#res) || this.#res.req.socket.writable !== false) return onSent
    onSent?.(new BodyError('The connection takes no more.'))
    return undefined
  }

  /** The two classes have the same methods, but TypeScript cannot call overloads of a union. */
  get #response(): ServerResponse {
    return this.#res as ServerResponse
  }
}

function isHttp2(res: NodeResponse): res is Http2ServerResponse {
  return 'stream' in res
}

/** Field by field, and not by `writeHead()` alone: what logs a response asks it for its headers later. */
function writeHead(response: ServerResponse, status: number, headers: HeaderMap): void {
  // The length of the body is ours to tell: with two framings, its end would be a matter of opinion.
  // Only what is there: a removed Transfer-Encoding makes Node send no chunks at all.
  const framing = headers.has('Content-Length') ? 'Transfer-Encoding' : 'Content-Length'
  if (response.hasHeader(framing)) response.removeHeader(framing)
  const fields = fieldsOf(response)
  for (const { name, key, value, isDefault } of headers.fields) {
    if (isDefault && response.hasHeader(name)) continue
    if (ADDITIVE.has(key)) response.setHeader(name, [...present(response, name), ...[value].flat()])
    else if (fields === undefined) response.setHeader(name, value)
    else fields[key] = [name, value]
  }
  response.writeHead(status)
}

/**
 * Tells whether bytes go to the socket as they are. Middleware that compresses or counts replaces these methods, or the
 * class, and keeps bytes for a while; and a pipelined response has no socket before its turn.
 */
function isDirect(response: ServerResponse): boolean {
  return response.socket !== null && response.write === WRITE && response.end === END
}

/** As they were when this module was loaded. */
const { write: WRITE, end: END } = ServerResponse.prototype

/** Fields to which a download adds, where others of the application's are already there. */
const ADDITIVE = new Set(['set-cookie', 'vary'])

function present(response: ServerResponse, name: string): string[] {
  const value = response.getHeader(name)
  return value === undefined ? [] : [value].flat().map(String)
}
