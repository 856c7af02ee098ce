import { HeaderMap } from '../../headers/header-map.js'

/**
 * Puts what the application has set before beside the headers of a download, which win, but for their defaults. The
 * framing of the body is never the application's to tell.
 */
export function withPresent(headers: HeaderMap, present: Headers): HeaderMap {
  const all = new HeaderMap(headers)
  for (const [name, value] of present) {
    if (FRAMING.has(name)) continue
    if (ADDITIVE.has(name)) all.append(name, value)
    else if (!headers.has(name) || headers.isDefault(name)) all.set(name, value)
  }
  return all
}

/** As `Headers` spells them. */
const FRAMING = new Set(['content-length', 'transfer-encoding'])
const ADDITIVE = new Set(['set-cookie', 'vary'])
