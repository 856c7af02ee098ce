import { createServer } from 'node:http'
import { resolve } from 'node:path'
import { PathDownloadView } from 'downloadview'
import { toNodeHandler } from 'downloadview/node'

const files = PathDownloadView.asView({ root: resolve('files') })

export const server = createServer(toNodeHandler(files, { route: '/files/*path' }))
server.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1')
