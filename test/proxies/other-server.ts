import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toNodeHandler } from '../../src/adapters/node/index.js'
import { MemoryStorage } from '../../src/storages/memory.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { contentOf, HOSTILE_NAMES } from './tree.js'

/** A server that files lie on, and that is no friend of ours: its own headers say things that no client may believe. */
export class OtherServer {
  /** What it was asked, oldest first. */
  readonly asked: Pick<IncomingMessage, 'url' | 'headers'>[] = []
  readonly #storage = new MemoryStorage()
  readonly #server = createServer((req, res) => {
    this.asked.push(req)
    this.#handle(req, res)
  })
  readonly #handle = toNodeHandler(
    StorageDownloadView.asView({
      storage: this.#storage,
      attachment: false,
      mimeType: 'text/html',
      cacheControl: 'public, max-age=99999',
      contentSecurityPolicy: "default-src 'unsafe-inline' *",
      headers: {
        'Access-Control-Allow-Origin': '*',
        Expires: 'Thu, 01 Jan 2099 00:00:00 GMT',
        'Set-Cookie': 'session=stolen; Path=/',
        'X-Accel-Redirect': '/protected/files/big.bin',
        'X-Accel-Limit-Rate': '1',
        'X-Content-Type-Options': 'whatever',
      },
    }),
    { route: '/objects/*path' },
  )

  async start(): Promise<string> {
    for (const name of HOSTILE_NAMES) {
      if (!name.includes('\\')) await this.#storage.save(name, contentOf(name))
    }
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
