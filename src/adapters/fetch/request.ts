import type { DownloadContext, DownloadRequest, Params } from '../../handler.js'
import type { RequestHeaders } from '../../headers/request-headers.js'

/** A web `Request` as views see it. Its signal is only made when somebody asks for it. */
export class FetchDownloadRequest<P extends Params> implements DownloadRequest<P> {
  readonly raw: Request
  readonly url: string
  readonly params: P
  readonly context: DownloadContext
  #controller: AbortController | undefined
  #signal: AbortSignal | undefined

  constructor(raw: Request, url: string, params: P, context: DownloadContext) {
    this.raw = raw
    this.url = url
    this.params = params
    this.context = context
  }

  get method(): string {
    return this.raw.method
  }

  get headers(): RequestHeaders {
    return this.raw.headers
  }

  get signal(): AbortSignal {
    if (this.#signal === undefined) {
      this.#controller ??= new AbortController()
      // Either the server says that the client has gone, or the stream of the body is cancelled.
      this.#signal = AbortSignal.any([this.raw.signal, this.#controller.signal])
    }
    return this.#signal
  }

  /** Tells whoever works for this request that its client has gone. */
  abort(): void {
    this.#controller ??= new AbortController()
    this.#controller.abort()
  }
}
