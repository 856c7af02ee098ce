import type { DownloadRequest, Outcome } from '../handler.js'
import type { HeaderMap } from '../headers/header-map.js'
import { modifiedSinceDate } from '../headers/preconditions.js'
import type { DownloadResponse } from '../responses/download.js'
import { type ProxiedDownloadResponse, proxiedHeaders } from '../responses/proxied.js'
import { BaseDownloadMiddleware } from './base.js'
import { Source, type SourceMatch, type SourceOptions } from './source.js'

/** What a middleware did with a download, and why, in words for whoever set it up. */
export interface Decision {
  readonly outcome: Outcome
  readonly reason: string
}

/** Where a file lies as the proxy knows it. */
export type Target = Extract<SourceMatch, { readonly segments: readonly string[] }>

/**
 * Hands the downloads that fit its rule over to a proxy: base of the middleware for each of them.
 *
 * Only a whole, unconditional 200 is handed over. A proxy would turn an error that carries its header into a 200 with
 * the file; and whatever does not fit is streamed.
 */
export abstract class ProxiedDownloadMiddleware extends BaseDownloadMiddleware {
  readonly #source: Source

  constructor(options: SourceOptions, owner: string = new.target.name) {
    super()
    this.#source = new Source(options, owner)
  }

  override async processDownloadResponse(response: DownloadResponse, request: DownloadRequest): Promise<Outcome> {
    return (await this.decide(response, request)).outcome
  }

  /** Decides about one download, and says why. */
  async decide(response: DownloadResponse, request: DownloadRequest): Promise<Decision> {
    const obstacle = await obstacleOf(response, request)
    if (obstacle !== undefined) return { outcome: response, reason: obstacle }
    const match = await this.#source.match(response.file)
    if ('reason' in match) return { outcome: response, reason: match.reason }
    const location = this.location(match)
    if (location === undefined) return { outcome: response, reason: 'this server cannot be told a name like this one' }
    const headers = proxiedHeaders(response, await response.file.stat())
    return { outcome: this.proxiedResponse(response, headers, location), reason: `handed over as "${location}"` }
  }

  /** Writes where the file is as this proxy reads it; `undefined` for a name that it cannot be told. */
  protected abstract location(target: Target): string | undefined

  /** Makes the reply that tells the proxy what to send. */
  protected abstract proxiedResponse(
    response: DownloadResponse,
    headers: HeaderMap,
    location: string,
  ): ProxiedDownloadResponse
}

/** Joins the destination of a rule and the names below it. */
export function joinLocation(destination: string, segments: readonly string[]): string {
  return [destination.replace(/\/+$/, ''), ...segments].join('/')
}

async function obstacleOf(response: DownloadResponse, request: DownloadRequest): Promise<string | undefined> {
  if (response.status !== 200) return `its status is ${response.status}, and only a 200 may be handed over`
  if (response.encoding !== undefined || response.headers.has('Content-Encoding')) {
    return 'its bytes are encoded, which not every proxy would tell the client'
  }
  if (await isNotModified(response, request)) return 'the client has it already, so that a 304 is all it gets'
  return undefined
}

/** The application's own answer to `If-Modified-Since` comes first: a proxy knows the file's time and no more. */
async function isNotModified(response: DownloadResponse, request: DownloadRequest): Promise<boolean> {
  const since = modifiedSinceDate(request.headers)
  if (since === undefined || response.wasModifiedSince === undefined) return false
  if (request.headers.get('if-match') !== null || request.headers.get('if-unmodified-since') !== null) return false
  return !(await response.wasModifiedSince(new Date(since)))
}
