import type { DownloadRequest } from '../handler.js'
import { assertKnownBy } from '../wrong-use.js'
import { TooManyDownloadsError } from './errors.js'
import { type CheckedLimits, checkLimits, type DownloadLimitsOptions, KNOWN_OPTIONS } from './options.js'

/**
 * Limits of downloads, for the `limits` option of adapters.
 *
 * All adapters that are given the same one count together. A download that is handed over to a server in front counts
 * until it is handed over; that server has limits of its own.
 */
export class DownloadLimits {
  /** As they were given, with their defaults. */
  readonly options: CheckedLimits
  readonly #ofClient = new Map<string, number>()
  #active = 0

  /** @throws ConfigurationError that names the option and the mend. */
  constructor(options: DownloadLimitsOptions) {
    assertKnownBy(new.target, DownloadLimits, options, KNOWN_OPTIONS)
    this.options = checkLimits(options)
  }

  /** How many downloads are under way. */
  get active(): number {
    return this.#active
  }

  /**
   * Lets a download begin. Gives back what tells that it has ended, to be called once.
   *
   * @throws TooManyDownloadsError when there are too many
   */
  async admit(request: DownloadRequest): Promise<() => void> {
    const { perClient, client, maxDownloads = Number.POSITIVE_INFINITY, retryAfter } = this.options
    const key = perClient === undefined ? undefined : await client?.(request)
    if (this.#active >= maxDownloads) throw new TooManyDownloadsError('all', retryAfter)
    const others = key === undefined ? 0 : (this.#ofClient.get(key) ?? 0)
    if (key !== undefined && others >= (perClient as number)) throw new TooManyDownloadsError('client', retryAfter)
    this.#count(key, 1)
    return () => this.#count(key, -1)
  }

  #count(key: string | undefined, change: 1 | -1): void {
    this.#active += change
    if (key === undefined) return
    const count = (this.#ofClient.get(key) ?? 0) + change
    if (count === 0) this.#ofClient.delete(key)
    else this.#ofClient.set(key, count)
  }
}
