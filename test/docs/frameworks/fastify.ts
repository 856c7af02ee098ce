// #region handler
import { resolve } from 'node:path'
import { FileSystemStorage, PermissionDeniedError, StorageDownloadView } from 'downloadview'
import { downloads, toFastifyHandler } from 'downloadview/fastify'
import fastify from 'fastify'

const invoices = new FileSystemStorage({ root: resolve('invoices') })

class InvoiceView extends StorageDownloadView<{ id: string }> {
  override storage = invoices
  override getPath(): string {
    if (this.request.headers.get('x-user') !== 'alice') throw new PermissionDeniedError()
    return `${this.params.id}.pdf`
  }
}

export const app = fastify()
app.get('/invoices/:id', toFastifyHandler(InvoiceView.asView()))
// #endregion

// #region plugin
await app.register(downloads, { root: resolve('invoices') })

app.get('/latest', (_request, reply) => reply.download('2026/7.pdf', { basename: 'latest.pdf' }))
app.get('/latest/preview', (_request, reply) => reply.sendfile('2026/7.pdf'))
// #endregion
