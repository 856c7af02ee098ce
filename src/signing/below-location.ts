import { type Address, addressOf, notSignable } from './address.js'

/** An address below a location of a server, which that server is to check. */
export interface PlacedAddress extends Address {
  /** The names below the location, decoded, with separators between them. */
  readonly rest: string
}

/** Takes an address apart that a server is to check, and refuses one that it would read in another way. */
export function addressBelow(location: string, url: string, owner: string): PlacedAddress {
  const address = addressOf(url, owner)
  const decoded = `/${address.segments.join('/')}`
  if (!decoded.startsWith(location)) throw notSignable(url, `it is not below "${location}"`, owner)
  // Servers make one separator of two, and have another answer for a folder.
  if (address.segments.includes('')) throw notSignable(url, 'a name in its path is empty', owner)
  return { ...address, rest: decoded.slice(location.length) }
}
