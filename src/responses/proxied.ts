import type { DownloadFile } from '../files/file.js'
import type { HeadersInit } from '../headers/header-map.js'
import type { DownloadResponse } from './download.js'
import { EmptyResponse } from './empty.js'

/**
 * A download that a proxy in front of the application streams: headers only, one of which tells the proxy what to send.
 *
 * Base of the responses for each proxy.
 */
export class ProxiedDownloadResponse extends EmptyResponse {
  /** The file that is handed over. */
  declare readonly file: DownloadFile

  constructor(response: DownloadResponse, headers: HeadersInit) {
    super(response.status, headers, response.file)
  }
}
