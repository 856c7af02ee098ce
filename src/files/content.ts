import { createHash } from 'node:crypto'
import { toBytes } from '../storages/content.js'
import type { FileStat } from '../storages/storage.js'
import { VirtualFile, type VirtualFileOptions } from './virtual.js'

/** What can be told of content; its size is its own. */
export type ContentFileOptions = Omit<VirtualFileOptions, 'size'>

/** Text or bytes as a file. Its entity-tag comes from the bytes themselves, unless one is given. */
export class ContentFile extends VirtualFile {
  readonly #bytes: Uint8Array
  #etag: string | undefined

  constructor(content: string | Uint8Array | ArrayBuffer, options: ContentFileOptions = {}) {
    const bytes = toBytes(content)
    super(bytes, options)
    this.#bytes = bytes
    this.#etag = options.etag
  }

  override async stat(): Promise<FileStat> {
    this.#etag ??= `"${createHash('sha256').update(this.#bytes).digest('base64url')}"`
    return { ...(await super.stat()), etag: this.#etag }
  }
}
