import type { RequestHeaders } from '../headers/request-headers.js'
import { assertProxied, type ExpectedProxied, type Facts, PROXIED_FACTS, type Reply } from './assert-proxied.js'

/**
 * What a download that is handed over to nginx or Caddy is to be; what is left out is not compared.
 *
 * `null` stands for no such header, `false` for one that turns the thing off.
 */
export interface ExpectedXAccelRedirect extends ExpectedProxied {
  /** The address, as it stands in the header. */
  redirectUrl?: string
  charset?: string | null
  withBuffering?: boolean | null
  /** Seconds. */
  expires?: number | false | null
  /** Bytes per second. */
  limitRate?: number | false | null
}

/**
 * Checks a reply that hands a download over by `X-Accel-Redirect`.
 *
 * @throws AssertionError with `actual` and `expected`, which every test runner shows.
 * @throws TypeError when something is expected that this cannot check.
 */
export function assertXAccelRedirect(reply: Reply, expected: ExpectedXAccelRedirect = {}): Promise<void> {
  return assertProxied(assertXAccelRedirect, 'X-Accel-Redirect', reply, expected, FACTS)
}

const FACTS: Facts<ExpectedXAccelRedirect> = {
  ...PROXIED_FACTS,
  redirectUrl: (headers) => headers.get('X-Accel-Redirect'),
  charset: (headers) => headers.get('X-Accel-Charset'),
  withBuffering: (headers) => switchOf(headers.get('X-Accel-Buffering'), 'yes', 'no'),
  expires: (headers) => numberOf(headers, 'X-Accel-Expires'),
  limitRate: (headers) => numberOf(headers, 'X-Accel-Limit-Rate'),
}

function switchOf(value: string | null, on: string, off: string): boolean | string | null {
  if (value === on) return true
  return value === off ? false : value
}

function numberOf(headers: Pick<RequestHeaders, 'get'>, name: string): number | string | false | null {
  const value = headers.get(name)
  if (value === 'off') return false
  return value !== null && /^\d+$/.test(value) ? Number(value) : value
}
