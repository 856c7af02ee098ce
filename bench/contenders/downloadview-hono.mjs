import { toHonoHandler } from 'downloadview/hono'
import { Hono } from 'hono'
import { files } from './lib/downloads.mjs'
import { serveHono } from './lib/hono.mjs'

await serveHono(new Hono().get('/:path{.+}', toHonoHandler(files)))
