import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import fc from 'fast-check'
import { AllowedHosts } from '../../../src/files/http/allowed-hosts.js'
import { isPublicAddress } from '../../../src/files/http/public-address.js'
import { type Property, property } from '../property.js'

/**
 * Networks that are not of the public internet, by the IANA's registries of special-purpose addresses, and the address
 * of Azure's own host. Their first bits as hexadecimal digits, and how many bits count.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const SPECIAL_4: readonly Network[] = [
  ...(['00/8', '0a/8', '6440/10', '7f/8', 'a9fe/16', 'ac10/12', 'c0000000/24', 'c0000200/24', 'c0586300/24'] as const),
  ...(['c0a8/16', 'c612/15', 'c6336400/24', 'cb007100/24', 'e0/4', 'f0/4', 'a83f8110/32'] as const),
].map(networkOf)

/** @see https://www.iana.org/assignments/iana-ipv6-special-registry */
const SPECIAL_6: readonly Network[] = [
  ...(['00/8', '01/8', '02/7', '04/6', '08/5', '10/4', '4/3', '6/3', '8/3', 'a/3', 'c/3', 'e/4', 'f/5'] as const),
  ...(['f8/6', 'fc/7', 'fe/9', 'fe80/10', 'fec0/10', 'ff/8'] as const),
  ...(['20010000/32', '200100020000/48', '20010010/28', '20010db8/32', '2002/16', '3fff0/20', '5f00/16'] as const),
].map(networkOf)

/** Addresses of which nothing is claimed: parts of the registries that are reachable, but are for other ends. */
const UNCLAIMED_4: readonly Network[] = (['c01fc400/24', 'c034c100/24', 'c0af3000/24'] as const).map(networkOf)
const UNCLAIMED_6: readonly Network[] = (['20010000/23', '2620004f8000/48'] as const).map(networkOf)

interface Network {
  readonly hex: string
  readonly length: number
}

function networkOf(text: `${string}/${number}`): Network {
  const [hex, length] = text.split('/') as [string, string]
  return { hex, length: Number(length) }
}

/** Whether the first bits of an address are those of a network. */
function isWithin(hex: string, network: Network): boolean {
  const bits = (text: string) =>
    [...text].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0')).join('')
  const wanted = bits(network.hex).padEnd(network.length, '0').slice(0, network.length)
  return bits(hex).slice(0, network.length) === wanted
}

function hexOf(digits: number, special: readonly Network[]): fc.Arbitrary<string> {
  const random = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: digits, maxLength: digits })
  const filled = fc.constantFrom('0', 'f').map((digit) => digit.repeat(digits))
  const near = fc
    .tuple(fc.constantFrom(...special), fc.oneof(random, filled), fc.integer({ min: -1, max: 1 }))
    .map(([{ hex, length }, rest, away]) => {
      // The network itself and those beside it.
      const count = 1n << BigInt(length)
      const prefix =
        (BigInt(`0x${hex}`) << BigInt(Math.max(0, length - hex.length * 4))) >>
        BigInt(Math.max(0, hex.length * 4 - length))
      const moved = ((prefix + BigInt(away) + count) % count).toString(2).padStart(length, '0')
      const tail = [...rest]
        .map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0'))
        .join('')
        .slice(length)
      return BigInt(`0b${moved}${tail}`).toString(16).padStart(digits, '0')
    })
  return fc.oneof({ weight: 3, arbitrary: near }, { weight: 1, arbitrary: random })
}

const address4 = hexOf(8, [...SPECIAL_4, ...UNCLAIMED_4])
const address6 = hexOf(32, [...SPECIAL_6, ...UNCLAIMED_6])

/** What the number of an address says; `undefined` where nothing is claimed. */
function isPublic(hex: string): boolean | undefined {
  const [special, unclaimed] = hex.length === 8 ? [SPECIAL_4, UNCLAIMED_4] : [SPECIAL_6, UNCLAIMED_6]
  if (special.some((network) => isWithin(hex, network))) return false
  return unclaimed.some((network) => isWithin(hex, network)) ? undefined : true
}

const publicAddress = property({
  id: 'public-address',
  says: 'an address is public exactly when its number lies in no network of the special-purpose registries',
  share: 6,
  cases: fc.record({
    hex: fc.oneof(address4, address6),
    compress: fc.boolean(),
    upper: fc.boolean(),
    zeros: fc.boolean(),
    dotted: fc.boolean(),
  }),
  check({ hex, ...style }) {
    const text = hex.length === 8 ? dottedOf(hex) : groupsOf(hex, style)
    assert.notEqual(isIP(text), 0, text)
    const expected = isPublic(hex)
    if (expected !== undefined) assert.equal(isPublicAddress(text), expected, text)
  },
})

const addressNotation = property({
  id: 'address-notation',
  says: 'however a URL writes an IPv4 address, the address that is asked is judged by its number',
  share: 4,
  cases: fc.record({
    hex: address4,
    parts: fc.integer({ min: 1, max: 4 }),
    bases: fc.array(fc.constantFrom(8, 10, 16), { minLength: 4, maxLength: 4 }),
    dot: fc.constantFrom('.', '.', '\u3002', '%2e'),
    end: fc.constantFrom('', '', '.'),
  }),
  check({ hex, parts, bases, dot, end }) {
    const bytes = hex.match(/../g) as string[]
    // The last part holds all the bytes that are left.
    const numbers = [...bytes.slice(0, parts - 1), bytes.slice(parts - 1).join('')].map((each) =>
      Number.parseInt(each, 16),
    )
    const written = numbers.map((number, at) => {
      const base = bases[at] as number
      return base === 8 ? `0${number.toString(8)}` : base === 16 ? `0x${number.toString(16)}` : String(number)
    })
    const { hostname } = new URL(`http://${written.join(dot)}${end}/a`)
    assert.equal(hostname, dottedOf(hex))
    const expected = isPublic(hex)
    if (expected !== undefined) assert.equal(isPublicAddress(hostname), expected, hostname)
  },
})

function dottedOf(hex: string): string {
  return (hex.match(/../g) as string[]).map((byte) => Number.parseInt(byte, 16)).join('.')
}

interface Style {
  readonly compress: boolean
  readonly upper: boolean
  readonly zeros: boolean
  readonly dotted: boolean
}

function groupsOf(hex: string, { compress, upper, zeros, dotted }: Style): string {
  const all = (hex.match(/.{4}/g) as string[]).map((group) => (zeros ? group : group.replace(/^0{1,3}/, '')))
  const groups = dotted ? [...all.slice(0, 6), dottedOf(hex.slice(24))] : all
  const isZero = (group: string | undefined) => group !== undefined && /^0+$/.test(group)
  const start = compress ? groups.findIndex((group, at) => isZero(group) && isZero(groups[at + 1])) : -1
  const more = groups.slice(start).findIndex((group) => !isZero(group))
  const end = more === -1 ? groups.length : start + more
  const text = start === -1 ? groups.join(':') : `${groups.slice(0, start).join(':')}::${groups.slice(end).join(':')}`
  return upper ? text.toUpperCase() : text
}

const label = fc.constantFrom('a', 'example', 'com', 'evil', 'xn--bcher-kva', 'localhost')
const hostName = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))

const allowedHosts = property({
  id: 'allowed-hosts',
  says: 'a host is allowed exactly when it is named, or lies below a domain that is, label by label',
  share: 4,
  cases: fc.record({
    patterns: fc.array(fc.tuple(fc.boolean(), hostName, fc.constantFrom('', ':80', ':443', ':8080')), {
      minLength: 1,
      maxLength: 3,
    }),
    scheme: fc.constantFrom('http', 'https'),
    user: fc.constantFrom('', 'example.com@', 'a:b@'),
    host: hostName,
    port: fc.constantFrom('', ':80', ':443', ':8080'),
    upper: fc.boolean(),
  }),
  check({ patterns, scheme, user, host, port, upper }) {
    const hosts = new AllowedHosts(
      patterns.map(([star, name, port]) => `${star ? '*.' : ''}${name}${port}`),
      'Test',
    )
    const url = new URL(`${scheme}://${user}${upper ? host.toUpperCase() : host}${port}/example.com`)
    const actual = port === '' ? (scheme === 'http' ? ':80' : ':443') : port
    const labels = host.split('.')
    const expected = patterns.some(([star, name, wanted]) => {
      const domain = name.split('.')
      const tail = labels.slice(labels.length - domain.length)
      const isSame = tail.length === domain.length && tail.every((each, at) => each === domain[at])
      return (
        isSame &&
        (star ? labels.length > domain.length : labels.length === domain.length) &&
        ['', actual].includes(wanted)
      )
    })
    assert.equal(hosts.includes(url), expected)
  },
})

/** Where other servers may be. */
export const addressProperties: readonly Property[] = [publicAddress, addressNotation, allowedHosts]
