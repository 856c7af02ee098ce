import type { DownloadHandler, Params } from '../../handler.js'
import type { HeaderMap } from '../../headers/header-map.js'
import type { DownloadResponse } from '../../responses/download.js'
import { assertKnownBy, type OptionsOf } from '../../wrong-use.js'
import { assertUrlPath, type LocationOptions } from '../destination.js'
import { joinLocation, ProxiedDownloadMiddleware, type Target } from '../proxied.js'
import { SOURCE_OPTIONS, type SourceOptions } from '../source.js'
import { XLiteSpeedLocationResponse } from './response.js'

/** A rule for LiteSpeed: which files, and the address that maps to them. */
export interface XLiteSpeedLocationOptions extends SourceOptions, Pick<LocationOptions, 'destinationUrl'> {}

/** Hands downloads over to LiteSpeed, by `X-LiteSpeed-Location`. */
export class XLiteSpeedLocationMiddleware extends ProxiedDownloadMiddleware {
  readonly #destinationUrl: string

  /** @throws ConfigurationError for a rule that could never work. */
  constructor(options: XLiteSpeedLocationOptions, owner = 'XLiteSpeedLocationMiddleware') {
    assertKnownBy(new.target, XLiteSpeedLocationMiddleware, options, KNOWN_OPTIONS, owner, ' of a rule for litespeed')
    super(options, owner)
    assertUrlPath(options.destinationUrl, owner)
    this.#destinationUrl = options.destinationUrl
  }

  protected override location({ segments, query }: Target): string {
    return joinLocation(this.#destinationUrl, segments.map(encodeURIComponent)) + query
  }

  protected override proxiedResponse(
    response: DownloadResponse,
    headers: HeaderMap,
    url: string,
  ): XLiteSpeedLocationResponse {
    return new XLiteSpeedLocationResponse(response, headers, url)
  }
}

const KNOWN_OPTIONS: OptionsOf<XLiteSpeedLocationOptions> = { ...SOURCE_OPTIONS, destinationUrl: true }

/** Puts the rule around one view. */
export function xLiteSpeedLocation<P extends Params>(
  view: DownloadHandler<P>,
  rule: XLiteSpeedLocationOptions,
): DownloadHandler<P> {
  return new XLiteSpeedLocationMiddleware(rule, 'xLiteSpeedLocation()').wrap(view)
}
