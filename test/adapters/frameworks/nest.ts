import 'reflect-metadata'
import {
  All,
  type ArgumentsHost,
  Controller,
  type ExceptionFilter,
  type ModuleMetadata,
  type NestApplicationOptions,
} from '@nestjs/common'
import { type AbstractHttpAdapter, APP_FILTER, BaseExceptionFilter, HttpAdapterHost, NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import express from 'express'
import { fastify } from 'fastify'
import { DownloadException, DownloadModule, type DownloadModuleOptions } from '../../../src/adapters/nest/index.js'
import type { AdapterOptions } from '../../../src/adapters/options.js'
import type { DownloadHandler } from '../../../src/handler.js'
import type { Adapter, RunningServer, StartOptions } from '../servers.js'
import { decorate } from './nest-decorate.js'

export const withNestOnExpress: Adapter = {
  name: 'NestJS 12 on Express',
  protocol: 'HTTP/1.1',
  errorsGoTo: 'next',
  hasResponse: true,
  spelling: 'kept',
  async start(view, route, options) {
    // Else Express tags what Nest's filters answer.
    const server = express().disable('etag')
    server.use((_req, res, next) => {
      options.before?.(res)
      next()
    })
    return startNest(parts(view, route ?? '{*path}', options), new ExpressAdapter(server))
  },
}

export const withNestOnFastify: Adapter = {
  name: 'NestJS 12 on Fastify',
  protocol: 'HTTP/1.1',
  errorsGoTo: 'next',
  hasResponse: true,
  spelling: 'kept',
  async start(view, route, options) {
    const server = fastify({ forceCloseConnections: true, requestTimeout: 0, routerOptions: { maxParamLength: 5000 } })
    server.addHook('onRequest', async (_request, reply) => options.before?.(reply.raw))
    // Nest 11 leaves those out that Fastify does not know by itself.
    const others = WEBDAV_METHODS.filter((method) => !server.supportedMethods.includes(method))
    for (const method of others) server.addHttpMethod(method, { hasBody: true })
    // Fastify refuses bodies of types that it was not told of.
    server.addContentTypeParser('*', (_request, payload, done) => {
      payload.resume()
      done(null)
    })
    return startNest(parts(view, route?.replace(/\*\w+$/, '*') ?? '/', options), new FastifyAdapter(server as never))
  },
}

const WEBDAV_METHODS = ['PROPFIND', 'MKCOL', 'SEARCH']

/** Starts an application on a free port. */
export async function startNest(
  parts: ModuleMetadata,
  platform: AbstractHttpAdapter,
  options: NestApplicationOptions = {},
): Promise<RunningServer> {
  class AppModule {}
  const app = await NestFactory.create({ module: AppModule, ...parts }, platform, {
    logger: false,
    abortOnError: false,
    forceCloseConnections: true,
    ...options,
  })
  await app.listen(0, '127.0.0.1')
  return { origin: await app.getUrl(), close: () => app.close() }
}

function parts(view: DownloadHandler, route: string, options: StartOptions): ModuleMetadata {
  const { context, onError, onDownload, onNext } = options
  const own = context as AdapterOptions<unknown>['context']
  const ofModule = {
    context: own && ((host: ArgumentsHost) => own(host.switchToHttp().getRequest())),
    onError,
    onDownload,
  }
  return {
    ...moduleParts(view, route, ofModule),
    providers: [
      { provide: APP_FILTER, inject: [HttpAdapterHost], useFactory: (host) => listeningFilter(host, onNext) },
    ],
  }
}

/** One controller, that returns a view. */
export function moduleParts(view: DownloadHandler, route: string, options: DownloadModuleOptions): ModuleMetadata {
  class ViewController {
    serve(): DownloadHandler {
      return view
    }
  }
  decorate(ViewController, [Controller()], { serve: [All(route)] })
  return { imports: [DownloadModule.forRoot(options)], controllers: [ViewController] }
}

/** Nest's own filter, that tells of the errors that it answers. */
function listeningFilter({ httpAdapter }: HttpAdapterHost, onNext: StartOptions['onNext']): ExceptionFilter {
  const filter = new BaseExceptionFilter(httpAdapter)
  return {
    catch(error, host) {
      onNext?.(error instanceof DownloadException ? error.cause : error)
      filter.catch(error, host)
    },
  }
}
