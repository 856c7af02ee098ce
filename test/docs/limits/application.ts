import { DownloadLimits, FileSystemStorage, remoteAddress, StorageDownloadView } from 'downloadview'
import { toNodeHandler } from 'downloadview/node'

const limits = new DownloadLimits({
  maxDownloads: 500,
  perClient: 4,
  client: remoteAddress,
  limitRate: 2_000_000,
  idleTimeout: 30,
  totalTimeout: 6 * 3600,
})
const view = StorageDownloadView.asView({ storage: new FileSystemStorage({ root: process.cwd() }) })

export const handler = toNodeHandler(view, { route: '/files/*path', limits })
