import type { Socket } from 'node:net'

/**
 * Calls back when a socket closes, with one listener per socket however many requests wait on it: pipelined requests
 * would soon be more than an emitter takes without a warning. Gives back what ends the waiting.
 */
export function onSocketClose(socket: Socket, callback: () => void): () => void {
  const callbacks = waiting.get(socket) ?? listen(socket)
  callbacks.add(callback)
  return () => callbacks.delete(callback)
}

const waiting = new WeakMap<Socket, Set<() => void>>()

function listen(socket: Socket): Set<() => void> {
  const callbacks = new Set<() => void>()
  waiting.set(socket, callbacks)
  // What stands for a socket on platforms of functions tells nothing, and its client does not leave.
  if (typeof socket.once !== 'function') return callbacks
  socket.once('close', () => {
    for (const callback of callbacks) callback()
  })
  return callbacks
}
