import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { toFetchHandler } from '../../../src/adapters/fetch/index.js'
import { DownloadError } from '../../../src/errors.js'
import { HttpDownloadView } from '../../../src/views/http.js'
import { ATTACKED, NAMES, type Seen } from './attacked.js'
import { startNameServer } from './names.js'

/**
 * Runs in a network of its own, in which all addresses are this machine's, those of the internet too: a server listens on
 * each of them, and tells which one was connected to. Prints what came of every address that a view was given.
 */
const connected: string[] = []
const server = createServer(serve).on('connection', ({ localAddress = '' }) => connected.push(localAddress))
await new Promise<void>((resolve) => server.listen(80, '::', resolve))
const names = await startNameServer(NAMES)

for (const url of ATTACKED) {
  connected.length = 0
  console.log(JSON.stringify(await ask(url)))
}
server.closeAllConnections()
server.close()
names.close()

/** `/redirect/302/<address>` sends there; everything else is a file that tells where it was. */
function serve({ url = '', socket }: IncomingMessage, res: ServerResponse): void {
  const [, status, location = ''] = /^\/redirect\/(\d+)\/(.*)$/s.exec(url) ?? []
  const headers = { Connection: 'close', 'Content-Type': 'text/plain' }
  if (status === undefined) res.writeHead(200, headers).end(`from ${socket.localAddress}`)
  else res.writeHead(Number(status), { ...headers, Location: rawUtf8(decodeURIComponent(location)) }).end()
}

/** As some servers write it: bytes of UTF-8, one for each character. */
function rawUtf8(text: string): string {
  return Buffer.from(text).toString('latin1')
}

async function ask(url: string): Promise<Seen> {
  let fault: unknown
  const handler = toFetchHandler(HttpDownloadView.asView({ url }), { onError: (error) => (fault = error) })
  const reply = await handler(new Request('http://localhost/'))
  const body = await reply.text()
  const code = fault instanceof DownloadError ? fault.code : undefined
  return { url, status: reply.status, body, code, connected: [...new Set(connected)] }
}
