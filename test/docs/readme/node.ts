import { createServer } from 'node:http'
import { resolve } from 'node:path'
import { FileSystemStorage, StorageDownloadView } from 'downloadview'
import { toNodeHandler } from 'downloadview/node'

const storage = new FileSystemStorage({ root: resolve('media') })
const media = StorageDownloadView.asView({ storage, attachment: false })

createServer(toNodeHandler(media, { route: '/media/*path' })).listen(3000)
