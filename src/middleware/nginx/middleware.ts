import type { Awaitable } from '../../awaitable.js'
import { ConfigurationError } from '../../errors.js'
import type { DownloadHandler, DownloadRequest, Params } from '../../handler.js'
import type { HeaderMap } from '../../headers/header-map.js'
import type { DownloadResponse } from '../../responses/download.js'
import { assertKnownBy, type OptionsOf } from '../../wrong-use.js'
import { assertPositiveInteger, isRemote, show } from '../checks.js'
import { assertUrlPath, type LocationOptions } from '../destination.js'
import { type Decision, joinLocation, ProxiedDownloadMiddleware, type Target } from '../proxied.js'
import { SOURCE_OPTIONS, type SourceOptions } from '../source.js'
import { PRESIGNED_HEADER } from './presigned.js'
import { type XAccelOptions, XAccelRedirectResponse } from './response.js'

/** A rule for nginx: which files, and the location that maps to them. */
export interface XAccelRedirectOptions extends SourceOptions, LocationOptions, XAccelOptions {
  /**
   * `true` lets nginx read private files of an object storage: each time it is given a presigned address, which clients
   * never see. `sourceUrl` is the address of the storage. Default: `false`.
   */
  presigned?: boolean | undefined
}

/** Hands downloads over to nginx, by `X-Accel-Redirect`. */
export class XAccelRedirectMiddleware extends ProxiedDownloadMiddleware {
  readonly #destinationUrl: string
  readonly #options: XAccelRedirectOptions

  /** @throws ConfigurationError for a rule that could never work. */
  constructor(options: XAccelRedirectOptions, owner = 'XAccelRedirectMiddleware') {
    assertKnownBy(new.target, XAccelRedirectMiddleware, options, KNOWN_OPTIONS, owner, ' of a rule for nginx')
    super(options, owner)
    assertUrlPath(options.destinationUrl, owner)
    assertPositiveInteger('limitRate', options.limitRate, owner)
    assertExpires(options.expires, owner)
    assertBuffering(options.withBuffering, owner)
    assertPresigned(options, owner)
    this.#destinationUrl = options.destinationUrl
    this.#options = options
  }

  /** nginx decodes the value once and reads `?` as the begin of a query, so that every name is percent-encoded. */
  protected override location({ segments, query }: Target): string {
    return joinLocation(this.#destinationUrl, segments.map(encodeURIComponent)) + query
  }

  /** A location may as well lead to another server. */
  protected override get readsFoldersOnly(): boolean {
    return false
  }

  override decide(response: DownloadResponse, request: DownloadRequest): Promise<Decision> {
    if (!this.#options.presigned || response.file.presignedUrl) return super.decide(response, request)
    return Promise.resolve({ outcome: response, reason: 'its storage makes no presigned addresses' })
  }

  protected override proxiedResponse(
    response: DownloadResponse,
    headers: HeaderMap,
    url: string,
    request: DownloadRequest,
  ): Awaitable<XAccelRedirectResponse> {
    const proxied = new XAccelRedirectResponse(response, headers, url, this.#options)
    return this.#options.presigned ? withPresigned(proxied, response, request) : proxied
  }
}

const KNOWN_OPTIONS: OptionsOf<XAccelRedirectOptions> = {
  ...SOURCE_OPTIONS,
  destinationUrl: true,
  files: true,
  expires: true,
  withBuffering: true,
  limitRate: true,
  presigned: true,
}

/** Puts the rule around one view. */
export function xAccelRedirect<P extends Params>(
  view: DownloadHandler<P>,
  rule: XAccelRedirectOptions,
): DownloadHandler<P> {
  return new XAccelRedirectMiddleware(rule, 'xAccelRedirect()').wrap(view)
}

async function withPresigned(
  proxied: XAccelRedirectResponse,
  response: DownloadResponse,
  request: DownloadRequest,
): Promise<XAccelRedirectResponse> {
  proxied.headers.set(PRESIGNED_HEADER, await presignedPath(response, request))
  return proxied
}

/** Path and query: the host is in nginx's configuration, so that no reply can lead it elsewhere. */
async function presignedPath({ file }: DownloadResponse, { method }: DownloadRequest): Promise<string> {
  const address = await file.presignedUrl?.({ method: method === 'HEAD' ? 'HEAD' : 'GET' })
  const { pathname, search } = new URL(address as string)
  return pathname + search
}

function assertPresigned({ presigned, sourceUrl }: XAccelRedirectOptions, owner: string): void {
  if (presigned !== undefined && typeof presigned !== 'boolean')
    throw new ConfigurationError(`${owner}: presigned must be true or false, got ${show(presigned)}.`)
  if (presigned && !isRemote(sourceUrl ?? ''))
    throw new ConfigurationError(`${owner}: presigned needs a sourceUrl, the whole address of the storage.`)
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
