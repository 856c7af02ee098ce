import { ObjectDownloadView } from 'downloadview'
import { toExpressHandler } from 'downloadview/express'
import express from 'express'
import { files, type Invoice, invoices } from './model.js'

class InvoiceView extends ObjectDownloadView<Invoice> {
  override model = invoices
  override storage = files
  override fileField = 'pdf' as const
  override attachment = false

  override getBasename(): string {
    return `invoice-${this.object.number}.pdf`
  }
}

export const app = express()
app.get('/invoices/:slug', toExpressHandler(InvoiceView.asView()))
