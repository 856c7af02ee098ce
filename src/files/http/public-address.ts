import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * Tells whether an IP address is one of the public internet, and so none of this machine, of its network, or of the
 * cloud that it runs in.
 *
 * Addresses that carry another one in them (`::ffff:127.0.0.1`, NAT64, 6to4, Teredo) are not public: where they lead
 * depends on the network.
 */
export function isPublicAddress(address: string): boolean {
  // The library also takes short forms, which nobody means to connect to.
  if (isIP(address) === 0) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast' || address === AZURE_HOST) return false
  // RFC 4291, 2.4: all of the IPv6 internet so far; whatever else there is, is old or not yet given out.
  return parsed.kind() === 'ipv4' || parsed.match(ipaddr.parseCIDR('2000::/3'))
}

/**
 * Of the internet by its number, and yet the host below each virtual machine in Azure.
 *
 * @see https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
 */
const AZURE_HOST = '168.63.129.16'
