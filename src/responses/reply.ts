import { ConfigurationError } from '../errors.js'
import type { HeaderMap } from '../headers/header-map.js'
import type { ByteRange } from '../headers/range.js'
import type { RetainedFile } from '../storages/storage.js'

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
  /** Left out where {@link open} is the only way to the bytes. */
  readonly local?: LocalBody | undefined
}

/** Where the bytes of a body lie on the local disk: an adapter may send them in a quicker way than piece by piece. */
export interface LocalBody {
  /** The file, readable until it is released; `undefined` when it has been let go of since. */
  retain(): RetainedFile | undefined
  /** What is sent, in this order: ranges of the file, and the bytes that stand between several of them. */
  readonly parts: readonly (ByteRange | Uint8Array)[]
}

/** Checks a status that the application chose: one that is no final reply would leave its client waiting. */
export function replyStatus(status: number, owner: string): number {
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status
  throw new ConfigurationError(`${owner}: status must be a whole number from 200 to 599, got ${status}.`)
}
