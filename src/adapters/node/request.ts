import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import type { DownloadContext, DownloadRequest, Params } from '../../handler.js'
import type { RequestHeaders } from '../../headers/request-headers.js'
import type { Client } from './client.js'

/** A request of `node:http`, or of the compatibility API of `node:http2`. */
export type NodeRequest = IncomingMessage | Http2ServerRequest

/** What a server tells of a request. */
export interface NodeRequestParts {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly raw: unknown
}

/** A request of Node as views see it. */
export class NodeDownloadRequest<P extends Params> implements DownloadRequest<P> {
  readonly method: string
  readonly url: string
  readonly headers: RequestHeaders
  readonly params: P
  readonly context: DownloadContext
  readonly raw: unknown
  readonly #client: Client

  constructor({ method, url, headers, raw }: NodeRequestParts, params: P, context: DownloadContext, client: Client) {
    this.method = method
    this.url = url
    this.headers = new NodeHeaders(headers)
    this.params = params
    this.context = context
    this.raw = raw
    this.#client = client
  }

  get signal(): AbortSignal {
    return this.#client.signal
  }

  get remoteAddress(): string | undefined {
    // The streams of node:http2 have no socket of their own.
    const { socket, session } = this.raw as { socket?: Connection; session?: { socket?: Connection } }
    return (socket ?? session?.socket)?.remoteAddress
  }
}

/** The header fields of a request, several of one name joined. */
class NodeHeaders implements RequestHeaders {
  readonly #headers: IncomingHttpHeaders

  constructor(headers: IncomingHttpHeaders) {
    this.#headers = headers
  }

  get(name: string): string | null {
    const value = this.#headers[name.toLowerCase()]
    return (Array.isArray(value) ? value.join(', ') : value) ?? null
  }
}

interface Connection {
  readonly remoteAddress?: string | undefined
}
