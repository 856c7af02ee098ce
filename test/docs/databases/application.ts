import { ObjectDownloadView } from 'downloadview'
import { fromDrizzle } from 'downloadview/drizzle'
import { toExpressHandler } from 'downloadview/express'
import express from 'express'
import { db, invoices } from './setup/drizzle.js'
import { files } from './setup/files.js'

class InvoiceView extends ObjectDownloadView<typeof invoices.$inferSelect> {
  override model = fromDrizzle(db, invoices)
  override storage = files
  override fileField = 'pdf' as const
}

export const app = express()
app.get('/invoices/:id', toExpressHandler(InvoiceView.asView()))
