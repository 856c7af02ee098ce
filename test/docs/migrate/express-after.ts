import { resolve } from 'node:path'
import { FileSystemStorage, StorageDownloadView, sendfile } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import express, { type NextFunction, type Request, type Response } from 'express'

export const app = express()
const root = resolve('invoices')

// #region send-file
app.get(
  '/invoices/:id',
  toExpressHandler<{ id: string }>((request) => sendfile(request, `${request.params.id}.pdf`, { root })),
)

app.get(
  '/invoices/:id/download',
  toExpressHandler<{ id: string }>((request) => {
    const { id } = request.params
    return sendfile(request, `${id}.pdf`, { root, attachment: true, attachmentFilename: `invoice-${id}.pdf` })
  }),
)
// #endregion

// #region static
const site = StorageDownloadView.asView({
  storage: new FileSystemStorage({ root: resolve('public') }),
  path: '', // what `/files/` stands for
  index: 'index.html',
  attachment: false,
  cacheControl: 'public, max-age=3600',
  contentSecurityPolicy: false, // these pages are your own
})
app.get('/files/{*path}', toExpressHandler(site))
// #endregion

// #region fallthrough
app.use('/files', (error: { status?: number }, _req: Request, _res: Response, next: NextFunction) => {
  next(error.status === 404 ? undefined : error)
})
// #endregion
