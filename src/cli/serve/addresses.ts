import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import ipaddr from 'ipaddr.js'

/** Tells whether only this computer can reach an address. */
export function isLoopback(address: string): boolean {
  return ipaddr.process(address).range() === 'loopback'
}

/** The addresses that lead to a server, as `http://…`: of this computer first, then of its networks. */
export function originsOf({ address, port }: AddressInfo): string[] {
  const all = ipaddr.process(address).range() === 'unspecified' ? reachedBy(address) : [address]
  return all.map((each) => `http://${each.includes(':') ? `[${each}]` : each}:${port}`)
}

/**
 * Tells whether a `Host` can be meant for a server that only this computer can reach. A page of the web may have its own
 * name lead here, and then read everything under that name; an address or `localhost` it cannot take.
 */
export function isOwnName(host: string | undefined, ownName: string): boolean {
  if (host === undefined) return true
  const name = host.replace(/:\d*$/, '').toLowerCase()
  return (
    name === ownName.toLowerCase() ||
    /^(?:[^.]+\.)*localhost$/.test(name) ||
    ipaddr.isValid(name.replace(/^\[(.*)\]$/, '$1'))
  )
}

function reachedBy(any: string): string[] {
  const infos = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  return infos
    .filter(({ family, scopeid }) => (family === 'IPv4' || any.includes(':')) && !scopeid)
    .sort((a, b) => Number(b.internal) - Number(a.internal))
    .map(({ address }) => address)
}
