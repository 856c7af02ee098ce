import { ExpiringStorage, StorageDownloadView } from 'downloadview'

const folder = new ExpiringStorage({ root: '/srv/exports', keepFor: 3600 })

export class ExportView extends StorageDownloadView {
  override storage = folder
  override async getPath() {
    const key = `${crypto.randomUUID()}/orders.csv`
    await folder.save(key, orders())
    return key
  }
}

async function* orders() {
  yield 'id,total\n'
}
