import { FileNotFoundError, ObjectDownloadView } from 'downloadview'
import { fromDrizzle } from 'downloadview/drizzle'
import { db, invoices } from './setup/drizzle.js'
import { files } from './setup/files.js'

// #region view
declare module 'downloadview' {
  interface DownloadContext {
    tenant?: number
  }
}

type Invoice = typeof invoices.$inferSelect

export class InvoiceView extends ObjectDownloadView<Invoice> {
  override model = fromDrizzle(db, invoices)
  override storage = files
  override fileField = 'pdf' as const

  override async getObject(): Promise<Invoice> {
    const invoice = await super.getObject()
    if (invoice.tenant !== this.request.context.tenant) throw new FileNotFoundError()
    return invoice
  }
}
// #endregion
