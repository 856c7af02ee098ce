import { resolve } from 'node:path'
import { FileSystemStorage, PermissionDeniedError, StorageDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import express from 'express'

const invoices = new FileSystemStorage({ root: resolve('invoices') })

class InvoiceView extends StorageDownloadView<{ id: string }> {
  override storage = invoices
  override getPath(): string {
    if (this.request.headers.get('x-user') !== 'alice') throw new PermissionDeniedError()
    return `${this.params.id}.pdf`
  }
}

express().get('/invoices/:id', toExpressHandler(InvoiceView.asView())).listen(3000)
