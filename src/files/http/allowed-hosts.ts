import { ConfigurationError } from '../../errors.js'

/** Hosts that may be asked, each as `host`, `host:port`, or `*.domain` for the hosts below a domain. */
export class AllowedHosts {
  readonly #patterns: readonly Pattern[]

  /** @throws ConfigurationError for what no host is like. */
  constructor(hosts: readonly string[], owner: string) {
    this.#patterns = hosts.map((host) => parsePattern(host, owner))
  }

  /** Tells whether an address is at one of them. */
  includes(url: URL): boolean {
    const port = url.port || DEFAULT_PORTS[url.protocol]
    return this.#patterns.some(({ host, isDomain, port: wanted }) => {
      if (wanted !== undefined && wanted !== port) return false
      return isDomain ? url.hostname.endsWith(host) : url.hostname === host
    })
  }
}

interface Pattern {
  /** As URL writes it; with the dot before it for the hosts of a domain. */
  readonly host: string
  readonly isDomain: boolean
  readonly port: string | undefined
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }

function parsePattern(text: unknown, owner: string): Pattern {
  const parts = typeof text === 'string' ? PATTERN.exec(text)?.groups : undefined
  const address = `http://${parts?.['host']}`
  if (parts === undefined || !URL.canParse(address)) {
    throw new ConfigurationError(
      `${owner}: allowedHosts holds ${JSON.stringify(text)}. Write "host", "host:port" or "*.domain".`,
    )
  }
  const isDomain = parts['star'] !== undefined
  const { hostname } = new URL(address)
  return { host: isDomain ? `.${hostname}` : hostname, isDomain, port: parts['port'] }
}

const PATTERN = /^(?<star>\*\.)?(?<host>[^\s:/@?#*\\]+|\[[^\]]+\])(?::(?<port>[1-9]\d*))?$/
