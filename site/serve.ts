import { createServer } from 'node:http'
import { toNodeHandler } from '../src/adapters/node/index.js'
import { FileSystemStorage, StorageDownloadView } from '../src/index.js'

/** Serves the built site on 127.0.0.1, by the very library that it is about. */
export async function serveSite(root: string, port: number): Promise<void> {
  const pages = StorageDownloadView.asView({
    storage: new FileSystemStorage({ root }),
    index: 'index.html',
    attachment: false,
    cacheControl: 'no-cache',
    // These pages are our own. In the sandbox that pages of others get, nothing could be searched.
    contentSecurityPolicy: false,
  })
  const server = createServer(toNodeHandler(pages, { route: '/{*path}' }))
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  console.log(`documentation: http://127.0.0.1:${port}/ (Ctrl-C ends it)`)
}
