// #region send
import { resolve } from 'node:path'
import Router from '@koa/router'
import { sendfile } from 'downloadview'
import { toKoaMiddleware } from 'downloadview/koa'
import Koa from 'koa'

export const app = new Koa()
const router = new Router()
const root = resolve('invoices')

router.get(
  '/invoices/:id',
  toKoaMiddleware<{ id: string }>((request) => sendfile(request, `${request.params.id}.pdf`, { root })),
)

router.get(
  '/invoices/:id/download',
  toKoaMiddleware<{ id: string }>((request) => {
    const { id } = request.params
    return sendfile(request, `${id}.pdf`, { root, attachment: true, attachmentFilename: `invoice-${id}.pdf` })
  }),
)

// #endregion

// #region static
import { FileSystemStorage, StorageDownloadView } from 'downloadview'

const site = StorageDownloadView.asView({
  storage: new FileSystemStorage({ root: resolve('public') }),
  path: '', // what `/` stands for
  index: 'index.html',
  attachment: false,
  cacheControl: 'public, max-age=3600',
  contentSecurityPolicy: false, // these pages are your own
})
router.get('/{*path}', toKoaMiddleware(site))
app.use(router.routes())
// #endregion
