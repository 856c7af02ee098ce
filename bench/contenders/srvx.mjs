import { serve } from 'srvx'
import { staticMiddleware } from 'srvx/static'
import { BACKLOG, ready, root } from './lib/contender.mjs'

const server = serve({
  middleware: [staticMiddleware({ dir: root })],
  fetch: () => new Response('Not found', { status: 404 }),
  hostname: '127.0.0.1',
  port: 0,
  silent: true,
  node: { backlog: BACKLOG },
})
await server.ready()
await ready(Number(new URL(server.url).port))
