import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Only this machine: the demo lets anybody be Alice. */
const HOST = '127.0.0.1'

/** Starts to listen. Throws with what to do when the port cannot be had. */
export async function listen(server: Server, port: number): Promise<void> {
  try {
    server.listen(port, HOST)
    await once(server, 'listening')
  } catch (error) {
    throw new Error(reasonOf(error, port), { cause: error })
  }
}

/** Makes sure that a port is free for another program; for 0, finds one that is. */
export async function findPort(port: number): Promise<number> {
  const server = createServer()
  await listen(server, port)
  const found = (server.address() as AddressInfo).port
  await stop(server)
  return found
}

/** Where a server listens, as a link. */
export function addressOf(server: Server): string {
  return `http://${HOST}:${(server.address() as AddressInfo).port}/`
}

/** Stops a server. Downloads that are under way get a moment to end. */
export async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  const patience = setTimeout(() => server.closeAllConnections(), PATIENCE)
  await closed
  clearTimeout(patience)
}

/** Milliseconds. */
const PATIENCE = 1000

function reasonOf(error: unknown, port: number): string {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EADDRINUSE') {
    return `port ${port} is taken, maybe by another demo. Stop that, or choose another port: PORT=8001 npm run demo`
  }
  if (code === 'EACCES') return `port ${port} may not be used. Choose one above 1023: PORT=8001 npm run demo`
  return `cannot listen on port ${port}: ${(error as Error).message}`
}
