import { resolve } from 'node:path'
import Router from '@koa/router'
import { FileSystemStorage, StorageDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import { toFastifyHandler } from 'downloadview/fastify'
import { toFetchHandler } from 'downloadview/fetch'
import { toH3Handler } from 'downloadview/h3'
import { toHonoHandler } from 'downloadview/hono'
import { toKoaMiddleware } from 'downloadview/koa'
import { toNodeHandler } from 'downloadview/node'
import express from 'express'
import express4 from 'express4'
import fastify from 'fastify'
import { H3 } from 'h3'
import { Hono } from 'hono'
import Koa from 'koa'
import { rawRequest } from '../../http/raw.js'
import { serveListener } from '../../http/serve.js'
import { serveExpress } from './servers.js'

/** A route of a framework that gives a view keys of folders. */
export interface FolderRoute {
  readonly framework: string
  readonly route: string
  /** Which of `/files/` and `/files/docs/` are found. */
  readonly finds: readonly string[]
  readonly serve: (route: string) => Get | Promise<Get>
}

/** Status and, of a 200, the body. */
type Get = (path: string) => Promise<[status: number, body?: string]>

/** Each of the frameworks, with the route that docs/migrate/README.md tells. */
export const FOLDER_ROUTES: readonly FolderRoute[] = [
  { framework: 'Express 5', route: '/files/{*path}', finds: ['/files/', '/files/docs/'], serve: onExpress5 },
  { framework: 'Express 4', route: '/files/:path(*)', finds: ['/files/', '/files/docs/'], serve: onExpress4 },
  { framework: 'Fastify', route: '/files/*', finds: ['/files/', '/files/docs/'], serve: onFastify },
  { framework: 'Koa', route: '/files/{*path}', finds: ['/files/', '/files/docs/'], serve: onKoa },
  { framework: 'Hono', route: '/files/:path{.*}', finds: ['/files/', '/files/docs/'], serve: onHono },
  { framework: 'h3', route: '/files/**:path', finds: [], serve: onH3 },
  { framework: 'node:http', route: '/files/{*path}', finds: ['/files/docs/', '/files/'], serve: onNode },
  { framework: 'fetch', route: '/files/{*path}', finds: ['/files/docs/', '/files/'], serve: onFetch },
]

async function onExpress5(route: string) {
  return overHttp(await serveExpress(express().get(route, toExpressHandler(view('')))))
}

async function onExpress4(route: string) {
  return overHttp(await serveExpress(express4().get(route, toExpressHandler(view()))))
}

async function onFastify(route: string) {
  const app = fastify().get(route, toFastifyHandler(view()))
  await app.ready()
  return overHttp(await serveListener(app.routing))
}

async function onKoa(route: string) {
  const app = new Koa()
  app.silent = true
  app.use(new Router().get(route, toKoaMiddleware(view(''))).routes())
  return overHttp(await serveListener(app.callback()))
}

function onHono(route: string) {
  const app = new Hono().get(route, toHonoHandler(view()))
  return inProcess((request) => app.fetch(request))
}

function onH3(route: string) {
  const app = new H3().get(route, toH3Handler(view('')))
  return inProcess((request) => app.fetch(request))
}

async function onNode(route: string) {
  return overHttp(await serveListener(toNodeHandler(view(), { route })))
}

function onFetch(route: string) {
  return inProcess(toFetchHandler(view(), { route }))
}

/** Express 5 and Koa have no parameter for an empty wildcard: the path is then the view's own. */
function view(path?: string) {
  const storage = new FileSystemStorage({ root: resolve('public') })
  return StorageDownloadView.asView({ storage, index: 'index.html', path })
}

function overHttp(origin: string): Get {
  return async (target) => {
    const { status, body } = await rawRequest(origin, { target })
    return status === 200 ? [status, String(body)] : [status]
  }
}

function inProcess(fetch: (request: Request) => Response | Promise<Response>): Get {
  return async (path) => {
    const response = await fetch(new Request(`http://localhost${path}`))
    return response.status === 200 ? [200, await response.text()] : [response.status]
  }
}
