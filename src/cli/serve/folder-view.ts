import { ConfigurationError, type FileNotFoundError } from '../../errors.js'
import type { DownloadFile } from '../../files/file.js'
import { StorageFile } from '../../files/storage.js'
import { VirtualFile } from '../../files/virtual.js'
import type { Outcome } from '../../handler.js'
import { EmptyResponse } from '../../responses/empty.js'
import type { FileSystemStorage } from '../../storages/file-system.js'
import { StorageDownloadView } from '../../views/storage.js'
import { Folder, isFolder } from './folder.js'
import { type Links, plainLinks } from './links.js'
import { writeListing } from './listing.js'
import { PAGE_POLICY } from './page.js'
import type { Transfers } from './transfers.js'

/** Serves the files of a folder, and a list for each folder in it. */
export class FolderView extends StorageDownloadView<{ path?: string }> {
  override storage: FileSystemStorage | undefined = undefined
  links: Links = plainLinks
  /** Counts what is downloaded. Left out, nothing is counted. */
  transfers: Transfers | undefined

  /** Ends with `/` for a folder, and is empty for the root: also where an index stands for it. */
  override getPath(): string {
    return this.params.path ?? ''
  }

  override async getFile(): Promise<DownloadFile> {
    const path = this.getPath()
    if (path !== '' && !path.endsWith('/')) return this.#fileAt(path)
    const index = this.index ? this.#fileAt(path + this.index) : undefined
    this.attachment = false
    if (await index?.exists()) return index as DownloadFile
    return this.#listing(await Folder.read(this.#storage, path))
  }

  /** A folder that was asked for without `/` at its end: links in its list would be read as those of another one. */
  override async fileNotFoundResponse(error: FileNotFoundError): Promise<Outcome> {
    const key = `${this.getPath()}/`
    if (key === '/' || !(await isFolder(this.#storage, key))) throw error
    return new EmptyResponse(302, { Location: this.links.within(this.request)(key), 'Cache-Control': 'no-store' })
  }

  #fileAt(key: string): StorageFile {
    return this.transfers?.counted(this.#storage, key, this.request.raw) ?? new StorageFile(this.#storage, key)
  }

  #listing(folder: Folder): DownloadFile {
    // Files come and go, and the links in it may end.
    this.cacheControl = 'no-store'
    this.contentSecurityPolicy = PAGE_POLICY
    const link = this.links.within(this.request)
    const content = () => writeListing(folder, { link, goUp: this.links.goUp })
    return new VirtualFile(content, { contentType: 'text/html' })
  }

  get #storage(): FileSystemStorage {
    if (this.storage !== undefined) return this.storage
    throw new ConfigurationError('FolderView has no storage: set `storage`.')
  }
}
