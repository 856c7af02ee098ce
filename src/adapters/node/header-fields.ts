import { type IncomingMessage, ServerResponse } from 'node:http'
import type { HeaderValue } from '../../headers/header-map.js'

/** The fields of a response that is not sent yet, as Node keeps them: by their names in lower case. */
export type HeaderFields = Record<string, [name: string, value: HeaderValue]>

/**
 * The fields of a response, to be written to without having every letter of every name and value looked at again:
 * `setHeader()` for each costs as much as all the rest of the head. Only for fields of a `HeaderMap`, which looks at the same.
 *
 * `undefined` where they are kept in another way, or where somebody else wants to hear of each.
 */
export function fieldsOf(response: ServerResponse): HeaderFields | undefined {
  if (PLACE === undefined || !(PLACE in response) || response.setHeader !== SET_HEADER) return undefined
  const kept = response as unknown as Record<symbol, HeaderFields | null>
  kept[PLACE] ??= Object.create(null) as HeaderFields
  return kept[PLACE]
}

/** As it was when this module was loaded. */
const { setHeader: SET_HEADER } = ServerResponse.prototype

/** Node does not tell where that is, so it is looked for, and only taken where it works both ways. */
const PLACE = findPlace()

function findPlace(): symbol | undefined {
  // Whoever put a method of their own there before us wants to hear of each field.
  if (!Function.prototype.toString.call(SET_HEADER).includes('kOutHeaders')) return undefined
  try {
    const request = { method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 } as IncomingMessage
    const response = new ServerResponse(request).setHeader('X-Set', 'by the method')
    const kept = response as unknown as Record<symbol, HeaderFields | undefined>
    const place = Object.getOwnPropertySymbols(response).find((symbol) => kept[symbol]?.['x-set']?.[0] === 'X-Set')
    const fields = place && kept[place]
    if (fields === undefined || fields['x-set']?.[1] !== 'by the method') return undefined
    fields['x-put'] = ['X-Put', 'in its place']
    return response.getHeader('X-Put') === 'in its place' ? place : undefined
  } catch {
    return undefined
  }
}
