import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { root } from './lib/contender.mjs'
import { serveHono } from './lib/hono.mjs'

await serveHono(new Hono().get('/*', serveStatic({ root })))
