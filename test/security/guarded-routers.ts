import { getRequestListener } from '@hono/node-server'
import Router from '@koa/router'
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  ForbiddenException,
  Get,
  type MiddlewareConsumer,
  Module,
  UseGuards,
} from '@nestjs/common'
import type { AbstractHttpAdapter } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import express5, { type Express } from 'express'
import express4 from 'express4'
import fastify from 'fastify'
import { H3, toNodeHandler as toNodeHandlerOfH3 } from 'h3'
import { createApp, createRouter, eventHandler, setResponseStatus, toNodeListener } from 'h3-1'
import { Hono } from 'hono'
import Koa from 'koa'
import Koa2 from 'koa2'
import { toExpressHandler } from '../../src/adapters/express/index.js'
import { toFastifyHandler } from '../../src/adapters/fastify/index.js'
import { type H3NodeEvent, type H3RequestEvent, toH3Handler } from '../../src/adapters/h3/index.js'
import { toHonoHandler } from '../../src/adapters/hono/index.js'
import { toKoaMiddleware } from '../../src/adapters/koa/index.js'
import { DownloadModule } from '../../src/adapters/nest/index.js'
import { toNodeHandler } from '../../src/adapters/node/index.js'
import { PermissionDeniedError } from '../../src/errors.js'
import type { DownloadHandler, Params } from '../../src/handler.js'
import { startNest } from '../adapters/frameworks/nest.js'
import { decorate } from '../adapters/frameworks/nest-decorate.js'
import { listen, type RunningServer } from '../adapters/servers.js'

/** An application that serves `/files/*`, and guards `/files/admin` in its router instead of in the view. */
export interface GuardedRouter {
  readonly name: string
  /** Whether its router takes `%61` for `a`, as the view does. One that does not sees no guarded folder in `%61dmin`. */
  readonly decodes: boolean
  start(view: DownloadHandler): Promise<RunningServer>
}

export const guardedRouters: readonly GuardedRouter[] = [
  { name: 'node:http', decodes: true, start: startNode },
  { name: 'Express 5', decodes: false, start: (view) => startExpress(express5(), '*path', view) },
  { name: 'Express 4', decodes: false, start: (view) => startExpress(express4(), ':path(*)', view) },
  { name: 'Fastify 5', decodes: true, start: startFastify },
  { name: 'Koa 3', decodes: false, start: (view) => startKoa(Koa, view) },
  { name: 'Koa 2', decodes: false, start: (view) => startKoa(Koa2 as unknown as typeof Koa, view) },
  { name: 'h3 2', decodes: true, start: startH3v2 },
  { name: 'h3 1', decodes: true, start: startH3v1 },
  { name: 'NestJS 12 on Express', decodes: false, start: (view) => startNestWith(new ExpressAdapter(), '*path', view) },
  { name: 'NestJS 12 on Fastify', decodes: true, start: (view) => startNestWith(new FastifyAdapter(), '*', view) },
  // It comes last: its server puts a Response of its own in place of the platform's.
  { name: 'Hono 4', decodes: true, start: startHono },
]

function refuse(): never {
  throw new PermissionDeniedError()
}

function startNode(view: DownloadHandler): Promise<RunningServer> {
  const guard = toNodeHandler(refuse, { route: '/files/admin/*path' })
  const files = toNodeHandler(view, { route: '/files/*path' })
  return listen((req, res) =>
    guard(req, res, (error) => {
      if (error instanceof PermissionDeniedError) res.writeHead(403).end()
      else files(req, res)
    }),
  )
}

function startExpress(app: Express, wildcard: string, view: DownloadHandler): Promise<RunningServer> {
  app.set('env', 'production')
  app.use('/files/admin', (_req, res) => void res.status(403).end())
  app.all(`/files/${wildcard}`, toExpressHandler(view))
  app.use(((error, _req, res, _next) => void res.status(error.status ?? 500).end()) as express5.ErrorRequestHandler)
  return listen(app)
}

async function startFastify(view: DownloadHandler): Promise<RunningServer> {
  const app = fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 5000 } })
  app.all('/files/admin/*', (_request, reply) => reply.code(403).send())
  app.all('/files/*', toFastifyHandler(view))
  return { origin: await app.listen({ host: '127.0.0.1', port: 0 }), close: () => app.close() }
}

function startHono(view: DownloadHandler): Promise<RunningServer> {
  const app = new Hono()
  app.use('/files/admin/*', async (context) => context.body(null, 403))
  app.all('/files/:path{[^]+}', toHonoHandler(view))
  return listen(getRequestListener(app.fetch))
}

function startKoa(create: typeof Koa, view: DownloadHandler): Promise<RunningServer> {
  const app = new create()
  app.silent = true
  const router = new Router()
  router.all('/files/admin/*path', (context) => {
    context.status = 403
  })
  router.all('/files/*path', toKoaMiddleware(view))
  return listen(app.use(router.routes()).callback())
}

function startH3v2(view: DownloadHandler): Promise<RunningServer> {
  const app = new H3({ silent: true })
  app.use('/files/admin/**', () => new Response(null, { status: 403 }))
  const handler = toH3Handler<Params, H3RequestEvent>(view)
  app.all('/files/**:path', (event) => handler(event as unknown as H3RequestEvent))
  return listen(toNodeHandlerOfH3(app))
}

function startH3v1(view: DownloadHandler): Promise<RunningServer> {
  const app = createApp()
  const refused = eventHandler((event) => {
    setResponseStatus(event, 403)
    return ''
  })
  const handler = toH3Handler<Params, H3NodeEvent>(view)
  app.use('/files/admin', refused)
  app.use(
    createRouter().use(
      '/files/**:path',
      eventHandler((event) => handler(event)),
    ),
  )
  return listen(toNodeListener(app))
}

/** Guarded twice, in Nest's two ways: by a middleware for the folder, and by a guard of the folder's own controller. */
function startNestWith(platform: AbstractHttpAdapter, wildcard: string, view: DownloadHandler): Promise<RunningServer> {
  class NobodyGuard implements CanActivate {
    canActivate(_context: ExecutionContext): boolean {
      throw new ForbiddenException()
    }
  }
  class AdminController {
    serve(): DownloadHandler {
      return view
    }
  }
  class FilesController {
    serve(): DownloadHandler {
      return view
    }
  }
  class GuardModule {
    configure(consumer: MiddlewareConsumer): void {
      consumer.apply((_req: object, res: Ended, _next: () => void) => forbid(res)).forRoutes('files/admin/*path')
    }
  }
  decorate(AdminController, [Controller('files/admin'), UseGuards(NobodyGuard)], { serve: [Get(wildcard)] })
  decorate(FilesController, [Controller('files')], { serve: [Get(wildcard)] })
  decorate(GuardModule, [Module({})])
  const parts = { imports: [GuardModule, DownloadModule.forRoot()], controllers: [AdminController, FilesController] }
  return startNest(parts, platform)
}

/** What the responses of both platforms have, as a middleware of Nest sees them. */
interface Ended {
  statusCode: number
  end(): unknown
}

function forbid(response: Ended): void {
  response.statusCode = 403
  response.end()
}
