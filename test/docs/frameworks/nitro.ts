// server/routes/invoices/[...path].ts
import { resolve } from 'node:path'
import { FileSystemStorage, type Params, StorageDownloadView } from 'downloadview'
import { type H3NodeEvent, toH3Handler } from 'downloadview/h3'

const storage = new FileSystemStorage({ root: resolve('invoices') })
const invoices = StorageDownloadView.asView({ storage })

export default defineEventHandler(toH3Handler<Params, H3NodeEvent>(invoices))
