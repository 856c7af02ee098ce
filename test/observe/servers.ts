import { once } from 'node:events'
import { createServer, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import express from 'express'
import fastify from 'fastify'
import { H3, toNodeHandler as toNodeHandlerOfH3 } from 'h3'
import { createApp, eventHandler, toNodeListener } from 'h3-1'
import { Hono } from 'hono'
import Koa from 'koa'
import { toExpressHandler } from '../../src/adapters/express/index.js'
import { toFastifyHandler } from '../../src/adapters/fastify/index.js'
import { toFetchHandler } from '../../src/adapters/fetch/index.js'
import { type H3NodeEvent, type H3RequestEvent, toH3Handler } from '../../src/adapters/h3/index.js'
import { toHonoHandler } from '../../src/adapters/hono/index.js'
import { toKoaMiddleware } from '../../src/adapters/koa/index.js'
import { toHttp2StreamHandler, toNodeHandler } from '../../src/adapters/node/index.js'
import type { AdapterOptions } from '../../src/adapters/options.js'
import type { DownloadHandler, Params } from '../../src/handler.js'
import { bridge } from '../adapters/fetch-bridge.js'
import { moduleParts, startNest } from '../adapters/frameworks/nest.js'
import { listen, type RunningServer } from '../adapters/servers.js'

/** What all adapters can be told in the same words. */
export type Options = Pick<AdapterOptions<never>, 'middleware' | 'onDownload' | 'limits' | 'onError'>

/** The adapters whose downloads are followed, each on a server of its own, behind HTTP/1.1. */
export const STARTS: Readonly<Record<string, (view: DownloadHandler, options: Options) => Promise<RunningServer>>> = {
  'node:http': (view, options) => listen(toNodeHandler(view, options)),
  Express(view, options) {
    const app = express().set('env', 'test')
    app.use(toExpressHandler(view, options))
    return listen(app)
  },
  async Fastify(view, options) {
    const app = fastify({ forceCloseConnections: true })
    app.all('/*', toFastifyHandler(view, options))
    const origin = await app.listen({ host: '127.0.0.1', port: 0 })
    return { origin, close: () => app.close() }
  },
  Koa(view, options) {
    const app = new Koa().use(toKoaMiddleware(view, options))
    app.silent = true
    return listen(app.callback())
  },
  Hono(view, options) {
    const app = new Hono().all('*', toHonoHandler(view, options))
    // Its own Response in place of the global one would be in the way of h3, which has one of its own, too.
    return listen(getRequestListener(app.fetch, { overrideGlobalObjects: false }))
  },
  'h3 2': (view, options) => {
    const handler = toH3Handler(view, options)
    const app = new H3({ silent: true }).use((event: unknown) => handler(event as H3RequestEvent))
    return listen(toNodeHandlerOfH3(app))
  },
  'h3 1'(view, options) {
    const handler = toH3Handler<Params, H3NodeEvent>(view, options)
    const app = createApp().use(eventHandler((event) => handler(event)))
    return listen(toNodeListener(app))
  },
  'NestJS on Express': (view, options) => startNest(moduleParts(view, '{*path}', options), new ExpressAdapter()),
  'NestJS on Fastify': (view, options) => startNest(moduleParts(view, '*', options), new FastifyAdapter()),
  fetch: (view, options) => listen(bridge(toFetchHandler(view, options))),
}

/** A server of HTTP/2, which sends by streams. */
export function startHttp2(view: DownloadHandler, options: Options): Promise<RunningServer> {
  return listenHttp2(createServer().on('stream', toHttp2StreamHandler(view, options)))
}

/** A server of HTTP/2, which sends by requests and responses like those of HTTP/1.1. */
export function startHttp2Compat(view: DownloadHandler, options: Options): Promise<RunningServer> {
  return listenHttp2(createServer(toNodeHandler(view, options)))
}

async function listenHttp2(server: Http2Server): Promise<RunningServer> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, close: async () => void server.close() }
}

/** A server of `node:http`. */
export function startNode(view: DownloadHandler, options: Options = {}): Promise<RunningServer> {
  return listen(toNodeHandler(view, options))
}
