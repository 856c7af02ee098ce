import { type Awaitable, isPromise } from '../awaitable.js'
import type { DownloadRequest, Outcome } from '../handler.js'
import type { HeaderMap } from '../headers/header-map.js'
import type { DownloadResponse } from '../responses/download.js'
import { type ProxiedDownloadResponse, proxiedHeaders } from '../responses/proxied.js'
import type { FileStat } from '../storages/storage.js'
import { BaseDownloadMiddleware } from './base.js'
import { show } from './checks.js'
import { conditionOf } from './conditions.js'
import { Source, type SourceMatch, type SourceOptions } from './source.js'

/** What a middleware did with a download, and why, in words for whoever set it up. */
export interface Decision {
  readonly outcome: Outcome
  readonly reason: string
}

/** Its reason is only put into words where somebody asks for it. */
class HandedOver implements Decision {
  readonly outcome: Outcome
  readonly #location: string

  constructor(outcome: Outcome, location: string) {
    this.outcome = outcome
    this.#location = location
  }

  get reason(): string {
    return `handed over as ${show(withoutQuery(this.#location))}`
  }
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
    const obstacle = obstacleOf(response, this.readsFoldersOnly)
    if (obstacle !== undefined) return { outcome: response, reason: obstacle }
    const match = await this.#source.match(response.file)
    if ('reason' in match) return { outcome: response, reason: match.reason }
    const location = this.location(match)
    if (location === undefined) return { outcome: response, reason: 'this server cannot be told a name like this one' }
    const { keepsValidators } = this
    const stat = await statFor(response, keepsValidators)
    const headers = proxiedHeaders(response, stat)
    const condition = await conditionOf(request.headers, { response, headers, stat, keepsValidators })
    if (condition !== undefined) return { outcome: response, reason: condition }
    const proxied = this.proxiedResponse(response, headers, location, request)
    return new HandedOver(isPromise(proxied) ? await proxied : proxied, location)
  }

  /** Whether this proxy sends files of its disk only, and none of another server or of a bucket. */
  protected get readsFoldersOnly(): boolean {
    return true
  }

  /** Whether this proxy sends the validators of our reply instead of making its own from the file. */
  protected get keepsValidators(): boolean {
    return false
  }

  /** Writes where the file is as this proxy reads it; `undefined` for a name that it cannot be told. */
  protected abstract location(target: Target): string | undefined

  /** Makes the reply that tells the proxy what to send. */
  protected abstract proxiedResponse(
    response: DownloadResponse,
    headers: HeaderMap,
    location: string,
    request: DownloadRequest,
  ): Awaitable<ProxiedDownloadResponse>
}

/** Joins the destination of a rule and the names below it. */
export function joinLocation(destination: string, segments: readonly string[]): string {
  return [destination.replace(/\/+$/, ''), ...segments].join('/')
}

/** A query may carry a signature, and reasons go into logs. */
function withoutQuery(location: string): string {
  return location.split('?', 1)[0] as string
}

/** A file that lives elsewhere is only asked for what the proxy, which asks it anyway, could not tell the client. */
function statFor(response: DownloadResponse, keepsValidators: boolean): Awaitable<FileStat> {
  const isNeeded = response.file.fetch === undefined || keepsValidators || !response.knowsType
  return isNeeded ? response.file.stat() : {}
}

function obstacleOf(response: DownloadResponse, readsFoldersOnly: boolean): string | undefined {
  if (response.delivery === 'stream') return 'its view has it streamed'
  if (response.delivery === 'redirect') return 'its view sends the client to the storage'
  if (response.status !== 200) return `its status is ${response.status}, and only a 200 may be handed over`
  if (readsFoldersOnly && response.file.fetch !== undefined) {
    return 'it lives elsewhere, and this server only sends files of its own disk'
  }
  if (response.encoding !== undefined || response.headers.has('Content-Encoding')) {
    return 'its bytes are encoded, which not every proxy would tell the client'
  }
  return undefined
}
