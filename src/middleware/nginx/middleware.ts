import { ConfigurationError } from '../../errors.js'
import type { DownloadHandler, Params } from '../../handler.js'
import type { HeaderMap } from '../../headers/header-map.js'
import type { DownloadResponse } from '../../responses/download.js'
import { assertPositiveInteger, show } from '../checks.js'
import { assertUrlPath, type LocationOptions } from '../destination.js'
import { joinLocation, ProxiedDownloadMiddleware, type Target } from '../proxied.js'
import type { SourceOptions } from '../source.js'
import { type XAccelOptions, XAccelRedirectResponse } from './response.js'

/** A rule for nginx: which files, and the location that maps to them. */
export interface XAccelRedirectOptions extends SourceOptions, LocationOptions, XAccelOptions {}

/** Hands downloads over to nginx, by `X-Accel-Redirect`. */
export class XAccelRedirectMiddleware extends ProxiedDownloadMiddleware {
  readonly #destinationUrl: string
  readonly #options: XAccelOptions

  /** @throws ConfigurationError for a rule that could never work. */
  constructor(options: XAccelRedirectOptions, owner = 'XAccelRedirectMiddleware') {
    super(options, owner)
    assertUrlPath(options.destinationUrl, owner)
    assertPositiveInteger('limitRate', options.limitRate, owner)
    assertExpires(options.expires, owner)
    assertBuffering(options.withBuffering, owner)
    this.#destinationUrl = options.destinationUrl
    this.#options = options
  }

  /** nginx decodes the value once and reads `?` as the begin of a query, so that every name is percent-encoded. */
  protected override location({ segments, query }: Target): string {
    return joinLocation(this.#destinationUrl, segments.map(encodeURIComponent)) + query
  }

  protected override proxiedResponse(
    response: DownloadResponse,
    headers: HeaderMap,
    url: string,
  ): XAccelRedirectResponse {
    return new XAccelRedirectResponse(response, headers, url, this.#options)
  }
}

/** Puts the rule around one view. */
export function xAccelRedirect<P extends Params>(
  view: DownloadHandler<P>,
  rule: XAccelRedirectOptions,
): DownloadHandler<P> {
  return new XAccelRedirectMiddleware(rule, 'xAccelRedirect()').wrap(view)
}

function assertExpires(expires: unknown, owner: string): void {
  if (expires instanceof Date && !Number.isNaN(expires.getTime())) return
  if (expires instanceof Date) throw new ConfigurationError(`${owner}: expires is no valid Date.`)
  assertPositiveInteger('expires', expires, owner)
}

function assertBuffering(withBuffering: unknown, owner: string): void {
  if (withBuffering === undefined || withBuffering === null || typeof withBuffering === 'boolean') return
  throw new ConfigurationError(`${owner}: withBuffering must be true or false, got ${show(withBuffering)}.`)
}
