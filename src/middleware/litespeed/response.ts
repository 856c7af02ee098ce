import type { HeaderMap } from '../../headers/header-map.js'
import type { DownloadResponse } from '../../responses/download.js'
import { ProxiedDownloadResponse } from '../../responses/proxied.js'

/** Tells LiteSpeed to send a file, by an internal redirect. */
export class XLiteSpeedLocationResponse extends ProxiedDownloadResponse {
  /** Percent-encoded address of the file. */
  readonly redirectUrl: string

  constructor(response: DownloadResponse, headers: HeaderMap, redirectUrl: string) {
    super(response, headers)
    this.redirectUrl = redirectUrl
    this.headers.set('X-LiteSpeed-Location', redirectUrl)
  }
}
