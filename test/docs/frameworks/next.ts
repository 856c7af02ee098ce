// app/invoices/[...path]/route.ts
import { resolve } from 'node:path'
import { FileSystemStorage, StorageDownloadView } from 'downloadview'
import { toFetchHandler } from 'downloadview/fetch'

const storage = new FileSystemStorage({ root: resolve('invoices') })

export const GET = toFetchHandler(StorageDownloadView.asView({ storage }))
export const HEAD = GET
