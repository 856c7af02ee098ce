import { createHash, createVerify, type KeyObject } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Why a signed address is not good, as the XML API names it; `undefined` when it is good. */
export type SignatureFault = 'AccessDenied' | 'ExpiredToken' | 'SignatureDoesNotMatch' | undefined

/** Checks a V4 signature in a query (GOOG4-RSA-SHA256), for one key. */
export function checkSignedUrl(req: IncomingMessage, url: URL, email: string, key: KeyObject): SignatureFault {
  const given = (name: string) => url.searchParams.get(`X-Goog-${name}`) ?? ''
  if (given('Signature') === '') return 'AccessDenied'
  const [signer, ...scope] = given('Credential').split('/')
  if (signer !== email || given('Algorithm') !== ALGORITHM) return 'SignatureDoesNotMatch'
  const signed = [ALGORITHM, given('Date'), scope.join('/'), sha256(canonicalRequest(req, url))].join('\n')
  const isGood = createVerify('RSA-SHA256').update(signed).verify(key, given('Signature'), 'hex')
  if (!isGood) return 'SignatureDoesNotMatch'
  return Date.now() > timeOf(given('Date')) + Number(given('Expires')) * 1000 ? 'ExpiredToken' : undefined
}

const ALGORITHM = 'GOOG4-RSA-SHA256'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

function canonicalRequest(req: IncomingMessage, url: URL): string {
  const names = (url.searchParams.get('X-Goog-SignedHeaders') ?? '').split(';')
  // The client signs the host without its port, which Google's own never has.
  const value = (name: string) => (name === 'host' ? url.hostname : String(req.headers[name] ?? '').trim())
  const headers = names.map((name) => `${name}:${value(name)}\n`).join('')
  const signed = [...url.searchParams].filter(([name]) => name !== 'X-Goog-Signature')
  const query = signed.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort()
  const hash = req.headers['x-goog-content-sha256'] ?? 'UNSIGNED-PAYLOAD'
  return [req.method, url.pathname, query.join('&'), headers, names.join(';'), hash].join('\n')
}

const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`)

/** Of `20260102T030405Z`. */
function timeOf(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}
