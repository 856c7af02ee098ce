import { FileSystemStorage, StorageDownloadView } from 'downloadview'
import { toNodeHandler } from 'downloadview/node'
import { counts } from './counts.js'

const view = StorageDownloadView.asView({ storage: new FileSystemStorage({ root: process.cwd() }) })

export const handler = toNodeHandler(view, {
  route: '/files/*path',
  onDownload({ stage, name, isFirst }) {
    if (stage === 'started' && isFirst) counts.add(name)
  },
})
