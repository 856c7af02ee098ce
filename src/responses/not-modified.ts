import type { HeadersInit } from '../headers/header-map.js'
import { EmptyResponse } from './empty.js'

/** Tells a client that what it has is still right. Validators and caching headers are added when it is sent. */
export class NotModifiedResponse extends EmptyResponse {
  constructor(headers?: HeadersInit) {
    super(304, headers)
  }
}
