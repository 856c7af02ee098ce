import fastify, { type FastifyRequest } from 'fastify'
import { toFastifyHandler } from '../../../src/adapters/fastify/index.js'
import type { AdapterOptions } from '../../../src/adapters/options.js'
import type { Adapter } from '../servers.js'

export const withFastify5: Adapter = {
  name: 'Fastify 5',
  protocol: 'HTTP/1.1',
  errorsGoTo: 'next',
  hasResponse: true,
  spelling: 'kept',
  async start(view, route, { before, onNext, context, onError }) {
    const app = fastify({ forceCloseConnections: true, requestTimeout: 0, routerOptions: { maxParamLength: 5000 } })
    for (const method of METHODS) app.addHttpMethod(method)
    // Fastify refuses bodies of types that it was not told of.
    app.addContentTypeParser('*', (_request, payload, done) => {
      payload.resume()
      done(null)
    })
    app.addHook('onRequest', async (_request, reply) => before?.(reply.raw))
    app.setErrorHandler((error, _request, reply) => {
      onNext?.(error)
      reply.send(error)
    })
    const handler = toFastifyHandler(view, { context: context as AdapterOptions<FastifyRequest>['context'], onError })
    if (route === undefined) app.setNotFoundHandler(handler as never)
    else app.route({ method: METHODS, url: route.replace(/\*\w+$/, '*'), handler })
    const origin = await app.listen({ host: '127.0.0.1', port: 0 })
    return { origin, close: () => app.close() }
  },
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'MKCOL', 'SEARCH', 'TRACE']
