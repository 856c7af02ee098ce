import type { DownloadHandler, Params } from '../../handler.js'
import type { HeaderMap } from '../../headers/header-map.js'
import type { DownloadResponse } from '../../responses/download.js'
import { assertKnownBy, type OptionsOf } from '../../wrong-use.js'
import { assertUrlPath, type LocationOptions } from '../destination.js'
import { rawUtf8 } from '../header-bytes.js'
import { joinLocation, ProxiedDownloadMiddleware, type Target } from '../proxied.js'
import { SOURCE_OPTIONS, type SourceOptions } from '../source.js'
import { XAccelRedirectResponse } from './response.js'

/** A rule for Caddy: which files, and the address that its `handle_response` block maps to them. */
export interface XAccelRedirectOptions extends SourceOptions, LocationOptions {}

/** Hands downloads over to Caddy, by `X-Accel-Redirect` and `handle_response`. */
export class XAccelRedirectMiddleware extends ProxiedDownloadMiddleware {
  readonly #destinationUrl: string

  /** @throws ConfigurationError for a rule that could never work. */
  constructor(options: XAccelRedirectOptions, owner = 'XAccelRedirectMiddleware') {
    assertKnownBy(new.target, XAccelRedirectMiddleware, options, KNOWN_OPTIONS, owner, ' of a rule for caddy')
    super(options, owner)
    assertUrlPath(options.destinationUrl, owner)
    this.#destinationUrl = options.destinationUrl
  }

  /**
   * Caddy 2.6 takes the value as it is, later versions decode it: a name that the two read differently is streamed. Either
   * sees a query behind a `?`, and later ones cut off what is behind a `#`.
   */
  protected override location({ segments }: Target): string | undefined {
    const url = joinLocation(this.#destinationUrl, segments)
    return /[%?#]/.test(url) || rawUtf8(url) === undefined ? undefined : url
  }

  protected override proxiedResponse(
    response: DownloadResponse,
    headers: HeaderMap,
    url: string,
  ): XAccelRedirectResponse {
    return new XAccelRedirectResponse(response, headers, url, rawUtf8(url) as string)
  }
}

const KNOWN_OPTIONS: OptionsOf<XAccelRedirectOptions> = { ...SOURCE_OPTIONS, destinationUrl: true, files: true }

/** Puts the rule around one view. */
export function xAccelRedirect<P extends Params>(
  view: DownloadHandler<P>,
  rule: XAccelRedirectOptions,
): DownloadHandler<P> {
  return new XAccelRedirectMiddleware(rule, 'xAccelRedirect()').wrap(view)
}
