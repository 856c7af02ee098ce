import { ConfigurationError } from '../errors.js'
import type { DownloadRequest } from '../handler.js'
import type { OptionsOf } from '../wrong-use.js'
import { type Clock, systemClock } from './clock.js'

/** Options of {@link DownloadLimits}. Left out, nothing is limited. */
export interface DownloadLimitsOptions {
  /** Downloads at the same time, of all clients together. One more is a 503. Default: no limit. */
  maxDownloads?: number | undefined
  /** Downloads at the same time of each client, which {@link client} tells apart. One more is a 429. Default: no limit. */
  perClient?: number | undefined
  /**
   * Tells who asks: the name of a user, or {@link remoteAddress} where no proxy is in front. `undefined` for one who is
   * not counted. Needed with {@link perClient}: behind a proxy, all clients have the same address.
   */
  client?: ((request: DownloadRequest) => string | undefined | Promise<string | undefined>) | undefined
  /** Bytes per second of each download that the application sends itself. Default: no limit. */
  limitRate?: number | undefined
  /** Seconds after which a client that takes nothing is cut off. Default: no limit. */
  idleTimeout?: number | undefined
  /** Seconds after which a download is cut off, however it gets on. Default: no limit. */
  totalTimeout?: number | undefined
  /** Bytes of the largest body that is sent on from elsewhere, such as another server. Default: no limit. */
  maxRemoteSize?: number | undefined
  /** Seconds after which whoever was refused may try again; sent as `Retry-After`. Default: `10`. */
  retryAfter?: number | undefined
  /** The clock, for tests. Default: that of the process. */
  clock?: Clock | undefined
}

/** Options as they are worked with. */
export type CheckedLimits = Omit<DownloadLimitsOptions, 'retryAfter' | 'clock'> & {
  readonly retryAfter: number
  readonly clock: Clock
}

/** @throws ConfigurationError that names the option and the mend. */
export function checkLimits(options: DownloadLimitsOptions): CheckedLimits {
  for (const name of NUMBERS) assertPositive(name, options[name])
  if (options.perClient !== undefined && options.client === undefined) {
    throw new ConfigurationError(
      'DownloadLimits: perClient needs `client`, which tells clients apart. Use remoteAddress where no proxy is in front.',
    )
  }
  return { ...options, retryAfter: options.retryAfter ?? 10, clock: options.clock ?? systemClock }
}

export const KNOWN_OPTIONS: OptionsOf<DownloadLimitsOptions> = {
  maxDownloads: true,
  perClient: true,
  client: true,
  limitRate: true,
  idleTimeout: true,
  totalTimeout: true,
  maxRemoteSize: true,
  retryAfter: true,
  clock: true,
}

const NUMBERS = [
  'maxDownloads',
  'perClient',
  'limitRate',
  'idleTimeout',
  'totalTimeout',
  'maxRemoteSize',
  'retryAfter',
] as const

function assertPositive(name: string, value: unknown): void {
  if (value === undefined || (typeof value === 'number' && Number.isFinite(value) && value > 0)) return
  throw new ConfigurationError(`DownloadLimits: ${name} must be a number above 0, got ${String(value)}.`)
}
