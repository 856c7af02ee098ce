import { BlockList, isIPv6 } from 'node:net'
import { ConfigurationError } from '../errors.js'
import type { DownloadRequest, Outcome } from '../handler.js'
import type { DownloadResponse } from '../responses/download.js'
import { BaseDownloadMiddleware } from './base.js'
import type { BackendName, Rule } from './config.js'
import { SmartDownloadMiddleware } from './smart.js'

/** Options of {@link RequestMappingMiddleware}. */
export interface RequestMappingOptions {
  /**
   * Addresses of the proxies that may say how files are handed over, such as `127.0.0.1` or `10.1.0.0/16`. Each of them
   * has to set or clear both headers of every request itself: what it passes on unseen comes from the client.
   */
  trustedHops: readonly string[]
  /** Which server a proxy that asks for `X-Sendfile` is; the two want names in different forms. Default: `'apache'`. */
  xSendfileServer?: 'apache' | 'lighttpd' | undefined
  /** Finds the address of the hop before the application. Default: `request.remoteAddress`. */
  remoteAddress?: ((request: DownloadRequest) => string | undefined) | undefined
}

/**
 * Hands downloads over as the proxy asks for it with each request: `X-Sendfile-Type`, and for servers that are told
 * addresses `X-Accel-Mapping: /srv/files/=/protected/`, as Rack and Symfony read them.
 *
 * Nobody is believed but the hops that were named; everybody else's headers are as if they were not there.
 */
export class RequestMappingMiddleware extends BaseDownloadMiddleware {
  readonly #trusted: BlockList
  readonly #xSendfileServer: 'apache' | 'lighttpd'
  readonly #remoteAddress: (request: DownloadRequest) => string | undefined
  readonly #known = new Map<string, SmartDownloadMiddleware>()

  constructor({
    trustedHops,
    xSendfileServer = 'apache',
    remoteAddress = (request) => request.remoteAddress,
  }: RequestMappingOptions) {
    super()
    this.#trusted = listOf(trustedHops)
    this.#xSendfileServer = xSendfileServer
    this.#remoteAddress = remoteAddress
  }

  override processDownloadResponse(response: DownloadResponse, request: DownloadRequest): Outcome | Promise<Outcome> {
    const type = request.headers.get('x-sendfile-type')
    if (type === null || !this.#isTrusted(request)) return response
    return this.#middlewareFor(type, request.headers.get('x-accel-mapping') ?? '').processDownloadResponse(
      response,
      request,
    )
  }

  #isTrusted(request: DownloadRequest): boolean {
    const address = this.#remoteAddress(request)?.replace(/^::ffff:/i, '')
    return address !== undefined && this.#trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
  }

  #middlewareFor(type: string, mapping: string): SmartDownloadMiddleware {
    const key = `${type.toLowerCase()}\n${mapping}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const backend = this.#backendOf(type)
    const middleware = new SmartDownloadMiddleware({ backend, rules: rulesOf(backend, mapping) })
    // A trusted proxy sends the same few mappings for ever; if not, none of them is worth keeping.
    if (this.#known.size >= MAX_MAPPINGS) this.#known.clear()
    this.#known.set(key, middleware)
    return middleware
  }

  #backendOf(type: string): BackendName {
    const backend = {
      'x-accel-redirect': 'nginx',
      'x-sendfile': this.#xSendfileServer,
      'x-litespeed-location': 'litespeed',
    }
    const found = Object.entries(backend).find(([name]) => name === type.toLowerCase())?.[1]
    if (found !== undefined) return found as BackendName
    throw new ConfigurationError(
      `The proxy asked for X-Sendfile-Type "${type}". There are X-Accel-Redirect, X-Sendfile and X-LiteSpeed-Location.`,
    )
  }
}

const MAX_MAPPINGS = 100

function rulesOf(backend: BackendName, mapping: string): Rule[] {
  // A server that is told paths finds every file without a mapping.
  if (backend === 'apache' || backend === 'lighttpd') return [{ backend, sourceDir: '/' }]
  return mapping.split(',').map((pair) => {
    // At the last "=": a folder may have one in its name, a location may not.
    const at = pair.lastIndexOf('=')
    const sourceDir = pair.slice(0, Math.max(at, 0)).trim()
    const destinationUrl = pair.slice(at + 1).trim()
    if (sourceDir && destinationUrl) return { backend, sourceDir, destinationUrl } as Rule
    throw new ConfigurationError(
      `The proxy sent X-Accel-Mapping ${JSON.stringify(mapping)}. It has to be "/folder/=/location/", several with commas.`,
    )
  })
}

function listOf(addresses: readonly string[]): BlockList {
  const list = new BlockList()
  for (const address of addresses) {
    const [network = '', prefix] = address.split('/', 2)
    const family = isIPv6(network) ? 'ipv6' : 'ipv4'
    try {
      if (prefix === undefined) list.addAddress(network, family)
      else list.addSubnet(network, Number(prefix), family)
    } catch (cause) {
      throw new ConfigurationError(`trustedHops: "${address}" is no address and no network such as 10.1.0.0/16.`, {
        cause,
      })
    }
  }
  if (addresses.length === 0) throw new ConfigurationError('trustedHops is empty: nobody could ask for a hand-over.')
  return list
}
