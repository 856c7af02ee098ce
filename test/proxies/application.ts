import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type NodeHandler, type ParamsOfRoute, toNodeHandler } from '../../src/adapters/node/index.js'
import { PermissionDeniedError } from '../../src/errors.js'
import type { DownloadFile } from '../../src/files/file.js'
import { LocalFile } from '../../src/files/local.js'
import { VirtualFile } from '../../src/files/virtual.js'
import type { DownloadHandler } from '../../src/handler.js'
import type { BaseDownloadMiddleware } from '../../src/middleware/base.js'
import { DownloadResponse, type DownloadResponseOptions } from '../../src/responses/download.js'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { PathDownloadView } from '../../src/views/path.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { VirtualDownloadView } from '../../src/views/virtual.js'
import { HOSTILE_NAMES, type Tree } from './tree.js'

/** The application behind a server, with a record of what it was asked and what it answered. */
export interface Application {
  readonly origin: string
  /** What it was asked, oldest first. */
  readonly exchanges: Exchange[]
  /** Lets the rest of `/generated` come. */
  release(): void
  close(): Promise<void>
}

/** One request that reached the application, and its answer. */
export interface Exchange {
  readonly target: string
  readonly asked: IncomingHttpHeaders
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  /** How many bytes of a body the application itself has sent. */
  readonly bodyLength: number
}

/** What an application needs beside its files. */
export interface ApplicationOptions {
  readonly middleware?: BaseDownloadMiddleware | undefined
  /** Where the files below `/remote/` are. */
  readonly remote?: string | undefined
}

/** The headers that `/headers/plain.txt` has of its own. */
export const OWN_HEADERS = {
  'Access-Control-Allow-Origin': 'https://app.example',
  'Access-Control-Allow-Credentials': 'true',
  'Access-Control-Expose-Headers': 'Content-Disposition, ETag',
  'Content-Language': 'en-GB',
  'Cross-Origin-Resource-Policy': 'same-site',
  Link: '<https://app.example/licence>; rel="license"',
  'Referrer-Policy': 'no-referrer',
  'Repr-Digest': 'sha-256=:AAAA:',
  'Strict-Transport-Security': 'max-age=99',
  Vary: 'Cookie, Origin',
  'X-Frame-Options': 'DENY',
  'X-Own': 'a header of which no server knows',
  'X-Robots-Tag': 'noindex',
} as const
export const OWN_CACHE_CONTROL = 'private, max-age=7, must-revalidate'
export const OWN_POLICY = "default-src 'self'; report-uri /csp?a=1,2"
export const OWN_EXPIRES = 'Thu, 01 Jan 2099 00:00:00 GMT'

/** Starts the application. */
export async function startApplication(tree: Tree, options: ApplicationOptions = {}): Promise<Application> {
  const exchanges: Exchange[] = []
  const gate = new Gate()
  const handlers = routes(tree, gate, options)
  const server = createServer((req, res) => {
    if (req.url === '/up') return void res.writeHead(204).end()
    exchanges.push(record(req.url ?? '', req.headers, res))
    // What a framework's own layers would put on the reply.
    if (req.url?.startsWith('/headers/')) {
      res.setHeader('Set-Cookie', ['session=1; Path=/; HttpOnly', 'theme=dark; Path=/'])
    }
    const handle = handlers[req.url?.split(/[/?]/)[1] ?? ''] ?? refuse
    handle(req, res)
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    release: () => gate.open(),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The views, each by the first part of its address. */
function routes(tree: Tree, gate: Gate, { middleware, remote = '' }: ApplicationOptions): Record<string, NodeHandler> {
  const storage = (folder: string, baseUrl?: string) =>
    new FileSystemStorage({ root: tree.path(folder), baseUrl, dotfiles: 'allow' })
  const files = storage('files')
  const stored = (folder: string) => StorageDownloadView.asView({ storage: storage(folder) })
  const at = (name: string, basename?: string) => PathDownloadView.asView({ path: tree.path(name), basename })
  const HostileView = hostileView(tree)
  const serve = <Route extends string>(route: Route, view: DownloadHandler<ParamsOfRoute<Route>>) =>
    [route.split('/')[1] as string, toNodeHandler(view, { middleware, route })] as const
  return Object.fromEntries([
    serve('/files/*path', stored('files')),
    serve('/inline/*path', StorageDownloadView.asView({ storage: files, attachment: false })),
    serve('/hostile/:index', HostileView.asView()),
    serve('/hostile-inline/:index', HostileView.asView({ attachment: false })),
    serve('/media/*path', StorageDownloadView.asView({ storage: storage('media', '/media/') })),
    serve('/limited/*path', stored('limited')),
    serve('/elsewhere/*path', stored('elsewhere')),
    serve('/files-private/*path', stored('files-private')),
    serve('/link-to-published/*path', stored('link-to-published')),
    serve('/link-outside', at('files/link-outside.txt')),
    serve('/folder-outside', at('files/folder-outside/plain.txt')),
    serve('/link-inside', at('files/link-inside.txt', 'other name.txt')),
    serve('/plain.txt/', at('files/plain.txt')),
    serve('/headers/*path', HeadersView.asView({ storage: files })),
    serve('/status/:status', StatusView.asView({ storage: files, path: 'plain.txt' })),
    serve('/big-but-streamed', at('elsewhere/big.bin')),
    serve('/encoded', StorageDownloadView.asView({ storage: files, path: 'plain.txt', encoding: 'x-test' })),
    serve('/denied/*path', DeniedView.asView({ storage: files })),
    serve('/changed/:answer', ChangedView.asView({ storage: files, path: 'plain.txt' })),
    // Not every download is a GET: a report that a form asked for.
    serve('/form', () => new DownloadResponse(LocalFile.at(tree.path('files/plain.txt')))),
    serve(
      '/virtual',
      madeView(() => new VirtualFile('made up', { name: tree.path('files/plain.txt') })),
    ),
    serve(
      '/virtual-with-url',
      madeView(() => new VirtualFile(neverMade, { name: 'Report.txt', url: '/made/a%20report.txt?v=1' })),
    ),
    serve(
      '/other-virtual-with-url',
      madeView(() => new VirtualFile(neverMade, { url: '/made/other.txt' })),
    ),
    serve(
      '/generated',
      madeView(() => new VirtualFile(() => gate.content(), { name: 'generated.bin' })),
    ),
    serve('/remote/:index', remoteView(remote).asView()),
  ])
}

const refuse = toNodeHandler(() => {
  throw new PermissionDeniedError()
})

/** Serves a hostile name by its place in the list, so that the address of the request says nothing of it. */
function hostileView(tree: Tree) {
  return class HostileView extends PathDownloadView<{ index: string }> {
    override getPath(): string {
      return tree.path('files/hostile', HOSTILE_NAMES[Number(this.params.index)] as string)
    }
  }
}

function madeView(getFile: () => VirtualFile): DownloadHandler {
  return class MadeView extends VirtualDownloadView {
    override getFile(): VirtualFile {
      return getFile()
    }
  }.asView()
}

class HeadersView extends StorageDownloadView<{ path: string }> {
  override headers = { ...OWN_HEADERS, Expires: OWN_EXPIRES, 'X-Unlisted': 'one more' }
  override cacheControl = OWN_CACHE_CONTROL
  override contentSecurityPolicy = OWN_POLICY
  override attachment = false
  override mimeType = 'text/html'
  override charset = 'iso-8859-1'
}

class StatusView extends StorageDownloadView<{ status: string }> {
  override downloadResponse(file: DownloadFile, options?: DownloadResponseOptions): Promise<DownloadResponse> {
    return super.downloadResponse(file, { ...options, status: Number(this.params.status) })
  }
}

class DeniedView extends StorageDownloadView<{ path: string }> {
  override getPath(): string {
    throw new PermissionDeniedError()
  }
}

/** Knows by itself whether the file has changed, whatever its time. */
class ChangedView extends StorageDownloadView<{ answer: string }> {
  override async wasModifiedSince(): Promise<boolean> {
    return this.params.answer === 'yes'
  }
}

/** Files on another server: this application cannot read them, but knows their addresses. */
function remoteView(origin: string) {
  return class RemoteView extends VirtualDownloadView<{ index: string }> {
    override headers = { 'Content-Language': 'en', 'Set-Cookie': 'mine=1' }
    override getFile(): VirtualFile {
      const key = HOSTILE_NAMES[Number(this.params.index)] ?? 'missing.txt'
      return new VirtualFile(neverMade, {
        name: key,
        url: `${origin}/objects/${encodeURIComponent(key)}?signature=a%2Bb`,
      })
    }
  }
}

function neverMade(): never {
  throw new Error('The application was to make the bytes of a file that it hands over.')
}

/** Content that stops after its first part until somebody lets the rest come. */
class Gate {
  #open: () => void = () => {}

  async *content(): AsyncGenerator<Uint8Array> {
    const opened = new Promise<void>((resolve) => {
      this.#open = resolve
    })
    yield GENERATED.subarray(0, GENERATED.length / 2)
    await opened
    yield GENERATED.subarray(GENERATED.length / 2)
  }

  open(): void {
    this.#open()
  }
}

export const GENERATED = Buffer.alloc(512 * 1024, 'generated ')

/** Writes down what the application answers, while it does. */
function record(target: string, asked: IncomingHttpHeaders, res: ServerResponse): Exchange {
  let bodyLength = 0
  for (const name of ['write', 'end'] as const) {
    const original = res[name].bind(res) as (...args: unknown[]) => never
    res[name] = (...args: unknown[]): never => {
      const [piece] = args
      if (typeof piece === 'string' || piece instanceof Uint8Array) bodyLength += Buffer.byteLength(piece)
      return original(...args)
    }
  }
  return {
    target,
    asked,
    get status() {
      return res.statusCode
    },
    get headers() {
      return res.getHeaders()
    },
    get bodyLength() {
      return bodyLength
    },
  }
}
