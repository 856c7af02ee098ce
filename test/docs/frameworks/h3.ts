import { resolve } from 'node:path'
import { FileSystemStorage, StorageDownloadView } from 'downloadview'
import { toH3Handler } from 'downloadview/h3'
import { H3 } from 'h3'

const storage = new FileSystemStorage({ root: resolve('invoices') })
const invoices = StorageDownloadView.asView({ storage })

export const app = new H3()
app.get('/invoices/**:path', toH3Handler(invoices))
