import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listen, type RunningServer } from '../adapters/servers.js'

/** What carries HTTP/1: a plain connection, TLS with a certificate of its own, or a socket in the file system. */
export const transports = { tcp: listen, tls: listenTls, unix: listenUnix }

async function listenTls(listener: RequestListener): Promise<RunningServer> {
  const pem = selfSigned()
  const server = createTlsServer({ key: pem, cert: pem }, listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { origin: `https://127.0.0.1:${port}`, close: () => stop(server) }
}

async function listenUnix(listener: RequestListener): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'downloadview-socket-'))
  const path = join(folder, 'socket')
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(path, resolve))
  return {
    origin: `unix:${path}`,
    async close() {
      await stop(server)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A key, and a certificate that nobody else has signed, in one text. */
function selfSigned(): string {
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc']
  const args = ['req', '-x509', ...kind, '-days', '2', '-subj', '/CN=localhost', '-keyout', '-']
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

async function stop(server: Pick<Server, 'close' | 'closeAllConnections'>): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
