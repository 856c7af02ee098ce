import type { DownloadFile } from '../files/file.js'
import type { HeaderMap, HeadersInit } from '../headers/header-map.js'
import type { FileStat } from '../storages/storage.js'
import { describe } from './described.js'
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
  readonly attachment: boolean
  /** Name that the file is offered under: the one that streaming would have offered. */
  readonly basename: string
  /** Number of the rule of a configuration that handed it over; `undefined` where there is no configuration. */
  rule: number | undefined

  constructor(response: DownloadResponse, headers: HeadersInit) {
    super(response.status, headers, response.file)
    this.attachment = response.attachment
    this.basename = response.basename
  }
}

/** The headers that go along: all those of a stream, but for what the proxy has to say of the bytes itself. */
export function proxiedHeaders(response: DownloadResponse, stat: FileStat): HeaderMap {
  return describe(response, stat).handedOver
}
