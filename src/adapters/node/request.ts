import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import type { DownloadContext, DownloadRequest, Params } from '../../handler.js'
import type { RequestHeaders } from '../../headers/request-headers.js'

/** A request of `node:http`, or of the compatibility API of `node:http2`. */
export type NodeRequest = IncomingMessage | Http2ServerRequest

/** What a {@link DownloadRequest} is made from. */
export interface NodeRequestParts<P extends Params> {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly params: P
  readonly context: DownloadContext
  readonly raw: unknown
}

/** A request of Node as views see it. Its signal is only made, and its client watched, when somebody asks for it. */
export class NodeDownloadRequest<P extends Params> implements DownloadRequest<P> {
  readonly method: string
  readonly url: string
  readonly headers: RequestHeaders
  readonly params: P
  readonly context: DownloadContext
  readonly raw: unknown
  readonly #watch: () => void
  #controller: AbortController | undefined

  constructor({ method, url, headers, params, context, raw }: NodeRequestParts<P>, watch: () => void) {
    this.method = method
    this.url = url
    this.headers = { get: (name) => headerOf(headers, name) }
    this.params = params
    this.context = context
    this.raw = raw
    this.#watch = watch
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      this.#watch()
    }
    return this.#controller.signal
  }

  get remoteAddress(): string | undefined {
    // The streams of node:http2 have no socket of their own.
    const { socket, session } = this.raw as { socket?: Connection; session?: { socket?: Connection } }
    return (socket ?? session?.socket)?.remoteAddress
  }

  /** Tells whoever works for this request that its client has gone. */
  abort(): void {
    this.#controller?.abort()
  }
}

interface Connection {
  readonly remoteAddress?: string | undefined
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name.toLowerCase()]
  return (Array.isArray(value) ? value.join(', ') : value) ?? null
}
