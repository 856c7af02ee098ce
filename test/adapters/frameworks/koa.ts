import Router from '@koa/router'
import Koa, { type Context } from 'koa'
import Koa2 from 'koa2'
import { type KoaMiddlewareOptions, toKoaMiddleware } from '../../../src/adapters/koa/index.js'
import { type Adapter, listen } from '../servers.js'

export const withKoa3 = withKoa('Koa 3', Koa)
export const withKoa2 = withKoa('Koa 2', Koa2 as unknown as typeof Koa)

function withKoa(name: string, create: typeof Koa): Adapter {
  return {
    name,
    protocol: 'HTTP/1.1',
    errorsGoTo: 'next',
    hasResponse: true,
    spelling: 'kept',
    start: startWith(create),
  }
}

function startWith(create: typeof Koa): Adapter['start'] {
  return (view, route, { before, onNext, context, onError }) => {
    const app = new create()
    app.silent = true
    app.use(async (ctx: Context, next) => {
      before?.(ctx.res)
      try {
        await next()
      } catch (error) {
        onNext?.(error)
        throw error
      }
    })
    const middleware = toKoaMiddleware(view, { context: context as KoaMiddlewareOptions['context'], onError })
    if (route === undefined) app.use(middleware)
    else app.use(new Router().all(route, middleware).routes())
    return listen(app.callback())
  }
}
