import type { ServerResponse } from 'node:http'
import { onSocketClose } from '../../adapters/node/socket-close.js'

/** Calls back once a reply is sent, or its client has gone. */
export function onReplyEnd(response: ServerResponse, callback: () => void): void {
  const { socket } = response.req
  if (response.closed || socket.destroyed) callback()
  else listen(response, callback)
}

function listen(response: ServerResponse, callback: () => void): void {
  const end = () => {
    response.off('close', end)
    leave()
    callback()
  }
  response.on('close', end)
  // A pipelined response that still waits for its turn hears nothing of its socket.
  const leave = onSocketClose(response.req.socket, end)
}
