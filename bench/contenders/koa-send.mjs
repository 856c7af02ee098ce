import Koa from 'koa'
import send from 'koa-send'
import { root, serve } from './lib/contender.mjs'

const app = new Koa().use((ctx) => send(ctx, ctx.path, { root }))
// It would print each download that is broken off, as all are that are under way at the end.
app.silent = true

await serve(app.callback())
