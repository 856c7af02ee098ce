import { createServer } from 'node:http'
import { resolve } from 'node:path'
import { FileSystemStorage, StorageDownloadView } from 'downloadview'
import { toNodeHandler } from 'downloadview/node'

const files = StorageDownloadView.asView({
  storage: new FileSystemStorage({ root: resolve('public') }),
  index: 'index.html',
  attachment: false,
  cacheControl: 'public, max-age=3600',
  contentSecurityPolicy: false, // these pages are your own
})

export const server = createServer(toNodeHandler(files, { route: '/{*path}' }))
