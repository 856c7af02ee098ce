import { ConfigurationError } from '../errors.js'
import type { HeaderMap } from '../headers/header-map.js'

/** What an adapter sends: all of it is decided, and no byte is read yet. */
export interface Reply {
  readonly status: number
  readonly headers: HeaderMap
  /** Left out, there is no body: for a HEAD, a 304, a 416, or a file that a proxy sends. */
  readonly body?: ReplyBody | undefined
}

/** Bytes still to be read. */
export interface ReplyBody {
  /** Exactly this many bytes, or none is sent as whole. `undefined` when it is not known before the end. */
  readonly length: number | undefined
  open(signal: AbortSignal): AsyncIterable<Uint8Array>
}

/** Checks a status that the application chose: one that is no final reply would leave its client waiting. */
export function replyStatus(status: number, owner: string): number {
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status
  throw new ConfigurationError(`${owner}: status must be a whole number from 200 to 599, got ${status}.`)
}
