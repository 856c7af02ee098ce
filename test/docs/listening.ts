import { once } from 'node:events'
import { type RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Serves an example while a test uses it. */
export async function serving(
  app: RequestListener | Server,
  use: (get: (path: string, init?: RequestInit) => Promise<Response>) => Promise<void>,
): Promise<void> {
  const server = app instanceof Server ? app : new Server(app)
  // A server that listens by itself does so on a port that it was told.
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    await use((path, init) => fetch(origin + path, init))
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}
