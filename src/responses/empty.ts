import type { DownloadFile } from '../files/file.js'
import { HeaderMap, type HeadersInit } from '../headers/header-map.js'
import { type Reply, replyStatus } from './reply.js'

/** A reply that has no body. */
export class EmptyResponse implements Reply {
  readonly status: number
  readonly headers: HeaderMap
  /** The file that the reply is about, if there is one. It is let go of once the reply is sent. */
  readonly file: DownloadFile | undefined

  constructor(status: number, headers?: HeadersInit, file?: DownloadFile) {
    this.status = replyStatus(status, new.target.name)
    this.headers = new HeaderMap(headers)
    this.file = file
  }

  /** What may be shown of it: nothing of where its file lies on this server. */
  toJSON(): object {
    return { status: this.status }
  }
}
