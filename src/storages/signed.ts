import type { LinkOptions, LinkSigner } from '../signing/signer.js'
import type { Content } from './content.js'
import type { FileStat, ReadOptions, SaveOptions, Storage } from './storage.js'

/** Options of {@link SignedStorage}. */
export interface SignedStorageOptions<Options extends LinkOptions = LinkOptions> {
  /** Makes the links: a `UrlSigner`, a `NginxSecureLink`, a `LighttpdSecdownload`, or one of your own. */
  signer: LinkSigner<Options>
  /** What every link is told, such as `{ disposition: 'inline' }`. Default: nothing. */
  link?: Options | undefined
}

/**
 * Gives the files of another storage addresses that are signed and expire; all else is done by that storage.
 *
 * It is for making links. A view that serves the files, and the rules of a proxy, take the other storage as it is.
 */
export class SignedStorage<Options extends LinkOptions = LinkOptions> implements Storage {
  /** The storage that keeps the files. */
  readonly storage: Storage
  /** Only where the storage has it: who asks for it would otherwise go another way. */
  declare readonly fetch?: NonNullable<Storage['fetch']>
  /** Only where the storage has it. */
  declare readonly retain?: NonNullable<Storage['retain']>
  /** Only where the storage has it. The storage itself signs such an address, and checks it. */
  declare readonly presignedUrl?: NonNullable<Storage['presignedUrl']>
  readonly #signer: LinkSigner<Options>
  readonly #link: Options | undefined

  constructor(storage: Storage, { signer, link }: SignedStorageOptions<Options>) {
    this.storage = storage
    this.#signer = signer
    this.#link = link
    if (storage.fetch !== undefined) this.fetch = storage.fetch.bind(storage)
    if (storage.retain !== undefined) this.retain = storage.retain.bind(storage)
    if (storage.presignedUrl !== undefined) this.presignedUrl = storage.presignedUrl.bind(storage)
  }

  stat(key: string): Promise<FileStat | undefined> {
    return this.storage.stat(key)
  }

  open(key: string, options?: ReadOptions): AsyncIterable<Uint8Array> {
    return this.storage.open(key, options)
  }

  save(key: string, content: Content, options?: SaveOptions): Promise<void> {
    return this.storage.save(key, content, options)
  }

  exists(key: string): Promise<boolean> {
    return this.storage.exists(key)
  }

  delete(key: string): Promise<void> {
    return this.storage.delete(key)
  }

  list(folder?: string): AsyncIterable<string> {
    return this.storage.list(folder)
  }

  /**
   * Signs the address that the storage gives; `undefined` where it gives none, as one without a `baseUrl` does.
   *
   * @param link Wins over what every link is told.
   */
  url(key: string, link?: Options): string | undefined {
    const url = this.storage.url(key)
    return url === undefined ? undefined : this.#signer.sign(url, { ...this.#link, ...link } as Options)
  }

  path(key: string): string | undefined {
    return this.storage.path(key)
  }
}
