import type { HeaderMap } from '../../headers/header-map.js'
import type { DownloadResponse } from '../../responses/download.js'
import { ProxiedDownloadResponse } from '../../responses/proxied.js'

/** Tells Caddy to send a file, by a `handle_response` block that looks for `X-Accel-Redirect`. */
export class XAccelRedirectResponse extends ProxiedDownloadResponse {
  /** Address that the block rewrites to, not encoded. */
  readonly redirectUrl: string

  constructor(response: DownloadResponse, headers: HeaderMap, redirectUrl: string, headerValue: string) {
    super(response, headers)
    this.redirectUrl = redirectUrl
    this.headers.set('X-Accel-Redirect', headerValue)
  }
}
