import { ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

/** The request's socket: while a pipelined response waits for its turn, it has none of its own. */
export function breakSocket(res: ServerResponse, hasLength: boolean): void {
  const { socket } = res.req
  // Without a length and without chunks, the body ends where the connection does: only a reset tells that it did not.
  if (!res.chunkedEncoding && !hasLength) reset(carrierOf(socket))
  socket.destroy()
}

/**
 * Breaks off a response that another server than ours sends, if nothing else would tell that it is not whole. Such
 * servers end the connection in good order.
 */
export function breakUnframed(res: unknown): void {
  if (!(res instanceof ServerResponse) || !res.headersSent || res.writableEnded) return
  // Not documented, but what was given to `writeHead()` is nowhere else. A Node without it would only reset more than it must.
  const { _contentLength: length } = res as { _contentLength?: unknown }
  if (!res.chunkedEncoding && typeof length !== 'number') breakSocket(res, false)
}

/**
 * The socket that the bytes travel by. TLS has one below its own, which ends every body in good order (`close_notify`)
 * however it is destroyed.
 */
function carrierOf(socket: Socket): Socket {
  // Not documented, but there is no other way to it. A Node without it would only lose the reset.
  const { _parent: below } = socket as { _parent?: unknown }
  return socket instanceof TLSSocket && below instanceof Socket ? below : socket
}

function reset(socket: Socket): void {
  // The system resets none whose end is on its way already, and Node would then keep its descriptor for ever.
  if (socket.writableEnded) return void socket.destroy()
  try {
    socket.resetAndDestroy()
  } catch {
    // A Unix socket knows no reset, and an error here would end the process.
    socket.destroy()
  }
}
