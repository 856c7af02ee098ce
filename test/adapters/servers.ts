import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttp2Server, type Http2Server, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'
import express5, { type Express, type Request } from 'express'
import express4 from 'express4'
import { toExpressHandler } from '../../src/adapters/express/index.js'
import { toFetchHandler } from '../../src/adapters/fetch/index.js'
import {
  type NodeHandler,
  type NodeResponse,
  toHttp2StreamHandler,
  toNodeHandler,
} from '../../src/adapters/node/index.js'
import type { AdapterOptions } from '../../src/adapters/options.js'
import { DownloadError } from '../../src/errors.js'
import type { DownloadHandler } from '../../src/handler.js'
import { bridge } from './fetch-bridge.js'

/** A way to serve a view, and in what the ways differ for a client. */
export interface Adapter {
  readonly name: string
  readonly protocol: 'HTTP/1.1' | 'HTTP/2'
  /** Who answers an error that comes before the reply: the adapter, or the application that it is handed on to. */
  readonly errorsGoTo: 'client' | 'next'
  /** Whether the application can set headers on the reply before the view is asked. */
  readonly hasResponse: boolean
  /** Whether the path reaches the view as the client spelled it, or with its dots resolved, as every `Request` has it. */
  readonly spelling: 'kept' | 'resolved'
  /** `true` where the framework's router takes a `/` at the end away before anybody sees the path. Default: `false`. */
  readonly dropsLastSlash?: boolean | undefined
  /** `true` where its router takes a `%3F` in a path for the begin of the query. Default: `false`. */
  readonly losesQuestionMarks?: boolean | undefined
  start(view: DownloadHandler, route: string | undefined, options: StartOptions): Promise<RunningServer>
}

/** What an application adds to a view. */
export interface StartOptions extends Pick<AdapterOptions<unknown>, 'context' | 'onError' | 'onDownload'> {
  /** Runs before the view and may set headers. */
  readonly before?: ((response: NodeResponse) => void) | undefined
  /** Hears of each error that is handed on. */
  readonly onNext?: ((error: unknown) => void) | undefined
}

export interface RunningServer {
  readonly origin: string
  close(): Promise<void>
}

const nodeHttp: Adapter = {
  name: 'node:http',
  protocol: 'HTTP/1.1',
  errorsGoTo: 'client',
  hasResponse: true,
  spelling: 'kept',
  start(view, route, { before, onNext: _, ...options }) {
    const handler = toNodeHandler(view, { ...options, route })
    return listen((req, res) => {
      before?.(res)
      handler(req, res)
    })
  },
}

/** As in Connect: each handler answers or calls `next()`. */
const nodeHttpStack: Adapter = {
  name: 'node:http, a stack of handlers',
  protocol: 'HTTP/1.1',
  errorsGoTo: 'next',
  hasResponse: true,
  spelling: 'kept',
  start(view, route, { before, onNext, ...options }) {
    const stack: NodeHandler[] = [
      toNodeHandler(neverAsked, { route: '/not-this-one/:name' }),
      (_req, res, next) => {
        before?.(res)
        next?.()
      },
      toNodeHandler(neverAsked, { route: '/nor/this/*one' }),
      toNodeHandler(view, { ...options, route }),
    ]
    return listen((req, res) => {
      const run = (index: number, error?: unknown): void => {
        const handler = stack[index]
        if (error === undefined && handler !== undefined) {
          handler(req, res, (failure) => run(index + 1, failure))
          return
        }
        onNext?.(error)
        const wanted = error instanceof DownloadError ? error.status : 0
        // As the error handlers of frameworks do with a status that is none.
        const status = wanted >= 400 && wanted <= 599 ? wanted : error === undefined ? 404 : 500
        res.writeHead(status, { 'Content-Type': 'text/plain' }).end('handed on\n')
      }
      run(0)
    })
  },
}

const http2Compat: Adapter = {
  name: 'node:http2, compatibility API',
  protocol: 'HTTP/2',
  errorsGoTo: 'client',
  hasResponse: true,
  spelling: 'kept',
  start(view, route, { before, onNext: _, ...options }) {
    const handler = toNodeHandler(view, { ...options, route })
    return listenHttp2((server) =>
      server.on('request', (req, res) => {
        before?.(res)
        handler(req, res)
      }),
    )
  },
}

const http2Streams: Adapter = {
  name: 'node:http2, streams',
  protocol: 'HTTP/2',
  errorsGoTo: 'client',
  hasResponse: false,
  spelling: 'kept',
  start: (view, route, { before: _, onNext: __, ...options }) =>
    listenHttp2((server) => server.on('stream', toHttp2StreamHandler(view, { ...options, route }))),
}

const fetchBehindNode: Adapter = {
  name: 'fetch, behind node:http',
  protocol: 'HTTP/1.1',
  errorsGoTo: 'client',
  hasResponse: false,
  spelling: 'resolved',
  start(view, route, { before: _, onNext: __, ...options }) {
    const handler = route === undefined ? toFetchHandler(view, options) : toFetchHandler(view, { ...options, route })
    return listen(bridge(handler))
  },
}

const withExpress5: Adapter = {
  name: 'Express 5',
  protocol: 'HTTP/1.1',
  errorsGoTo: 'next',
  hasResponse: true,
  spelling: 'kept',
  start: (view, route, options) => listen(expressApp(express5(), view, route, options)),
}

const withExpress4: Adapter = {
  name: 'Express 4',
  protocol: 'HTTP/1.1',
  errorsGoTo: 'next',
  hasResponse: true,
  spelling: 'kept',
  // Its wildcards have no names; a parameter that takes everything is the same thing.
  start: (view, route, options) => listen(expressApp(express4(), view, route?.replace(/\*(\w+)$/, ':$1(*)'), options)),
}

/** Every way to serve a view. What must hold on all of them is in `expectations/`. */
export const adapters = {
  nodeHttp,
  nodeHttpStack,
  http2Compat,
  http2Streams,
  fetchBehindNode,
  withExpress5,
  withExpress4,
}

function neverAsked(): never {
  throw new Error('A route that does not fit was asked.')
}

function expressApp(
  app: Express,
  view: DownloadHandler,
  route: string | undefined,
  { before, onNext, context, onError }: StartOptions,
): Express {
  // In this environment Express answers errors as in development, but does not print them.
  app.set('env', 'test').disable('x-powered-by')
  app.use((_req, res, next) => {
    before?.(res)
    next()
  })
  const handler = toExpressHandler(view, { context: context as AdapterOptions<Request>['context'], onError })
  if (route === undefined) app.use(handler)
  else app.all(route, handler)
  app.use(((error, _req, _res, next) => {
    onNext?.(error)
    next(error)
  }) as express5.ErrorRequestHandler)
  return app
}

/** Starts an HTTP/1.1 server on a free port. */
export async function listen(listener: RequestListener): Promise<RunningServer> {
  const server = createServer(listener)
  // A test that stalls on purpose must not be ended by the server's own limits.
  server.requestTimeout = 0
  server.keepAliveTimeout = 60_000
  return {
    origin: await started(server),
    close() {
      server.closeAllConnections()
      return stopped(server)
    },
  }
}

async function listenHttp2(prepare: (server: Http2Server) => void): Promise<RunningServer> {
  const server = createHttp2Server()
  const sessions = new Set<ServerHttp2Session>()
  server.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session)).on('error', () => {})
  })
  prepare(server)
  return {
    origin: await started(server),
    close() {
      for (const session of sessions) session.destroy()
      return stopped(server)
    },
  }
}

async function started(server: Server | Http2Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function stopped(server: Server | Http2Server): Promise<void> {
  return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())))
}
