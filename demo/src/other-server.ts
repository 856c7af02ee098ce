import { createServer } from 'node:http'
import { HttpClient, MemoryStorage, StorageDownloadView } from 'downloadview'
import { toNodeHandler } from 'downloadview/node'
import { avatarPng } from './seed/pictures.js'
import { addressOf, listen, stop } from './server.js'

/** A server that keeps files which the demo passes on. Like the demo, it needs no network. */
export interface OtherServer {
  /** Its address, with the last slash. */
  readonly url: string
  /** Asks it for files. */
  readonly client: HttpClient
  close(): Promise<void>
}

/** Starts the other server, on a port that is free. */
export async function startOtherServer(): Promise<OtherServer> {
  const storage = new MemoryStorage()
  await storage.save('hello-world.txt', 'Hello world!\n')
  await storage.save('avatar.png', avatarPng())
  const view = StorageDownloadView.asView({ storage, attachment: false })
  const server = createServer(toNodeHandler(view, { route: '/*path' }))
  await listen(server, 0)
  const url = addressOf(server)
  const client = clientOf(url)
  return {
    url,
    client,
    async close() {
      await client.close()
      await stop(server)
    },
  }
}

// #region client
/** It asks this host and no other, which may then be an internal one. */
function clientOf(url: string): HttpClient {
  return new HttpClient({ allowedHosts: [new URL(url).host] })
}
// #endregion
