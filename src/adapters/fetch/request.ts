import type { DownloadContext, DownloadRequest, Params } from '../../handler.js'
import type { RequestHeaders } from '../../headers/request-headers.js'

/** A web `Request` as views see it. */
export class FetchDownloadRequest<P extends Params> implements DownloadRequest<P> {
  readonly raw: Request
  readonly url: string
  readonly params: P
  readonly context: DownloadContext
  readonly signal: AbortSignal
  readonly #controller = new AbortController()

  constructor(raw: Request, url: string, params: P, context: DownloadContext) {
    this.raw = raw
    this.url = url
    this.params = params
    this.context = context
    // Either the server says that the client has gone, or the stream of the body is cancelled.
    this.signal = AbortSignal.any([raw.signal, this.#controller.signal])
  }

  get method(): string {
    return this.raw.method
  }

  get headers(): RequestHeaders {
    return this.raw.headers
  }

  /** Tells whoever works for this request that its client has gone. */
  abort(): void {
    this.#controller.abort()
  }
}
