import type { DownloadHandler, Params } from '../../handler.js'
import type { HeaderMap } from '../../headers/header-map.js'
import type { DownloadResponse } from '../../responses/download.js'
import { assertKnownBy, type OptionsOf } from '../../wrong-use.js'
import { type FolderOptions, folderOf } from '../destination.js'
import { hasControl } from '../header-bytes.js'
import { joinLocation, ProxiedDownloadMiddleware, type Target } from '../proxied.js'
import { SOURCE_OPTIONS, type SourceOptions } from '../source.js'
import { XSendfileResponse } from './response.js'

/** A rule for lighttpd: which files, and the folder in which lighttpd sees them. */
export interface XSendfileOptions extends SourceOptions, FolderOptions {}

/**
 * Hands downloads over to lighttpd, by `X-Sendfile` of mod_proxy with `x-sendfile` enabled.
 *
 * `X-Sendfile2` is not used: lighttpd does not honour it from mod_proxy, and `X-Sendfile` serves ranges by itself.
 */
export class XSendfileMiddleware extends ProxiedDownloadMiddleware {
  readonly #destinationDir: string

  /** @throws ConfigurationError for a rule that could never work. */
  constructor(options: XSendfileOptions, owner = 'XSendfileMiddleware') {
    assertKnownBy(new.target, XSendfileMiddleware, options, KNOWN_OPTIONS, owner, ' of a rule for lighttpd')
    super(options, owner)
    this.#destinationDir = folderOf(options, owner)
  }

  /** lighttpd refuses control characters, encoded or not. */
  protected override location({ segments }: Target): string | undefined {
    const path = joinLocation(this.#destinationDir, segments)
    return hasControl(path) ? undefined : path
  }

  protected override get keepsValidators(): boolean {
    return true
  }

  /** lighttpd decodes the value once. */
  protected override proxiedResponse(response: DownloadResponse, headers: HeaderMap, path: string): XSendfileResponse {
    return new XSendfileResponse(response, headers, path, path.split('/').map(encodeURIComponent).join('/'))
  }
}

const KNOWN_OPTIONS: OptionsOf<XSendfileOptions> = { ...SOURCE_OPTIONS, destinationDir: true }

/** Puts the rule around one view. */
export function xSendfile<P extends Params>(view: DownloadHandler<P>, rule: XSendfileOptions): DownloadHandler<P> {
  return new XSendfileMiddleware(rule, 'xSendfile()').wrap(view)
}
