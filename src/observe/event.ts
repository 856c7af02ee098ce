import type { ByteRange } from '../headers/range.js'

/**
 * What happens to a download, in the order in which it can: `started`, when its reply begins, and then one of the others.
 * A download that fails before its reply begins only has `failed`.
 */
export type DownloadStage = 'started' | 'handed-over' | 'completed' | 'aborted' | 'failed'

/**
 * What is told of a download: fit for logs, since it names no path of the server, no query and no signature.
 *
 * Every request that reaches a view is one, also a HEAD, a 304 or a 416: these are completed with 0 bytes.
 */
export interface DownloadEvent {
  readonly stage: DownloadStage
  /** The same in all events of one download, and in no other. */
  readonly id: string
  readonly method: string
  /** Path that was asked for, as the client spelled it, without its query. */
  readonly urlPath: string
  /** Status of the reply; of an error that came before it, the one that the error asks for. */
  readonly status: number
  /** Name that the file is offered under; empty where none is known. */
  readonly name: string
  /** The bytes of the file that the reply has; empty for the whole file, and where there is no file in it. */
  readonly ranges: readonly ByteRange[]
  /**
   * Tells whether somebody begins to download the file: the reply has its first byte, and more than the two bytes by
   * which players look whether there are ranges. What is resumed or sought later is not counted again.
   */
  readonly isFirst: boolean
  /** Length of the body as it was announced; `undefined` where it was not. */
  readonly bytesAnnounced: number | undefined
  /**
   * Bytes of the body that the connection took. A server in front, and the buffers of the system, may have some of them
   * that the client never gets.
   */
  readonly bytesSent: number
  /**
   * Number of the rule, from 1, by which a configuration handed the download over; `undefined` for what is streamed, and
   * for what a middleware or a redirect handed over by itself.
   */
  readonly rule?: number | undefined
  /** Since the request reached the adapter. */
  readonly milliseconds: number
  /** Stable name of what went wrong, such as `FILE_NOT_FOUND`; `undefined` where nothing did. */
  readonly code?: string | undefined
  /** The error itself. Not enumerable, since errors of the system name paths: it stays out of logs unless it is asked for. */
  readonly error?: unknown
}

/** Hears of downloads. */
export type DownloadListener = (event: DownloadEvent) => void
