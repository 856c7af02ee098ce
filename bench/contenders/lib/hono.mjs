import { createAdaptorServer } from '@hono/node-server'
import { listen, ready } from './contender.mjs'

/** Answers requests by an application of Hono, on Node as its own adapter does it. */
export async function serveHono(app) {
  await ready(await listen(createAdaptorServer({ fetch: app.fetch })))
}
