import { resolve } from 'node:path'
import Router from '@koa/router'
import { FileSystemStorage, StorageDownloadView } from 'downloadview'
import { toKoaMiddleware } from 'downloadview/koa'
import Koa from 'koa'

const storage = new FileSystemStorage({ root: resolve('invoices') })
const invoices = StorageDownloadView.asView({ storage })

export const app = new Koa()
app.use(new Router().get('/invoices/*path', toKoaMiddleware(invoices)).routes())
