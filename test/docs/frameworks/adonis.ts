import { resolve } from 'node:path'
import type { HttpContext } from '@adonisjs/http-server'
import { FileNotFoundError, FileSystemStorage, StorageDownloadView } from 'downloadview'
import { toNodeHandler } from 'downloadview/node'

const storage = new FileSystemStorage({ root: resolve('invoices') })
const send = toNodeHandler(StorageDownloadView.asView({ storage }), { route: '/invoices/*path' })

// start/routes.ts: router.get('/invoices/*', invoices)
export function invoices({ request, response }: HttpContext): Promise<void> {
  return new Promise((resolve, reject) => {
    response.response.once('close', resolve)
    send(request.request, response.response, (error = new FileNotFoundError()) => reject(error))
  })
}
