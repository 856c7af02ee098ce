import { ObjectDownloadView, type ObjectOf } from 'downloadview'
import { invoices } from './drizzle.js'
import { files } from './setup/files.js'

type Invoice = ObjectOf<typeof invoices>

export class InvoiceView extends ObjectDownloadView<Invoice> {
  override model = invoices
  override storage = files
  override fileField = 'pdf' as const
  override basenameField = 'title' as const
}
