import type { HeaderMap } from '../../headers/header-map.js'
import type { DownloadResponse } from '../../responses/download.js'
import { ProxiedDownloadResponse } from '../../responses/proxied.js'

/** Tells Apache to send a file, by mod_xsendfile. */
export class XSendfileResponse extends ProxiedDownloadResponse {
  /** Absolute path of the file as Apache sees it. */
  readonly filePath: string

  constructor(response: DownloadResponse, headers: HeaderMap, filePath: string, headerValue: string) {
    super(response, headers)
    this.filePath = filePath
    this.headers.set('X-Sendfile', headerValue)
    // Apache serves ranges of the file, but does not say so by itself.
    this.headers.set('Accept-Ranges', 'bytes')
  }
}
