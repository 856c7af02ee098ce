import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { type HonoHandlerOptions, toHonoHandler } from '../../../src/adapters/hono/index.js'
import { DownloadError } from '../../../src/errors.js'
import { type Adapter, listen } from '../servers.js'

export const withHono4: Adapter = {
  name: 'Hono 4',
  protocol: 'HTTP/1.1',
  errorsGoTo: 'next',
  hasResponse: false,
  spelling: 'resolved',
  start(view, route, { onNext, context, onError }) {
    const app = new Hono()
    const handler = toHonoHandler(view, { context: context as HonoHandlerOptions['context'], onError })
    app.all(route?.replace(/\*(\w+)$/, ':$1{[^]+}') ?? '*', handler)
    app.onError((error) => {
      onNext?.(error)
      return new Response('It failed.', { status: error instanceof DownloadError ? error.status : 500 })
    })
    return listen(getRequestListener(app.fetch))
  },
}
