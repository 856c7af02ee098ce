import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Who may ask, and where. */
export interface Access {
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** Why a request is refused, as S3 names it. */
export type SignatureFault = 'AccessDenied' | 'SignatureDoesNotMatch' | 'RequestTimeTooSkewed'

/**
 * Checks the signature of a request: version 4 of Amazon's, in its headers or in its query. `undefined` is good.
 *
 * That the body is the one that was signed is for whoever reads it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
export function faultOf(request: IncomingMessage, access: Access, now = Date.now()): SignatureFault | undefined {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2)
  const parameters = parametersOf(query)
  const claim = parameters === undefined ? undefined : claimOf(request, parameters)
  if (parameters === undefined || claim === undefined || !isComplete(request, claim)) return 'AccessDenied'
  const asked = canonicalRequest(request, path, parameters, claim)
  if (!isEqual(claim.signature, signatureOf(asked, claim, access))) return 'SignatureDoesNotMatch'
  return timeFault(claim, now)
}

/** What a request says of its own signature. */
interface Claim {
  readonly accessKeyId: string
  /** `20260102`, region, service and a fixed word. */
  readonly scope: string
  /** As `20260102T030405Z`. */
  readonly date: string
  readonly headers: readonly string[]
  readonly signature: string
  readonly bodyHash: string
  /** Seconds for which an address is good; left out for a request that was signed to be sent at once. */
  readonly expires?: number
}

type Parameters = readonly (readonly [name: string, value: string])[]

const ALGORITHM = 'AWS4-HMAC-SHA256'

/** `undefined` for what is no percent-encoding. */
function parametersOf(query: string): Parameters | undefined {
  try {
    const parts = query === '' ? [] : query.split('&')
    return parts.map((part) => {
      const [name = '', value = ''] = part.split(/=(.*)/s, 2)
      return [decodeURIComponent(name), decodeURIComponent(value)]
    })
  } catch {
    return undefined
  }
}

function claimOf({ headers }: IncomingMessage, parameters: Parameters): Claim | undefined {
  if (headers.authorization === undefined) return claimOfQuery(new Map(parameters))
  const parts = AUTHORIZATION.exec(headers.authorization)?.groups
  const bodyHash = headers['x-amz-content-sha256']
  if (parts === undefined || typeof bodyHash !== 'string') return undefined
  const { id = '', scope = '', names = '', signature = '' } = parts
  const date = String(headers['x-amz-date'])
  return { accessKeyId: id, scope, date, headers: names.split(';'), signature, bodyHash }
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=(?<id>[^/]+)\/(?<scope>[^, ]+), *SignedHeaders=(?<names>[^, ]+), *Signature=(?<signature>[0-9a-f]{64})$/

function claimOfQuery(query: ReadonlyMap<string, string>): Claim | undefined {
  const [accessKeyId = '', scope = ''] = (query.get('X-Amz-Credential') ?? '').split(/\/(.*)/s, 2)
  const expires = query.get('X-Amz-Expires') ?? ''
  if (query.get('X-Amz-Algorithm') !== ALGORITHM || !/^\d{1,6}$/.test(expires)) return undefined
  return {
    accessKeyId,
    scope,
    date: query.get('X-Amz-Date') ?? '',
    headers: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    bodyHash: 'UNSIGNED-PAYLOAD',
    expires: Number(expires),
  }
}

/** A header that was added under way must not change what is asked. */
function isComplete({ headers }: IncomingMessage, { headers: signed, date }: Claim): boolean {
  const needed = Object.keys(headers).filter((name) => name.startsWith('x-amz-'))
  return DATE.test(date) && ['host', ...needed].every((name) => signed.includes(name))
}

const DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/

function canonicalRequest(request: IncomingMessage, path: string, parameters: Parameters, claim: Claim): string {
  const query = parameters
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map((pair) => pair.map(encoded).join('='))
    .sort()
  const headers = claim.headers.map((name) => `${name}:${headerOf(request, name)}\n`)
  return [request.method, path, query.join('&'), headers.join(''), claim.headers.join(';'), claim.bodyHash].join('\n')
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`)
}

function headerOf({ headers }: IncomingMessage, name: string): string {
  return String(headers[name] ?? '')
    .trim()
    .replace(/ +/g, ' ')
}

function signatureOf(asked: string, { accessKeyId, scope, date }: Claim, { region, credentials }: Access): string {
  const expected = `${date.slice(0, 8)}/${region}/s3/aws4_request`
  // With another scope it is a signature of something else, and equal to none of ours.
  if (accessKeyId !== credentials.accessKeyId || scope !== expected) return ''
  const toSign = [ALGORITHM, date, scope, createHash('sha256').update(asked).digest('hex')].join('\n')
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`)
  return hmac(key, toSign).toString('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function isEqual(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function timeFault({ date, expires }: Claim, now: number): SignatureFault | undefined {
  const signed = Date.parse(date.replace(DATE, '$1-$2-$3T$4:$5:$6Z'))
  if (!(Math.abs(now - signed) <= SKEW) && expires === undefined) return 'RequestTimeTooSkewed'
  const isGood = expires === undefined || (signed - SKEW <= now && now <= signed + expires * 1000)
  return isGood ? undefined : 'AccessDenied'
}

/** Milliseconds by which clocks may differ. */
const SKEW = 15 * 60 * 1000
