// #region single
import { extname, resolve } from 'node:path'
import { type FileNotFoundError, FileSystemStorage, StorageDownloadView, StorageFile } from 'downloadview'

const storage = new FileSystemStorage({ root: resolve('public') })

export class SinglePageView extends StorageDownloadView {
  override storage = storage
  override attachment = false
  override async fileNotFoundResponse(error: FileNotFoundError) {
    if (extname(await this.getPath()) !== '') throw error
    const page = new StorageFile(storage, 'index.html')
    return this.downloadResponse(page, { cacheControl: 'no-cache' })
  }
}
// #endregion

// #region extensions
export class CleanView extends StorageDownloadView {
  override storage = storage
  override attachment = false
  override async getPath() {
    const key = await super.getPath()
    return (await storage.exists(key)) ? key : `${key}.html`
  }
}
// #endregion
