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
  /** Names and values by turns, as they came. Of HTTP/2, where Node keeps only the first of several lines of one name. */
  readonly lines?: readonly string[] | undefined
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

  constructor(
    { method, url, headers, lines, raw }: NodeRequestParts,
    params: P,
    context: DownloadContext,
    client: Client,
  ) {
    this.method = method
    this.url = url
    this.headers = new NodeHeaders(headers, lines)
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
  readonly #lines: readonly string[] | undefined

  constructor(headers: IncomingHttpHeaders, lines: readonly string[] | undefined) {
    this.#headers = headers
    this.#lines = lines
  }

  get(name: string): string | null {
    const key = name.toLowerCase()
    const value = this.#headers[key]
    const all = this.#lines !== undefined && LISTS.has(key) ? valuesOf(this.#lines, key) : []
    // Unless middleware has written another value, or none: that counts as everywhere else.
    if (all.length > 1 && all[0] === value) return all.join(', ')
    return (Array.isArray(value) ? value.join(', ') : value) ?? null
  }
}

/** Several lines are one list (RFC 9110, 5.3), and half of a condition is another condition. */
const LISTS = new Set(['if-match', 'if-none-match', 'if-range', 'range'])

function valuesOf(lines: readonly string[], key: string): string[] {
  return lines.filter((_, index) => index % 2 === 1 && lines[index - 1]?.toLowerCase() === key)
}

interface Connection {
  readonly remoteAddress?: string | undefined
}
