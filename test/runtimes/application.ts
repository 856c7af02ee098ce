import { createServer } from 'node:http'
import process from 'node:process'
import { setImmediate } from 'node:timers'
import {
  ContentFile,
  type DownloadContext,
  DownloadError,
  type DownloadHandler,
  PathDownloadView,
  PermissionDeniedError,
  VirtualDownloadView,
  VirtualFile,
} from 'downloadview'
import { toFetchHandler } from 'downloadview/fetch'
import { toNodeHandler } from 'downloadview/node'

/**
 * One application for every runtime: `application.ts fetch FOLDER` serves by the runtime's own server of web requests,
 * `application.ts node FOLDER` by its `node:http`. Prints the address that it listens on.
 *
 * It imports nothing but the built package, so that each runtime can take it as it is.
 */
const [way, root = ''] = process.argv.slice(2)

const faults: unknown[] = []
/** How many of the endless generators run, and how many pieces they have made. */
let running = 0
let produced = 0
/** What lets bodies break that wait for it. */
const waiting: (() => void)[] = []

class Made extends VirtualDownloadView {
  override getFile(): VirtualFile {
    const make = MADE[String(this.params['name'])]
    if (make === undefined) throw new DownloadError('Nothing of that name is made here.', { status: 404 })
    return make(this.request.context as { user?: string })
  }
}

const MADE: Readonly<Record<string, (context: { user?: string }) => VirtualFile>> = {
  generated: () =>
    new VirtualFile(
      async function* () {
        for (const piece of ['one ', 'two ', 'three']) yield piece
      },
      { name: 'generated.txt' },
    ),
  sized: () =>
    new VirtualFile(
      async function* () {
        yield 'abc'
        yield 'def'
      },
      { name: 'sized.txt', size: 6 },
    ),
  broken: () => new VirtualFile(breaking, { name: 'broken.txt' }),
  'broken-sized': () => new VirtualFile(breaking, { name: 'broken.txt', size: 1_000_000 }),
  'broken-later': () =>
    new VirtualFile(async function* (): AsyncGenerator<string> {
      yield 'first'
      await new Promise<void>((resolve) => waiting.push(resolve))
      throw new Error('the secret detail')
    }),
  break: () => {
    for (const go of waiting.splice(0)) go()
    return new ContentFile('done')
  },
  'broken-soon': () =>
    new VirtualFile(async function* (): AsyncGenerator<string> {
      yield 'first'
      throw new Error('the secret detail')
    }),
  'broken-at-once': () =>
    new VirtualFile(async function* () {
      yield await Promise.reject<string>(new Error('the secret detail'))
    }),
  endless: () =>
    new VirtualFile(async function* () {
      running++
      try {
        for (;;) {
          produced++
          yield 'x'.repeat(16_384)
          await nothing()
        }
      } finally {
        running--
      }
    }),
  running: () => new ContentFile(String(running)),
  produced: () => new ContentFile(String(produced)),
  faults: () => new ContentFile(String(faults.length)),
  user: ({ user }) => new ContentFile(String(user)),
  'hostile-name': () => new ContentFile('x', { name: 'x.txt\r\nSet-Cookie: a=b' }),
  forbidden: () => {
    throw new PermissionDeniedError()
  },
  gone: () => {
    throw new DownloadError('It was here.', { status: 410 })
  },
  busy: () => {
    throw new DownloadError('Busy.', { status: 503, retryAfter: 7 })
  },
  fault: () => {
    throw new Error('the secret detail')
  },
}

async function* breaking(): AsyncGenerator<string> {
  for (let count = 0; count < 20; count++) yield 'y'.repeat(4096)
  await nothing()
  throw new Error('the secret detail')
}

function nothing(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

const VIEWS: readonly (readonly [prefix: string, route: string, view: DownloadHandler])[] = [
  ['/made/', '/made/:name', Made.asView()],
  ['/shown/', '/shown/*path', PathDownloadView.asView({ root, attachment: false })],
  // All other addresses are for this one as well, which knows no such path.
  ['', '/files/*path', PathDownloadView.asView({ root })],
]

function find<T extends { readonly prefix: string }>(handlers: readonly T[], path: string): T {
  return handlers.find(({ prefix }) => path.startsWith(prefix)) as T
}

const onError = (error: unknown): void => void faults.push(error)

function serveNode(): void {
  const handlers = VIEWS.map(([prefix, route, view]) => ({
    prefix,
    handler: toNodeHandler(view, {
      route,
      onError,
      context: (req) => ({ user: req.headers['x-user'] }) as DownloadContext,
    }),
  }))
  const server = createServer((req, res) => find(handlers, req.url ?? '').handler(req, res))
  server.listen(0, '127.0.0.1', () => announce((server.address() as { port: number }).port))
}

async function serveFetch(): Promise<void> {
  const handlers = VIEWS.map(([prefix, route, view]) => ({
    prefix,
    handler: toFetchHandler(view, {
      route,
      onError,
      context: (request) => ({ user: request.headers.get('X-User') ?? undefined }) as DownloadContext,
    }),
  }))
  const fetch = (request: Request): Promise<Response> => find(handlers, new URL(request.url).pathname).handler(request)
  const { Bun, Deno } = globalThis as Runtimes
  if (Bun !== undefined) announce(Bun.serve({ hostname: '127.0.0.1', port: 0, fetch }).port)
  else if (Deno !== undefined) {
    Deno.serve({ hostname: '127.0.0.1', port: 0, onListen: ({ port }) => announce(port) }, fetch)
  } else {
    const { bridge } = await import('../adapters/fetch-bridge.js')
    const server = createServer(bridge(fetch))
    server.listen(0, '127.0.0.1', () => announce((server.address() as { port: number }).port))
  }
}

/** What is used of the servers that only some runtimes have. */
interface Runtimes {
  readonly Bun?: {
    serve(options: { hostname: string; port: number; fetch(request: Request): Promise<Response> }): { port: number }
  }
  readonly Deno?: {
    serve(
      options: { hostname: string; port: number; onListen(address: { port: number }): void },
      fetch: (request: Request) => Promise<Response>,
    ): void
  }
}

function announce(port: number): void {
  console.log(`http://127.0.0.1:${port}`)
}

if (way === 'fetch') await serveFetch()
else serveNode()
