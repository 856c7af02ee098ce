import { ConfigurationError } from '../errors.js'

/** An address in its parts. What is compared is decoded, once; what is written again stays as it was spelled. */
export interface Address {
  /** Scheme and host; empty for a path alone. */
  readonly origin: string
  readonly path: string
  /** The names between the separators of the path, decoded. */
  readonly segments: readonly string[]
  /** Without its `?`. */
  readonly query: string
  readonly parameters: readonly Parameter[]
  /** With its `#`. */
  readonly fragment: string
}

/** A parameter of a query, decoded. */
export type Parameter = readonly [name: string, value: string]

/** Takes an address apart, or says why two readers could take it for two different ones. */
export function parseAddress(url: unknown): Address | { readonly fault: string } {
  if (typeof url !== 'string') return { fault: 'it is no text' }
  if (!VISIBLE_ASCII.test(url)) return { fault: 'it is not percent-encoded' }
  const parts = PARTS.exec(url)
  if (parts === null) return { fault: 'it begins with neither "/" nor "http(s)://"' }
  const [, origin = '', path = '', query = '', fragment = ''] = parts
  try {
    const segments = (path || '/').slice(1).split('/').map(decodeURIComponent)
    if (segments.some((segment) => MISLEADING.test(segment)))
      return { fault: 'a name in its path is ".", "..", or has an encoded separator or NUL' }
    return { origin, path, segments, query: query.slice(1), parameters: parametersOf(query.slice(1)), fragment }
  } catch {
    return { fault: 'a "%" in it is followed by no character in UTF-8' }
  }
}

/** Takes apart an address that the application gave. */
export function addressOf(url: string, owner: string): Address {
  const address = parseAddress(url)
  if ('fault' in address) throw notSignable(url, address.fault, owner)
  // A browser takes the first name for a host, a server does not.
  if (url.startsWith('//')) throw notSignable(url, 'it begins with "//"', owner)
  return address
}

/** An address that cannot be signed. The query stays out of the message: it may carry a secret. */
export function notSignable(url: unknown, fault: string, owner: string): ConfigurationError {
  const shown = JSON.stringify(typeof url === 'string' ? url.split(/[?#]/, 1)[0] : url)
  return new ConfigurationError(
    `${owner} cannot sign ${shown}: ${fault}. Give a path from "/" or a whole address, each name through encodeURIComponent().`,
  )
}

/** Writes an address with more parameters. */
export function withParameters(
  { origin, path, query, fragment }: Address,
  added: Iterable<readonly [name: string, value: string]>,
): string {
  const more = [...added].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  return `${origin}${path}?${[query, ...more].filter(Boolean).join('&')}${fragment}`
}

const VISIBLE_ASCII = /^[\x21-\x5B\x5D-\x7E]+$/
const PARTS = /^(?:(https?:\/\/[^/?#]+)(?=[/?#]|$)|(?=\/))(\/[^?#]*)?(\?[^#]*)?(#.*)?$/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: programs in C end a name there.
const MISLEADING = /^\.{1,2}$|[/\\\u0000]/

/** Reads a query as browsers write forms: a `+` is a blank. */
function parametersOf(query: string): Parameter[] {
  return query
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const [name, ...value] = pair.split('=')
      return [decodeParameter(name as string), decodeParameter(value.join('='))]
    })
}

function decodeParameter(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}
