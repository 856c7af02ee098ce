import { resolve } from 'node:path'
import Router from '@koa/router'
import Koa from 'koa'
import send from 'koa-send'
import serve from 'koa-static'

export const app = new Koa()
const router = new Router()

// #region send
router.get('/invoices/:id', async (ctx) => {
  await send(ctx, `${ctx.params['id']}.pdf`, { root: resolve('invoices') })
})

router.get('/invoices/:id/download', async (ctx) => {
  ctx.attachment(`invoice-${ctx.params['id']}.pdf`)
  await send(ctx, `${ctx.params['id']}.pdf`, { root: resolve('invoices') })
})
app.use(router.routes())
// #endregion

// #region static
app.use(serve('public', { maxage: 3_600_000 }))
// #endregion
