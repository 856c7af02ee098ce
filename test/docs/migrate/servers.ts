import type { RequestListener, Server } from 'node:http'
import { after } from 'node:test'
import type { Application } from 'express'
import type { FastifyInstance } from 'fastify'
import type Koa from 'koa'
import { serveListener } from '../../http/serve.js'

/** The example of another library, or the one that takes its place. */
export type Side = 'before' | 'after'

/** Starts an example, once, until all tests have ended. */
export function start(name: keyof typeof STARTS, side: Side): Promise<string> {
  const key = `${name} ${side}`
  const origin = started.get(key) ?? STARTS[name](side)
  started.set(key, origin)
  return origin
}

const started = new Map<string, Promise<string>>()

const STARTS = {
  async express(side: Side) {
    const { app } = (await import(`./express-${side}.js`)) as { app: Application }
    return serveExpress(app)
  },
  async 'fastify-static'(side: Side) {
    const { app } = (await import(`./fastify-${side}.js`)) as { app: FastifyInstance }
    after(() => app.close())
    return app.listen({ host: '127.0.0.1', port: 0 })
  },
  async koa(side: Side) {
    const { app } = (await import(`./koa-${side}.js`)) as { app: Koa }
    // Errors would be written to the console.
    app.silent = true
    return serveListener(app.callback())
  },
  async sirv(side: Side) {
    const { server } = (await import(`./sirv-${side}.js`)) as { server: Server }
    return serveListener(server.listeners('request')[0] as RequestListener)
  },
}

/** Serves an application of Express, which writes no errors to the console then. */
export function serveExpress(app: Application): Promise<string> {
  app.set('env', 'test')
  return serveListener(app as unknown as RequestListener)
}
