import type { DownloadContext, DownloadRequest, Params } from '../../handler.js'
import type { RequestHeaders } from '../../headers/request-headers.js'

/** What a web `Request` does not have by itself. */
export interface FetchRequestParts<P extends Params> {
  readonly url: string
  readonly params: P
  readonly context: DownloadContext
  /** Asks the server below, where it tells. */
  readonly remoteAddress?: (() => string | undefined) | undefined
}

/** A web `Request` as views see it. Its signal is only made when somebody asks for it. */
export class FetchDownloadRequest<P extends Params> implements DownloadRequest<P> {
  readonly raw: Request
  readonly url: string
  readonly params: P
  readonly context: DownloadContext
  readonly #findAddress: (() => string | undefined) | undefined
  #controller: AbortController | undefined
  #signal: AbortSignal | undefined

  constructor(raw: Request, { url, params, context, remoteAddress }: FetchRequestParts<P>) {
    this.raw = raw
    this.url = url
    this.params = params
    this.context = context
    this.#findAddress = remoteAddress
  }

  get method(): string {
    return this.raw.method
  }

  get headers(): RequestHeaders {
    return this.raw.headers
  }

  get remoteAddress(): string | undefined {
    return this.#findAddress?.()
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
