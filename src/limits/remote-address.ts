import ipaddr from 'ipaddr.js'
import type { DownloadRequest } from '../handler.js'

/**
 * Tells clients apart by their address, for `DownloadLimits` of an application that no proxy stands in front of: behind
 * one, it is the proxy's for all of them. Of an IPv6 address only the network counts, which a client has to itself.
 *
 * `undefined` where the server does not tell: a handler of `toFetchHandler()` has to be given it with each call.
 */
export function remoteAddress({ remoteAddress: address }: Pick<DownloadRequest, 'remoteAddress'>): string | undefined {
  if (address === undefined || !ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toNormalizedString()}/64`).toString()}/64`
}
