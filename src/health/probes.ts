import { contentDisposition } from '../headers/content-disposition.js'
import type { Answered } from './ask.js'
import { CANARY_FILES, type CanaryName } from './canary.js'

/** Headers that the canaries' handler sets; each is of a kind that some server drops when it takes a file over. */
export const PROBE_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  Vary: 'Cookie',
  'X-Robots-Tag': 'noindex',
}

export const PROBE_CACHE_CONTROL = 'private, no-store'

/** Tells whether a reply offers the file under the name that the application gives it. */
export function hasDisposition(answer: Answered, name: CanaryName): boolean {
  return !missingHeaders(answer, name).includes('Content-Disposition')
}

/** Names of the headers that did not arrive, or not with what the application gave them. Others may have added to it. */
export function missingHeaders({ headers }: Answered, name: CanaryName): string[] {
  const expected = {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Disposition': contentDisposition('attachment', CANARY_FILES[name]),
    'Cache-Control': 'private',
    ...PROBE_HEADERS,
  }
  return Object.entries(expected)
    .filter(([header, value]) => !normalized(headers[header.toLowerCase()]).includes(normalized(value)))
    .map(([header]) => header)
}

function normalized(value: string | readonly string[] | undefined): string {
  return [value ?? ''].flat().join(', ').toLowerCase().replaceAll(/\s/g, '')
}
