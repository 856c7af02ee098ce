/** Wrong use of the adapters of frameworks does not compile; right use does, without a word about types. */
import Router from '@koa/router'
import fastify from 'fastify'
import { Hono } from 'hono'
import { downloads, toFastifyHandler } from '../../src/adapters/fastify/index.js'
import { toFetchHandler } from '../../src/adapters/fetch/index.js'
import { type H3NodeEvent, toH3Handler } from '../../src/adapters/h3/index.js'
import { toHonoHandler } from '../../src/adapters/hono/index.js'
import { toKoaMiddleware } from '../../src/adapters/koa/index.js'
import type { Params } from '../../src/index.js'
import { type DownloadHandler, StorageDownloadView } from '../../src/index.js'

class InvoiceView extends StorageDownloadView<{ id: string }> {}

const view: DownloadHandler<{ id: string }> = InvoiceView.asView()

export function inFastify(): void {
  const app = fastify()
  app.get('/invoices/:id', toFastifyHandler(view))
  app.get<{ Params: { id: string } }>('/invoices/:id', toFastifyHandler(view))
  // @ts-expect-error: the route has another parameter than the view needs.
  app.get<{ Params: { slug: string } }>('/invoices/:slug', toFastifyHandler(view))
  app.get('/', toFastifyHandler(view, { context: (request) => ({ asked: request.headers }) as object }))
  // @ts-expect-error: a view is given, not a class of views.
  app.get('/', toFastifyHandler(InvoiceView))
  // @ts-expect-error: there is no such option.
  app.register(downloads, { rot: '/srv' })
  app.get('/', (_request, reply) => reply.sendfile('a.txt', { attachment: true, root: '/srv' }))
  // @ts-expect-error: there is no such option.
  app.get('/', (_request, reply) => reply.sendfile('a.txt', { filename: 'b.txt' }))
}

export function inKoa(): void {
  new Router().get(
    '/invoices/:id',
    toKoaMiddleware(view, { context: (ctx) => ({ user: ctx.state['user'] }) as object }),
  )
  // @ts-expect-error: there is no such option.
  toKoaMiddleware(view, { onerror: () => {} })
}

export function inHono(): void {
  new Hono().get('/invoices/:id', toHonoHandler(view, { context: (c) => ({ user: c.get('user') }) as object }))
  // @ts-expect-error: a handler takes a request, and nothing else.
  toHonoHandler((request: string) => request)
}

export function inH3(): void {
  toH3Handler(view)
  toH3Handler<Params, H3NodeEvent>(() => Promise.reject(new Error()), {
    context: ({ node }) => ({ raw: node.req }) as object,
  })
  // @ts-expect-error: events of h3 2 have no `node`.
  toH3Handler(view, { context: ({ node }) => ({ raw: node.req }) as object })
}

export function inNext(): void {
  const GET = toFetchHandler(StorageDownloadView.asView())
  // Next.js 16 calls it so, with what it knows of the route.
  type Handler = (request: Request, context: { params: Promise<{ path: string[] }> }) => Promise<Response>
  const called: Handler = GET
  // Next.js 15 takes the handler apart, in the file that `next build` writes for each route.
  const asked: { params: Promise<unknown> } = secondOf(GET)
  const mine: { params: Promise<{ id: string }> } = secondOf(toFetchHandler(view))
  void [called, asked, mine]
  void GET(new Request('http://a/'))
  void toFetchHandler(view)(new Request('http://a/'), { params: { id: '7' } })
  // @ts-expect-error: the view needs another parameter.
  void toFetchHandler(view)(new Request('http://a/'), { params: Promise.resolve({ slug: '7' }) })
}

declare function secondOf<Second>(handler: (...args: [never, Second]) => unknown): Second
