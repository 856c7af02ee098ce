import type { RequestHeaders } from './headers/request-headers.js'
import type { DownloadResponse } from './responses/download.js'
import type { EmptyResponse } from './responses/empty.js'

/** The parameters that a route found in the address; several parts where it has a wildcard. Each is decoded once. */
export type Params = { readonly [name: string]: string | readonly string[] | undefined }

/**
 * What the application knows of a request: its user, its session. Say what that is once, for all of your views:
 *
 * ```ts
 * declare module 'downloadview' {
 *   interface DownloadContext { userId: string }
 * }
 * ```
 * The adapter's `context` option fills it in.
 */
// biome-ignore lint/suspicious/noEmptyInterface: applications add to it.
export interface DownloadContext {}

/** A request for a download, in one form for every framework. */
export interface DownloadRequest<P extends Params = Params> {
  readonly method: string
  /** Path and query as the client spelled them. */
  readonly url: string
  readonly headers: RequestHeaders
  readonly params: P
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal
  readonly context: DownloadContext
  /** The IP address of who is connected, as far as the server tells it: that of the proxy, where one stands in front. */
  readonly remoteAddress?: string | undefined
  /** The framework's own request. */
  readonly raw: unknown
}

/** What comes of a request: a download, described; or a reply without a body, such as a 304 or one for a proxy. */
export type Outcome = DownloadResponse | EmptyResponse

/** Answers requests; a view becomes one by `asView()`, and adapters turn one into what their framework takes. */
export type DownloadHandler<P extends Params = Params> = (request: DownloadRequest<P>) => Outcome | Promise<Outcome>
