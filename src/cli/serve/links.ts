import type { DownloadHandler, DownloadRequest, Params } from '../../handler.js'
import { requireSignature } from '../../middleware/signing/require-signature.js'
import { UrlSigner } from '../../signing/url-signer.js'
import { keyToUrl } from '../../storages/storage.js'

/** How files are linked, and who may follow. */
export interface Links {
  /** Links into the list of a folder: each takes a key, which ends with `/` for a folder. */
  within(request: DownloadRequest): (key: string) => string
  /** The link of the list of the whole folder, to begin with. */
  start(): string
  /** Lets only those through who may follow. */
  guard<P extends Params>(handler: DownloadHandler<P>): DownloadHandler<P>
  /** Tells whether a list links to the folder above. */
  readonly goUp: boolean
}

/** Links that anybody can write. */
export const plainLinks: Links = {
  within: () => addressOf,
  start: () => '/',
  guard: (handler) => handler,
  goUp: true,
}

/**
 * Links that are signed and end after a while. A folder's link is good for what lies below it and, passed on, for no
 * more: its list has no link to the folder above.
 */
export class SignedLinks implements Links {
  readonly goUp = false
  readonly #secrets: readonly string[]
  readonly #signer: UrlSigner

  constructor(secrets: readonly string[], expiresIn: number) {
    this.#secrets = secrets
    this.#signer = new UrlSigner({ secrets, expiresIn, stableFor: 1 })
  }

  /** They end when the link of the list does: else whoever walks about could stay for ever. */
  within({ url, method }: DownloadRequest): (key: string) => string {
    const { expires } = this.#signer.verify(url, { method })
    // For this signer it is always one second before that.
    const now = () => expires.getTime() - 1000
    const signer = new UrlSigner({ secrets: this.#secrets, expiresIn: 1, stableFor: 1, now })
    return (key) => signer.sign(addressOf(key))
  }

  start(): string {
    return this.#signer.sign('/')
  }

  guard<P extends Params>(handler: DownloadHandler<P>): DownloadHandler<P> {
    return requireSignature(handler, { signer: this.#signer })
  }
}

function addressOf(key: string): string {
  return keyToUrl('/', key)
}
