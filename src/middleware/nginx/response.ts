import type { HeaderMap } from '../../headers/header-map.js'
import { charsetOf } from '../../headers/media-type.js'
import type { DownloadResponse } from '../../responses/download.js'
import { ProxiedDownloadResponse } from '../../responses/proxied.js'

/** What nginx is told of one reply. Left out or `null`, its own configuration decides. */
export interface XAccelOptions {
  /**
   * How long nginx may cache the reply: seconds, or a moment. `0` keeps it out of the cache; `false` sends `off`, which
   * leaves the time to nginx's configuration. This is nginx's own cache; for clients, see `cacheControl`.
   */
  expires?: number | Date | false | null | undefined
  /** `false` lets nginx pass bytes on at once instead of gathering them. */
  withBuffering?: boolean | null | undefined
  /** Bytes per second to this client. `false` or `0` lifts the limit. */
  limitRate?: number | false | null | undefined
}

/**
 * Tells nginx to send a file by an internal redirect.
 *
 * @see https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ignore_headers
 */
export class XAccelRedirectResponse extends ProxiedDownloadResponse {
  /** Percent-encoded address below an `internal` location. */
  readonly redirectUrl: string

  constructor(response: DownloadResponse, headers: HeaderMap, redirectUrl: string, options: XAccelOptions = {}) {
    super(response, headers)
    this.redirectUrl = redirectUrl
    this.headers.set('X-Accel-Redirect', redirectUrl)
    this.#setIfAny('X-Accel-Charset', charsetOf(headers.get('Content-Type') ?? ''))
    this.#setIfAny('X-Accel-Expires', expiresOf(options.expires))
    this.#setIfAny('X-Accel-Buffering', bufferingOf(options.withBuffering))
    this.#setIfAny('X-Accel-Limit-Rate', limitRateOf(options.limitRate))
  }

  #setIfAny(name: string, value: string | undefined): void {
    if (value !== undefined) this.headers.set(name, value)
  }
}

function expiresOf(expires: XAccelOptions['expires']): string | undefined {
  if (expires === undefined || expires === null) return undefined
  if (expires === false) return 'off'
  const seconds = expires instanceof Date ? (expires.getTime() - Date.now()) / 1000 : expires
  return String(Math.max(0, Math.round(seconds)))
}

function bufferingOf(withBuffering: XAccelOptions['withBuffering']): string | undefined {
  if (withBuffering === undefined || withBuffering === null) return undefined
  return withBuffering ? 'yes' : 'no'
}

function limitRateOf(limitRate: XAccelOptions['limitRate']): string | undefined {
  if (limitRate === undefined || limitRate === null) return undefined
  return limitRate ? String(limitRate) : 'off'
}
