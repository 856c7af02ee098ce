import { BlobSASPermissions, type UserDelegationKey } from '@azure/storage-blob'
import { ConfigurationError } from '../../errors.js'
import type { PresignOptions } from '../storage.js'
import type { Container } from './container.js'

/** Makes addresses that allow reading one blob for a while. */
export class BlobSigner {
  readonly #container: Container
  /** When {@link #key} ends. */
  #end = 0
  /** The last key that an application without an account key has got from the service. */
  #key: Promise<UserDelegationKey> | undefined

  constructor(container: Container) {
    this.#container = container
  }

  async sign(name: string, { expiresIn = 300, ...headers }: PresignOptions): Promise<string> {
    const blob = this.#container.blob(name)
    const expiresOn = new Date(Date.now() + expiresIn * 1000)
    const sas = { permissions: BlobSASPermissions.parse('r'), expiresOn, ...responseHeaders(headers) }
    if (!('getToken' in blob.credential)) return blob.generateSasUrl(sas).catch(cannotSign)
    if (expiresIn > MOST_SECONDS) {
      throw new ConfigurationError('An address that is signed for a token can live for seven days at most.')
    }
    return blob.generateUserDelegationSasUrl(sas, await this.#keyUntil(expiresOn.getTime()))
  }

  /** Gives a key that is valid at least until then: an address lives no longer than its key. */
  #keyUntil(end: number): Promise<UserDelegationKey> {
    if (this.#key === undefined || end > this.#end) this.#renewKey(end)
    return this.#key as Promise<UserDelegationKey>
  }

  #renewKey(needed: number): void {
    const now = Date.now()
    // Rounded up to seconds, which are all that the service knows.
    this.#end = Math.ceil(Math.min(needed + SPARE, now + MOST_SECONDS * 1000) / 1000) * 1000
    const [from, to] = [new Date(now - CLOCK_SKEW), new Date(this.#end)]
    const key = this.#container.ask<UserDelegationKey>((abortSignal) =>
      this.#container.service.getUserDelegationKey(from, to, { abortSignal }),
    )
    this.#key = key
    key.catch(() => {
      if (this.#key === key) this.#key = undefined
    })
  }
}

/** Seconds that the service lets a key live. */
const MOST_SECONDS = 7 * 24 * 60 * 60

/** Milliseconds for which a key serves longer than the address that it was made for. */
const SPARE = 60 * 60_000

/** Milliseconds that the service's clock may be behind ours. */
const CLOCK_SKEW = 15 * 60_000

function responseHeaders({ contentType, contentDisposition, cacheControl }: PresignOptions) {
  return {
    ...(contentType === undefined ? {} : { contentType }),
    ...(contentDisposition === undefined ? {} : { contentDisposition }),
    ...(cacheControl === undefined ? {} : { cacheControl }),
  }
}

function cannotSign(cause: unknown): never {
  throw new ConfigurationError(
    'This client cannot sign addresses: make it with a StorageSharedKeyCredential, a connection string with an account key, or a TokenCredential.',
    { cause },
  )
}
