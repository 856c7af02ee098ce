import { ExpiringStorage, StorageDownloadView } from 'downloadview'

const folder = new ExpiringStorage({ root: '/srv/exports', keepFor: 3600 })

export class ExportView extends StorageDownloadView<{ month: string }> {
  override storage = folder
  override async getPath() {
    const key = `orders-${this.params.month}.csv`
    // Made once: a resumed download has to find the very file that it began with.
    if (!(await folder.exists(key))) await folder.save(key, orders(this.params.month))
    return key
  }
}

async function* orders(month: string) {
  yield `id,total,${month}\n`
}
