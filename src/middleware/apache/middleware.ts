import type { DownloadHandler, Params } from '../../handler.js'
import type { HeaderMap } from '../../headers/header-map.js'
import type { DownloadResponse } from '../../responses/download.js'
import { assertKnownBy, type OptionsOf } from '../../wrong-use.js'
import { type FolderOptions, folderOf } from '../destination.js'
import { rawUtf8 } from '../header-bytes.js'
import { joinLocation, ProxiedDownloadMiddleware, type Target } from '../proxied.js'
import { SOURCE_OPTIONS, type SourceOptions } from '../source.js'
import { XSendfileResponse } from './response.js'

/** A rule for Apache: which files, and the folder in which Apache sees them. */
export interface XSendfileOptions extends SourceOptions, FolderOptions {}

/** Hands downloads over to Apache, by `X-Sendfile` of mod_xsendfile. */
export class XSendfileMiddleware extends ProxiedDownloadMiddleware {
  readonly #destinationDir: string

  /** @throws ConfigurationError for a rule that could never work. */
  constructor(options: XSendfileOptions, owner = 'XSendfileMiddleware') {
    assertKnownBy(new.target, XSendfileMiddleware, options, KNOWN_OPTIONS, owner, ' of a rule for apache')
    super(options, owner)
    this.#destinationDir = folderOf(options, owner)
  }

  /** mod_xsendfile takes the path as it is; what a header cannot carry is streamed. */
  protected override location({ segments }: Target): string | undefined {
    const path = joinLocation(this.#destinationDir, segments)
    return rawUtf8(path) === undefined ? undefined : path
  }

  protected override get keepsValidators(): boolean {
    return true
  }

  protected override proxiedResponse(response: DownloadResponse, headers: HeaderMap, path: string): XSendfileResponse {
    return new XSendfileResponse(response, headers, path, rawUtf8(path) as string)
  }
}

const KNOWN_OPTIONS: OptionsOf<XSendfileOptions> = { ...SOURCE_OPTIONS, destinationDir: true }

/** Puts the rule around one view. */
export function xSendfile<P extends Params>(view: DownloadHandler<P>, rule: XSendfileOptions): DownloadHandler<P> {
  return new XSendfileMiddleware(rule, 'xSendfile()').wrap(view)
}
