import { type Awaitable, inTurn, isPromise } from '../awaitable.js'
import { ConfigurationError } from '../errors.js'
import type { DownloadFile } from '../files/file.js'
import { StorageFile } from '../files/storage.js'
import type { Params } from '../handler.js'
import type { Storage } from '../storages/storage.js'
import { kindOf } from '../wrong-use.js'
import { DownloadView } from './base.js'
import { missingParam, paramOf } from './params.js'

/** Serves a file of a storage, given its key. */
export class StorageDownloadView<P extends Params = Params> extends DownloadView<P> {
  /** The storage that holds the file. */
  storage: Storage | undefined
  /** Key of the file. A parameter of the route wins, see {@link pathParam}. */
  path: string | undefined
  /** Parameter of the route that holds the key. */
  pathParam = 'path'
  /**
   * Name of the file that stands for its folder, such as `index.html`: `''` and a key that ends with `/` then mean the file
   * of that name in this folder. Default: none, so that folders are a 404.
   */
  index: string | undefined

  override checkOptions(): void {
    if (this.getStorage !== StorageDownloadView.prototype.getStorage) return
    if (this.storage === undefined) throw noStorage(this.constructor.name)
    assertStorage(this.storage, this.constructor.name)
  }

  /** Finds the storage. The default gives back {@link storage}. */
  getStorage(): Awaitable<Storage> {
    if (this.storage !== undefined) return this.storage
    throw noStorage(this.constructor.name)
  }

  /**
   * Finds the key. The default gives back the route's parameter {@link pathParam}, else {@link path}; for a folder, the key
   * of its {@link index}.
   */
  getPath(): Awaitable<string> {
    const path = paramOf(this.params, this.pathParam) ?? this.path
    // Nothing is taken away: "a//" becomes "a//index.html", which is no canonical key either.
    if (path !== undefined) return path === '' || path.endsWith('/') ? path + (this.index ?? '') : path
    throw missingParam(this, [this.pathParam], 'set `path` or override getPath()')
  }

  override async getFile(): Promise<DownloadFile> {
    const found = inTurn(this, [this.getStorage, this.getPath])
    const [storage, path] = isPromise(found) ? await found : found
    return new StorageFile(storage, path)
  }
}

function assertStorage(storage: Storage, view: string): void {
  if (typeof storage?.stat === 'function') return
  throw new ConfigurationError(
    `${view}: storage must be a storage, such as new FileSystemStorage({ root }), and is ${kindOf(storage)}.`,
  )
}

function noStorage(view: string): ConfigurationError {
  return new ConfigurationError(`${view} has no storage: set \`storage\` or override getStorage().`)
}
