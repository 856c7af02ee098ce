import { MemoryStorage, StorageDownloadView } from 'downloadview'
import { ChaosStorage } from 'downloadview/testing'

export const files = new MemoryStorage()
export const storage = new ChaosStorage(files, {
  // The second look at any PDF fails.
  stat: { fault: 'fail', keys: /\.pdf$/, calls: 2 },
  // Bytes come in time, but too few of them.
  open: { fault: 'truncate', after: 4, keys: 'report.txt' },
})
export const view = StorageDownloadView.asView({ storage })
