import { createServer } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo, Server as NetServer } from 'node:net'
import { toHttp2StreamHandler, toNodeHandler } from '../../../src/adapters/node/index.js'
import type { DownloadError } from '../../../src/errors.js'
import { HttpClient } from '../../../src/files/http/client.js'
import { VirtualFile } from '../../../src/files/virtual.js'
import type { DownloadHandler } from '../../../src/handler.js'
import { XAccelRedirectMiddleware } from '../../../src/middleware/nginx/index.js'
import { configureOpenFileCache } from '../../../src/storages/disk/open-files.js'
import { FileSystemStorage } from '../../../src/storages/file-system.js'
import { MemoryStorage } from '../../../src/storages/memory.js'
import { HttpDownloadView } from '../../../src/views/http.js'
import { PathDownloadView } from '../../../src/views/path.js'
import { StorageDownloadView } from '../../../src/views/storage.js'
import { VirtualDownloadView } from '../../../src/views/virtual.js'
import { freshContent } from '../content.js'
import type { Command, Ports, Told } from '../server.js'
import { measureProcess } from './measuring.js'

// The server of the soak, with one view of each kind. Its argument is the folder of its files; it is told what to do, and
// tells what went wrong, by messages.

const [, , root = ''] = process.argv
configureOpenFileCache({ inactive: 1000, sendfile: process.env['DOWNLOADVIEW_NATIVE'] !== '0' })
const storage = new FileSystemStorage({ root })
const memory = new MemoryStorage()
const client = new HttpClient({ allowedHosts: ['127.0.0.1'], headersTimeout: 3000, idleTimeout: 3000 })
let origin = 'http://127.0.0.1:1'

class RemoteView extends HttpDownloadView<{ path: string }> {
  override client = client
  override getUrl(): string {
    return `${origin}/${this.params.path}`
  }
}

class MadeView extends VirtualDownloadView<{ name: string; number: string; size: string; end: string }> {
  override getFile(): VirtualFile {
    const { name, number, size, end } = this.params
    return new VirtualFile(() => piecesOf(freshContent(name, Number(number), Number(size)), end === 'broken'), { name })
  }
}

async function* piecesOf(content: Buffer, breaks: boolean): AsyncGenerator<Buffer, void, undefined> {
  for (let at = 0; at < content.length; at += PIECE) {
    // A copy: the content is used again.
    yield Buffer.from(content.subarray(at, at + PIECE))
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (breaks) throw new BrokenOnPurpose('The generator broke.')
}

class BrokenOnPurpose extends Error {
  readonly code = 'ON_PURPOSE'
}

const PIECE = 20_000

const tell = (told: Told) => void process.send?.(told)
const onError = (error: unknown, { url }: { readonly url: string }) => {
  const { code = 'none' } = error as DownloadError
  tell({ kind: 'fault', fault: `${url.split('/')[1]} ${code}` })
}

const handOver = new XAccelRedirectMiddleware({ sourceDir: root, destinationUrl: '/internal/' })
// biome-ignore lint/suspicious/noExplicitAny: views with other parameters share a list
const VIEWS: readonly (readonly [route: string, view: DownloadHandler<any>])[] = [
  ['/files/*path', StorageDownloadView.asView({ storage })],
  ['/paths/*path', PathDownloadView.asView({ root })],
  ['/memory/*path', StorageDownloadView.asView({ storage: memory })],
  ['/remote/*path', RemoteView.asView()],
  ['/made/:name/:number/:size/:end', MadeView.asView()],
  ['/proxied/*path', handOver.wrap(StorageDownloadView.asView({ storage }))],
]
const prefixes = VIEWS.map(([route]) => route.slice(0, route.indexOf('/', 1) + 1))
const viewAt = (path = '') => prefixes.findIndex((prefix) => path.startsWith(prefix))
const handlers = VIEWS.map(([route, view]) => toNodeHandler(view, { route, onError }))
const streamHandlers = VIEWS.map(([route, view]) => toHttp2StreamHandler(view, { route, onError }))

const http = createServer((req, res) => {
  const handler = handlers[viewAt(req.url)]
  if (handler === undefined) res.writeHead(404).end()
  else handler(req, res)
})
// A client that was kept waiting by a busy computer must not lose its connection for that.
http.keepAliveTimeout = 120_000
const compat = createHttp2Server((req, res) => {
  const handler = handlers[viewAt(req.url)]
  if (handler === undefined) res.writeHead(404).end()
  else handler(req, res)
})
const streams = createHttp2Server()
streams.on('stream', (stream, headers) => {
  const handler = streamHandlers[viewAt(headers[':path'])]
  if (handler !== undefined) return handler(stream, headers)
  stream.on('error', () => undefined)
  if (!stream.destroyed) stream.respond({ ':status': 404 }, { endStream: true })
})

process.on('message', (command: Command) => void obey(command))
// Nobody else would end it when the soak was killed.
process.on('disconnect', () => process.exit())

const ports: Ports = { http: await listen(http), compat: await listen(compat), streams: await listen(streams) }
tell({ kind: 'ready', ports })

async function obey(command: Command): Promise<void> {
  const { id } = command
  if (command.do === 'save') await memory.save(command.key, freshContent(command.name, command.number, command.size))
  else if (command.do === 'delete') await memory.delete(command.key)
  else if (command.do === 'origin') origin = command.origin
  else if (command.do === 'measure')
    return tell({ kind: 'done', id, measure: await measureProcess([http, compat, streams]) })
  else if (command.do === 'idle') http.closeIdleConnections()
  tell({ kind: 'done', id })
}

function listen(server: NetServer): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}
