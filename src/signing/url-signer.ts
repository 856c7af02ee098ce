import { createHmac, timingSafeEqual } from 'node:crypto'
import { ConfigurationError, PermissionDeniedError } from '../errors.js'
import type { DispositionType } from '../headers/content-disposition.js'
import { assertKnown, assertKnownBy, type OptionsOf } from '../wrong-use.js'
import { type Address, addressOf, notSignable, type Parameter, parseAddress, withParameters } from './address.js'
import { checkedDisposition, checkedSecrets } from './checks.js'
import { Expiry, type ExpiryOptions, formatExpiry, parseExpiry } from './expiry.js'
import type { DispositionOptions, LinkOptions, LinkSigner } from './signer.js'

/** Options of {@link UrlSigner}. */
export interface UrlSignerOptions extends ExpiryOptions {
  /**
   * Secrets of 32 characters or more. The first one signs, and links of all of them are good: to change the secret, put
   * a new one in front, and take the old one away once its last links have expired.
   */
  secrets: readonly string[]
  /**
   * Parameters that others may add, change or remove, such as `utm_*`; a `*` at the end stands for anything. The view
   * must not read them. Default: none.
   */
  ignore?: readonly string[] | undefined
  /** The names of the parameters that a link gets, where the application has some of the same names. */
  parameters?: LinkParameters | undefined
}

/** The names of the parameters that a link gets. */
export interface LinkParameters {
  /** When the link ends, in seconds since 1970. Default: `expires`. */
  expires?: string | undefined
  /** How the file is shown, if that was signed. Default: `disposition`. */
  disposition?: string | undefined
  /** Default: `signature`. */
  signature?: string | undefined
}

/** What {@link UrlSigner.sign} can be told. */
export interface SignOptions extends LinkOptions, DispositionOptions {
  /** The one method that the link is for. Default: `'GET'`, with which `HEAD` goes along. */
  method?: string | undefined
  /** The one user that the link is for, as the application identifies him. Default: whoever has the link. */
  user?: string | undefined
}

/** What is known of a request, for {@link UrlSigner.verify}. */
export interface VerifyOptions {
  /** Default: `'GET'`. */
  method?: string | undefined
  /** Who asks. Left out, only links are good that are for whoever has them; with it, only those of this user. */
  user?: string | undefined
}

/** What a link says of itself, see {@link UrlSigner.verify}. */
export interface VerifiedLink {
  /** When the link ends. */
  readonly expires: Date
  /** How a browser is to treat the file; `undefined` when the link leaves that open. */
  readonly disposition: DispositionType | undefined
}

/**
 * Makes and checks links of this application that expire: HMAC-SHA256 over the path, all parameters, the expiry, the
 * method and the user. Scheme and host are not part of it.
 *
 * Different spellings of one address are one: `%7E` and `~`, `+` and `%20` in a query, parameters in another order.
 */
export class UrlSigner implements LinkSigner<SignOptions> {
  readonly #secrets: readonly string[]
  readonly #expiry: Expiry
  readonly #names: Names
  readonly #isIgnored: (name: string) => boolean

  /** @throws ConfigurationError for a secret that is too short, or an option that could not work. */
  constructor(options: UrlSignerOptions) {
    assertKnownBy(new.target, UrlSigner, options, KNOWN_OPTIONS)
    const { secrets, ignore = [], parameters, ...expiry } = options
    this.#secrets = checkedSecrets(secrets, OWNER)
    this.#expiry = new Expiry(expiry, OWNER)
    this.#names = checkedNames(parameters)
    this.#isIgnored = matcherOf(ignore)
  }

  /**
   * Signs an address: a path from `/`, or a whole `http(s)://…`, percent-encoded. A fragment stays at the end and is not
   * signed: no server ever sees it.
   *
   * @throws ConfigurationError for an address that two readers could take for two different ones, or that has a parameter
   * of a signed link already; and for a user or method that could never match.
   */
  sign(url: string, options: SignOptions = {}): string {
    if (this.constructor === UrlSigner) assertKnown(options, SIGN_OPTIONS, `${OWNER}.sign()`)
    const { expiresIn, method = 'GET', user, disposition } = options
    const address = addressOf(url, OWNER)
    const own = Object.values(this.#names)
    const taken = address.parameters.find(([name]) => own.includes(name))?.[0]
    if (taken !== undefined) {
      throw notSignable(url, `it has a parameter "${taken}" already, see the option \`parameters\``, OWNER)
    }
    const expires = this.#expiry.next(expiresIn)
    const bound = { method: checkedMethod(method), user: checkedUser(user), expires }
    const added: Parameter[] = [[this.#names.expires, formatExpiry(expires)]]
    if (disposition !== undefined) added.push([this.#names.disposition, checkedDisposition(disposition, OWNER)])
    const parameters = [...address.parameters, ...added]
    const signature = this.#signature(this.#secrets[0] as string, { ...address, parameters }, bound)
    return withParameters(address, [...added, [this.#names.signature, signature]])
  }

  /**
   * Checks the address of a request, and tells what its link says.
   *
   * @throws PermissionDeniedError when the link is missing, altered, expired, or for another method or user: always with
   * the same message. Its `cause` is the reason in words, for logs.
   */
  verify(url: string, { method = 'GET', user }: VerifyOptions = {}): VerifiedLink {
    const address = parseAddress(url)
    if ('fault' in address) throw invalidLink(`The address cannot be read: ${address.fault}.`)
    const signature = this.#only(address, this.#names.signature)
    const expires = parseExpiry(this.#only(address, this.#names.expires) ?? '')
    if (signature === undefined || expires === undefined) throw invalidLink('There is no signature, or no expiry.')
    const bound = { method: method === 'HEAD' ? 'GET' : method, user, expires }
    const isGood = this.#secrets.map((secret) => isEqual(signature, this.#signature(secret, address, bound)))
    if (!isGood.includes(true)) throw invalidLink('The signature is not that of this address, method and user.')
    if (!this.#expiry.isAhead(expires)) throw invalidLink('The link has expired.')
    return {
      expires: new Date(expires * 1000),
      disposition: this.#only(address, this.#names.disposition) as DispositionType | undefined,
    }
  }

  /** The value of a parameter that is there once. Of two, one reader would take the first and another the last. */
  #only({ parameters }: Address, wanted: string): string | undefined {
    const found = parameters.filter(([name]) => name === wanted)
    return found.length === 1 ? found[0]?.[1] : undefined
  }

  #signature(secret: string, { segments, parameters }: Address, { method, user, expires }: Bound): string {
    // As JSON, nothing can move from one part to the next.
    const text = JSON.stringify([PURPOSE, segments, this.#boundParameters(parameters), expires, method, user ?? null])
    return createHmac('sha256', secret).update(text).digest('base64url')
  }

  /**
   * All parameters but the expiry, which is signed on its own, the signature itself, and those to ignore. Networks may
   * reorder them, but not those of one name, which applications may read as a list, nor `a[]`, `a[0]` and `a`.
   */
  #boundParameters(parameters: readonly Parameter[]): Parameter[] {
    const { expires, disposition, signature } = this.#names
    return parameters
      .filter(([name]) => name === disposition || !(name === expires || name === signature || this.#isIgnored(name)))
      .sort(([a], [b]) => compare(baseOf(a), baseOf(b)))
  }
}

const KNOWN_OPTIONS: OptionsOf<UrlSignerOptions> = {
  secrets: true,
  expiresIn: true,
  stableFor: true,
  now: true,
  ignore: true,
  parameters: true,
}

const SIGN_OPTIONS: OptionsOf<SignOptions> = { expiresIn: true, method: true, user: true, disposition: true }

type Names = { readonly [Name in keyof LinkParameters]-?: string }

interface Bound {
  readonly method: string
  readonly user: string | undefined
  readonly expires: number
}

const OWNER = 'UrlSigner'
/** Keeps a secret that something else uses as well from signing the same text for both; and tells this form from later ones. */
const PURPOSE = 'downloadview 1'

/** The one error of all links that are not good, so that nobody learns from it which part to change. */
export function invalidLink(reason: string): PermissionDeniedError {
  return new PermissionDeniedError('This link is not valid, or no longer.', { cause: reason })
}

/** Takes as long for a good guess as for a bad one. Compares text: some bytes have several spellings in base64. */
function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function baseOf(name: string): string {
  return name.split('[', 1)[0] as string
}

function matcherOf(patterns: readonly string[]): (name: string) => boolean {
  for (const pattern of patterns) {
    if (typeof pattern === 'string' && /^[^*]+\*?$/.test(pattern)) continue
    throw new ConfigurationError(
      `${OWNER}: ignore takes names such as "ref", or "utm_*" for all that begin so; got ${JSON.stringify(pattern)}.`,
    )
  }
  const names = new Set(patterns.filter((pattern) => !pattern.endsWith('*')))
  const starts = patterns.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.slice(0, -1))
  return (name) => names.has(name) || starts.some((start) => name.startsWith(start))
}

function checkedNames({
  expires = 'expires',
  disposition = 'disposition',
  signature = 'signature',
}: LinkParameters = {}): Names {
  const names = [expires, disposition, signature]
  if (new Set(names).size === 3 && names.every((name) => typeof name === 'string' && name !== '')) {
    return { expires, disposition, signature }
  }
  throw new ConfigurationError(
    `${OWNER}: parameters must be different names for expires, disposition and signature, got ${JSON.stringify(names)}.`,
  )
}

function checkedMethod(method: string): string {
  if (/^[A-Z]+$/.test(method) && method !== 'HEAD') return method
  throw new ConfigurationError(
    `${OWNER}: method must be in capitals, and no HEAD, which goes along with GET; got ${JSON.stringify(method)}.`,
  )
}

function checkedUser(user: string | undefined): string | undefined {
  if (user === undefined || (typeof user === 'string' && user !== '')) return user
  throw new ConfigurationError(
    `${OWNER}: user must be a text that is not empty, got ${JSON.stringify(user)}. Leave it out for a link that anybody may use.`,
  )
}
