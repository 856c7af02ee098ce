import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerResponse, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import { Socket } from 'node:net'
import { BodyError } from '../../errors.js'
import type { HeaderMap } from '../../headers/header-map.js'
import { onSocketClose } from './socket-close.js'

/** Where a reply goes: the few things in which the ways of Node to answer differ. */
export interface ReplyTarget {
  readonly headersSent: boolean
  /** Tells whether the client has gone already. */
  readonly isGone: boolean
  writeHead(status: number, headers: HeaderMap): void
  /** Takes a piece of the body; `false` asks to wait for `onDrain`. */
  write(bytes: Uint8Array): boolean
  end(bytes?: Uint8Array): void
  /** Ends a body that broke off in a way that the client cannot take for its end. */
  breakOff(): void
  /** Tells when more can be written, and when the client has gone. Gives back what ends the watch. */
  watch(onDrain: () => void, onGone: () => void): () => void
}

/** A response of `node:http` or of the compatibility API of `node:http2`. */
export type NodeResponse = ServerResponse<IncomingMessage> | Http2ServerResponse

/** Answers by a response object. What the application has set on it stays, but for what the download says itself. */
export function responseTarget(res: NodeResponse): ReplyTarget {
  // The two classes have the same methods, but TypeScript cannot call overloads of a union.
  const response = res as ServerResponse
  return {
    get headersSent() {
      return response.headersSent
    },
    get isGone() {
      return response.writableEnded || (isHttp2(res) ? isClosed(res.stream) : res.destroyed || res.req.socket.destroyed)
    },
    writeHead(status, headers) {
      // The length of the body is ours to tell: with two framings, its end would be a matter of opinion.
      // Only what is there: a removed Transfer-Encoding makes Node send no chunks at all.
      const framing = headers.has('Content-Length') ? 'Transfer-Encoding' : 'Content-Length'
      if (response.hasHeader(framing)) response.removeHeader(framing)
      for (const [name, value] of headers) {
        if (headers.isDefault(name) && response.hasHeader(name)) continue
        response.setHeader(
          name,
          ADDITIVE.has(name.toLowerCase()) ? [...present(response, name), ...[value].flat()] : value,
        )
      }
      response.writeHead(status)
    },
    write: (bytes) => response.write(bytes),
    end: (bytes) => void response.end(bytes),
    breakOff() {
      if (isHttp2(res)) resetStream(res.stream)
      else breakSocket(res)
    },
    watch(onDrain, onGone) {
      response.on('drain', onDrain).on('close', onGone)
      // A pipelined response that still waits for its turn hears nothing of its socket.
      const leave = isHttp2(res) ? undefined : onSocketClose(res.req.socket, onGone)
      return () => {
        response.off('drain', onDrain).off('close', onGone)
        leave?.()
      }
    },
  }
}

/** Answers by a stream of `node:http2`. */
export function streamTarget(stream: ServerHttp2Stream): ReplyTarget {
  return {
    get headersSent() {
      return stream.headersSent
    },
    get isGone() {
      return isClosed(stream)
    },
    writeHead(status, headers) {
      const fields: OutgoingHttpHeaders = { ':status': status }
      for (const [name, value] of headers) {
        if (!CONNECTION_FIELDS.has(name.toLowerCase())) fields[name.toLowerCase()] = value
      }
      stream.respond(fields)
    },
    write: (bytes) => stream.write(bytes),
    end: (bytes) => void stream.end(bytes),
    breakOff: () => resetStream(stream),
    watch(onDrain, onGone) {
      stream.on('drain', onDrain).on('close', onGone).on('error', ignore)
      return () => stream.off('drain', onDrain).off('close', onGone)
    },
  }
}

/** Fields about a connection of HTTP/1, which HTTP/2 does not know (RFC 9113, 8.2.2). */
const CONNECTION_FIELDS = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'])

/** Fields to which a download adds, where others of the application's are already there. */
const ADDITIVE = new Set(['set-cookie', 'vary'])

function present(response: ServerResponse, name: string): string[] {
  const value = response.getHeader(name)
  return value === undefined ? [] : [value].flat().map(String)
}

function isHttp2(res: NodeResponse): res is Http2ServerResponse {
  return 'stream' in res
}

function isClosed(stream: ServerHttp2Stream): boolean {
  return stream.destroyed || stream.closed
}

/** Not by `close()`: that ends the body in good order before it resets the stream, and the client takes it for whole. */
function resetStream(stream: ServerHttp2Stream): void {
  stream.destroy(new BodyError('The body broke off.'))
}

/** The request's socket: while a pipelined response waits for its turn, it has none of its own. */
function breakSocket(res: ServerResponse): void {
  const { socket } = res.req
  // Without a length and without chunks, the body ends where the connection does: only a reset tells that it did not.
  const endsWithConnection = !res.chunkedEncoding && !res.hasHeader('Content-Length')
  try {
    if (endsWithConnection && socket.constructor === Socket) socket.resetAndDestroy()
  } catch {
    // A Unix socket knows no reset, and an error here would end the process.
  }
  socket.destroy()
}

/** The reset of a stream by its client; `close` follows and tells all there is to know. */
function ignore(): void {}
