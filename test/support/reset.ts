import type { Socket } from 'node:net'

/**
 * Ends a connection by a reset (RST), and in order where its end is on its way already.
 *
 * The system refuses to reset such a one (EINVAL). Node then takes it for closed, keeps its descriptor for ever, and waits
 * for it without end when the process wants to exit.
 */
export function resetSocket(socket: Socket | null | undefined): void {
  if (socket?.writableEnded) socket.destroy()
  else socket?.resetAndDestroy()
}
