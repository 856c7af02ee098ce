import { resolve } from 'node:path'
import { FileSystemStorage, StorageDownloadView } from 'downloadview'
import { toHonoHandler } from 'downloadview/hono'
import { Hono } from 'hono'

const storage = new FileSystemStorage({ root: resolve('invoices') })
const invoices = StorageDownloadView.asView({ storage })

export const app = new Hono()
app.get('/invoices/:path{.+}', toHonoHandler(invoices))
