import { HeaderMap, type HeadersInit } from '../headers/header-map.js'
import type { Reply } from './reply.js'

/** A reply that has no body. */
export class EmptyResponse implements Reply {
  readonly status: number
  readonly headers: HeaderMap

  constructor(status: number, headers?: HeadersInit) {
    this.status = status
    this.headers = new HeaderMap(headers)
  }
}
