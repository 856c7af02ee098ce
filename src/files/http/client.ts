import { createRequire } from 'node:module'
import type { Readable } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
import type { buildConnector, Dispatcher } from 'undici'
import { ConfigurationError, UpstreamError } from '../../errors.js'
import type { HeaderMap } from '../../headers/header-map.js'
import { diskError } from '../../storages/disk/error.js'
import { Inflow } from '../../storages/inflow.js'
import { assertKnownBy, type OptionsOf } from '../../wrong-use.js'
import { AllowedHosts } from './allowed-hosts.js'
import { exchange } from './exchange.js'
import { guardedConnector } from './guarded-connector.js'
import { isWebAddress } from './web-address.js'

/** Options of {@link HttpClient}. */
export interface HttpClientOptions {
  /**
   * The only hosts that may be asked, also by redirects; they may be internal. Each is `host`, `host:port` or `*.domain`.
   * Default: any host whose address is one of the public internet.
   */
  allowedHosts?: readonly string[] | undefined
  /** Milliseconds to connect in, TLS included; `0` for ever. Default: `10_000`. */
  connectTimeout?: number | undefined
  /** Milliseconds from the request to the headers of the answer; `0` for ever. Default: `30_000`. */
  headersTimeout?: number | undefined
  /** Milliseconds without a byte of the body; `0` for ever. Default: `30_000`. */
  idleTimeout?: number | undefined
  /** How many redirects are followed for one file. Default: `5`; `0` follows none. */
  maxRedirects?: number | undefined
  /** Certificates and other things of TLS, as `tls.connect()` takes them. */
  tls?: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'passphrase' | 'rejectUnauthorized'> | undefined
  /**
   * Makes undici's dispatcher, such as a `ProxyAgent`; asked once. It connects by itself, so that addresses are not
   * looked at: `allowedHosts` is required.
   */
  createDispatcher?: (() => Dispatcher | Promise<Dispatcher>) | undefined
}

/** A request to another server. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD'
  /** Headers for this one server: on the way to another, after a redirect, they are left out. */
  readonly headers: HeaderMap
  /** Headers that go along to wherever redirects lead. */
  readonly ownHeaders: HeaderMap
  readonly signal?: AbortSignal | undefined
}

/** The answer of another server, its body still to be read or destroyed. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  /** A stream of Node, or what {@link HttpClient} gives in its place. */
  readonly body: Readable | Inflow
}

/** What asks another server; {@link HttpClient} unless the application has its own. */
export interface HttpRequester {
  /** Milliseconds without a byte of the body after which the server counts as gone. */
  readonly idleTimeout: number
  /** Asks, and follows redirects. Throws when there is no answer; any status is one. */
  request(url: URL, request: HttpRequest): Promise<HttpAnswer>
}

// Before the class, whose default is made at once.
const KNOWN_OPTIONS: OptionsOf<HttpClientOptions> = {
  allowedHosts: true,
  connectTimeout: true,
  headersTimeout: true,
  idleTimeout: true,
  maxRedirects: true,
  tls: true,
  createDispatcher: true,
}

/**
 * Asks other servers for files: over kept connections, with time limits, and never at an address that an attacker
 * could mean this machine or its network by.
 */
export class HttpClient implements HttpRequester {
  /** The client of all files that are given no other. */
  static readonly default = new HttpClient()

  readonly idleTimeout: number
  readonly #headersTimeout: number
  readonly #maxRedirects: number
  readonly #allowedHosts: AllowedHosts | undefined
  readonly #createDispatcher: () => Dispatcher | Promise<Dispatcher>
  #connecting: Promise<Dispatcher> | undefined
  #dispatcher: Dispatcher | undefined

  /** @throws ConfigurationError for options that could not work. */
  constructor(options: HttpClientOptions = {}) {
    assertKnownBy(new.target, HttpClient, options, KNOWN_OPTIONS)
    const { allowedHosts, connectTimeout = 10_000, headersTimeout = 30_000, idleTimeout = 30_000 } = options
    const { maxRedirects = 5, tls = {}, createDispatcher } = options
    for (const [name, value] of Object.entries({ connectTimeout, headersTimeout, idleTimeout, maxRedirects })) {
      if (Number.isSafeInteger(value) && value >= 0) continue
      throw new ConfigurationError(`HttpClient: ${name} must be a whole number from 0, got ${value}.`)
    }
    if (createDispatcher !== undefined && allowedHosts === undefined) {
      throw new ConfigurationError('HttpClient: a dispatcher of your own needs `allowedHosts`, the hosts it may ask.')
    }
    this.idleTimeout = idleTimeout
    this.#allowedHosts = allowedHosts && new AllowedHosts(allowedHosts, 'HttpClient')
    this.#headersTimeout = headersTimeout
    this.#maxRedirects = maxRedirects
    this.#createDispatcher = createDispatcher ?? (() => createAgent({ ...tls, timeout: connectTimeout }, allowedHosts))
  }

  async request(url: URL, request: HttpRequest): Promise<HttpAnswer> {
    let current = url
    for (let redirects = 0; ; redirects++) {
      const answer = await this.#ask(current, { ...request, headers: headersFor(current, url, request) })
      const location = isRedirect(answer.status) ? answer.headers.get('Location') : null
      if (location === null) return answer
      discard(answer.body)
      if (redirects >= this.#maxRedirects) throw new UpstreamError(`${url.host} redirects too often.`)
      current = followed(current, location)
    }
  }

  /** Ends the connections once what is under way has ended. */
  async close(): Promise<void> {
    const dispatcher = await this.#connecting
    this.#connecting = undefined
    this.#dispatcher = undefined
    await dispatcher?.close()
  }

  async #ask(url: URL, { method, headers, signal }: HttpRequest): Promise<HttpAnswer> {
    this.#assertAllowed(url)
    const { origin, pathname, search } = url
    return exchange({
      dispatcher: this.#dispatcher ?? (await this.#connect()),
      request: {
        method,
        origin,
        path: pathname + search,
        headers: headers.lines as string[],
        // It begins anew with each of the answers before the answer (1xx), of which there may be any number.
        headersTimeout: 0,
        bodyTimeout: this.idleTimeout,
      },
      what: url.host,
      timeout: this.#headersTimeout,
      signal,
    })
  }

  /** Made for the first request. */
  async #connect(): Promise<Dispatcher> {
    this.#connecting ??= Promise.resolve(this.#createDispatcher())
    try {
      this.#dispatcher = await this.#connecting
      return this.#dispatcher
    } catch (error) {
      // What failed once may work the next time.
      this.#connecting = undefined
      throw error
    }
  }

  #assertAllowed(url: URL): void {
    if (!isWebAddress(url)) {
      throw new UpstreamError(`Only http: and https: can be asked, not ${url.protocol}`, { code: 'ADDRESS_REFUSED' })
    }
    if (this.#allowedHosts === undefined || this.#allowedHosts.includes(url)) return
    throw new UpstreamError(`${url.host} is not among the allowedHosts.`, { code: 'ADDRESS_REFUSED' })
  }
}

async function createAgent(
  options: buildConnector.BuildOptions,
  allowedHosts: readonly string[] | undefined,
): Promise<Dispatcher> {
  const { Agent, buildConnector } = await loadUndici()
  return new Agent({ connect: allowedHosts === undefined ? guardedConnector({ buildConnector }, options) : options })
}

let undici: Promise<typeof import('undici')> | undefined

/** Only when it is wanted, since it takes its time; and only once, since asking for it again does as well. */
async function loadUndici(): Promise<typeof import('undici')> {
  undici ??= import('undici').catch(requireUndici)
  try {
    return await undici
  } catch (error) {
    // What failed once may work the next time.
    undici = undefined
    throw diskError(error, 'undici could not be loaded.')
  }
}

/** Node remembers for ever that an import failed, also where it did so only because too many files were open. */
function requireUndici(): typeof import('undici') {
  return createRequire(import.meta.url)('undici')
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308
}

/** Secrets that are for one server are not for the one that it names. */
function headersFor(current: URL, first: URL, { headers, ownHeaders }: HttpRequest): HeaderMap {
  return current === first || current.origin === first.origin ? headers.clone().override(ownHeaders) : ownHeaders
}

function followed(current: URL, location: string): URL {
  if (!URL.canParse(location, current.href)) throw new UpstreamError(`${current.host} redirects to no address.`)
  const next = new URL(location, current)
  if (current.protocol === 'https:' && next.protocol === 'http:') {
    throw new UpstreamError(`${current.host} redirects from https: to http:.`, { code: 'ADDRESS_REFUSED' })
  }
  return next
}

/** Lets go of a body that nobody will read. What comes soon and is short is read, to use its connection again. */
export function discard(body: Readable | Inflow): void {
  const inflow = body instanceof Inflow ? body : Inflow.of(body)
  const timer = setTimeout(() => inflow.destroy(), SOON).unref()
  drain(inflow)
    .catch(() => {})
    .finally(() => clearTimeout(timer))
}

async function drain(inflow: Inflow): Promise<void> {
  let length = 0
  for await (const chunk of inflow) {
    length += chunk.length
    if (length > SHORT) break
  }
}

const SHORT = 16 * 1024

/** Milliseconds. */
const SOON = 1000
