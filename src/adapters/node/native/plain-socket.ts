import { ServerResponse } from 'node:http'
import { Socket } from 'node:net'

/** What a socket has that is not documented. A Node that has it no more sends by JavaScript. */
export interface PlainSocket extends Socket {
  readonly _handle?: { readonly fd?: number; readonly writeQueueSize?: number } | null
  readonly _httpMessage?: unknown
}

/** The socket of a response, if the bytes of a body can go past everything that Node and others do on their way. */
export function plainSocketOf(response: ServerResponse): PlainSocket | undefined {
  // A pipelined response that waits for its turn has no socket yet.
  const socket = response.socket as PlainSocket | null
  const isPlain =
    socket !== null && isOwnTurn(response, socket) && areWritesUnwrapped(response, socket) && isEmpty(response, socket)
  return isPlain ? socket : undefined
}

function isOwnTurn(response: ServerResponse, socket: PlainSocket): boolean {
  return (
    socket._httpMessage === response &&
    response.headersSent &&
    !response.writableEnded &&
    !response.chunkedEncoding &&
    // Node would count the bytes that went through its hands, and find that some are missing.
    !response.strictContentLength
  )
}

/** Compression and others replace the methods of a response, and TLS is a kind of socket. */
function areWritesUnwrapped(response: ServerResponse, socket: PlainSocket): boolean {
  return (
    RESPONSE_METHODS.every(([name, method]) => Reflect.get(response, name) === method) &&
    Object.getPrototypeOf(socket) === Socket.prototype &&
    SOCKET_METHODS.every(([name, method]) => Reflect.get(socket, name) === method)
  )
}

/** Nothing that was written before may still be on its way. */
function isEmpty(response: ServerResponse, socket: PlainSocket): boolean {
  const { fd = -1, writeQueueSize = 0 } = socket._handle ?? {}
  return (
    fd >= 0 &&
    writeQueueSize === 0 &&
    response.writableLength === 0 &&
    response.writableCorked === 0 &&
    socket.writableLength === 0 &&
    socket.writableCorked === 0 &&
    socket.writable
  )
}

/** As they were when this module was loaded: what is put in their place later may look at each byte. */
const RESPONSE_METHODS = methodsOf(ServerResponse.prototype, ['write', 'end', 'flushHeaders', '_send', '_writeRaw'])
const SOCKET_METHODS = methodsOf(Socket.prototype, ['write', 'end', '_write', '_writev', '_writeGeneric'])

function methodsOf(prototype: object, names: readonly string[]): (readonly [name: string, method: unknown])[] {
  return names.map((name) => [name, Reflect.get(prototype, name)])
}
