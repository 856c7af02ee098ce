// #region send-file
import { resolve } from 'node:path'
import { sendfile } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import express from 'express'

export const app = express()
const root = resolve('invoices')

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

// #region headers
import { DownloadResponse, LocalFile } from 'downloadview'

app.get(
  '/invoices/:id/kept',
  toExpressHandler<{ id: string }>(({ params }) => {
    const file = LocalFile.at(`${params.id}.pdf`, { root })
    return new DownloadResponse(file, {
      attachment: false,
      cacheControl: 'private, max-age=3600, immutable',
      headers: { 'X-Robots-Tag': 'noindex' },
    })
  }),
)

// #endregion

// #region static
import { FileSystemStorage, StorageDownloadView } from 'downloadview'

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
import type { NextFunction, Request, Response } from 'express'

app.use('/files', (error: { status?: number }, _req: Request, _res: Response, next: NextFunction) => {
  next(error.status === 404 ? undefined : error)
})
// #endregion
