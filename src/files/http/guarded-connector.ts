import { type LookupAddress, lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import type { buildConnector } from 'undici'
import { UpstreamError } from '../../errors.js'
import { isPublicAddress } from './public-address.js'

/**
 * Makes a connector that connects to public addresses only.
 *
 * The address is looked at when it is connected to and not before: a name may lead elsewhere each time it is asked for.
 */
export function guardedConnector(
  undici: { readonly buildConnector: typeof buildConnector },
  options: buildConnector.BuildOptions,
): buildConnector.connector {
  const connect = undici.buildConnector({ ...options, lookup: lookupPublic })
  return (target, callback) => {
    // Nothing is looked up for an address that is written as numbers.
    if (isIP(target.hostname) !== 0 && !isPublicAddress(target.hostname)) callback(refused(), null)
    else connect(target, callback)
  }
}

const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    if (error) return callback(error, '')
    const [first, ...others] = found.filter(({ address }) => isPublicAddress(address))
    if (first === undefined) return callback(refused(), '')
    if (options.all) callback(null, [first, ...others])
    else callback(null, first.address, first.family)
  })
}

/** The message is for logs: clients only see the status. */
export function refused(): UpstreamError {
  return new UpstreamError(
    'The address is not a public one. If the host is yours, name it in the `allowedHosts` of an HttpClient.',
    { code: 'ADDRESS_REFUSED' },
  )
}
