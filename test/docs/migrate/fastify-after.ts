// #region plugin
import { resolve } from 'node:path'
import { FileSystemStorage, StorageDownloadView } from 'downloadview'
import { toFastifyHandler } from 'downloadview/fastify'
import fastify from 'fastify'

export const app = fastify()

const site = StorageDownloadView.asView({
  storage: new FileSystemStorage({ root: resolve('public') }),
  index: 'index.html',
  attachment: false,
  cacheControl: 'public, max-age=3600',
  contentSecurityPolicy: false, // these pages are your own
})
app.get('/files/*', toFastifyHandler(site))

// #endregion

// #region replies
import { downloads } from 'downloadview/fastify'

await app.register(downloads, { root: resolve('invoices') })

app.get<{ Params: { id: string } }>('/invoices/:id', (request, reply) => {
  return reply.sendfile(`${request.params.id}.pdf`)
})

app.get<{ Params: { id: string } }>('/invoices/:id/download', (request, reply) => {
  const { id } = request.params
  return reply.download(`${id}.pdf`, { basename: `invoice-${id}.pdf` })
})
// #endregion
