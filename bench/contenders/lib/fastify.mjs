import { BACKLOG, ready } from './contender.mjs'

/** Answers requests by an application of Fastify. */
export async function serveFastify(app) {
  await app.listen({ host: '127.0.0.1', port: 0, backlog: BACKLOG })
  await ready(app.server.address().port)
}
