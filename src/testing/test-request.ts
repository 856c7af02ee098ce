import type { DownloadContext, DownloadRequest, Params } from '../handler.js'
import type { RequestHeaders } from '../headers/request-headers.js'

/** What {@link testRequest} is to make a request of. */
export interface TestRequestInit<P extends Params = Params> {
  /** Path and query. Default: `/`. */
  url?: string | undefined
  /** Default: `GET`. */
  method?: string | undefined
  /** Header fields; names are not case-sensitive. Default: none. */
  headers?: Readonly<Record<string, string>> | RequestHeaders | undefined
  /** The parameters that a route would have found, each decoded. Default: none. */
  params?: P | undefined
  /** What the application knows of the user. Default: nothing. */
  context?: DownloadContext | undefined
  /** The IP address of who is connected. Default: `undefined`. */
  remoteAddress?: string | undefined
  /** Aborts when the client has gone. Default: it stays. */
  signal?: AbortSignal | undefined
  /** The framework's own request. Default: `undefined`. */
  raw?: unknown
}

/** Makes a request as views and middleware see it, without any server. */
export function testRequest<P extends Params = Params>(init: TestRequestInit<P> = {}): DownloadRequest<P> {
  return {
    url: init.url ?? '/',
    method: init.method ?? 'GET',
    headers: toRequestHeaders(init.headers ?? {}),
    params: init.params ?? ({} as P),
    context: init.context ?? ({} as DownloadContext),
    remoteAddress: init.remoteAddress,
    signal: init.signal ?? new AbortController().signal,
    raw: init.raw,
  }
}

function toRequestHeaders(headers: Readonly<Record<string, string>> | RequestHeaders): RequestHeaders {
  return isRequestHeaders(headers) ? headers : new Headers(headers)
}

/** A header may be called "get" as well, but its value is text. */
function isRequestHeaders(headers: Readonly<Record<string, string>> | RequestHeaders): headers is RequestHeaders {
  return typeof headers.get === 'function'
}
