/** What a `Content-Disposition` tells a client. */
export interface ParsedDisposition {
  /** `attachment`, `inline` or another word, in lower case; empty without the header. */
  readonly type: string
  /** The name to save under, as a browser takes it: `filename*` wins over `filename`. Empty without one. */
  readonly name: string
}

/** Reads a `Content-Disposition` (RFC 6266): quoted names with their escapes, and extended ones (RFC 8187). */
export function parseContentDisposition(header: string | null): ParsedDisposition {
  const [type = ''] = TYPE.exec(header ?? '') ?? []
  const parameters = new Map<string, string>()
  PARAMETER.lastIndex = type.length
  for (let match = next(header); match !== null; match = next(header)) {
    const [, name = '', quoted, token = ''] = match
    // The first of several with one name counts, as in browsers.
    if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), unquote(quoted) ?? token)
  }
  const name = extendedValue(parameters.get('filename*')) ?? parameters.get('filename') ?? ''
  return { type: type.trim().toLowerCase(), name }
}

const TYPE = /^[^;]*/
/** One parameter after the other: what stands inside the quotes of a name is never taken for a parameter. */
const PARAMETER = /\s*;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/y
const EXTENDED = /^(utf-8|iso-8859-1)'[^']*'((?:%[\da-f]{2}|[^%])*)$/i

function next(header: string | null): RegExpExecArray | null {
  return PARAMETER.exec(header ?? '')
}

function unquote(quoted: string | undefined): string | undefined {
  return quoted?.replace(/\\(.)/g, '$1')
}

function extendedValue(value: string | undefined): string | undefined {
  const [, charset = '', encoded = ''] = EXTENDED.exec(value ?? '') ?? []
  if (charset === '') return undefined
  const bytes = encoded.replace(/%(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString(charset.toLowerCase() === 'utf-8' ? 'utf8' : 'latin1')
}
