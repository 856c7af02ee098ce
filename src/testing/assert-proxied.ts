import type { Outcome } from '../handler.js'
import type { RequestHeaders } from '../headers/request-headers.js'
import { type Assertion, assertFact, assertKnown, fail } from './assert-facts.js'
import { parseContentDisposition } from './parse-content-disposition.js'

/** What a handler gives, or a web `Response`, or either of them on its way. */
export type Reply = Outcome | Response | Promise<Outcome | Response>

/** What every download that is handed over is to be; what is left out is not compared. */
export interface ExpectedProxied {
  /** The name that a client saves the file under, `filename*` taken into account; `''` for none. */
  basename?: string
  /** The whole `Content-Type`. */
  contentType?: string
  /** `true` when a browser is to save the file, `false` when it may show it. */
  attachment?: boolean
}

/** Reads one fact from the headers of a reply. */
export type Facts<Expected> = { readonly [Name in keyof Expected]-?: (headers: Pick<RequestHeaders, 'get'>) => unknown }

/** The facts of every download that is handed over. */
export const PROXIED_FACTS: Facts<ExpectedProxied> = {
  basename: (headers) => parseContentDisposition(headers.get('Content-Disposition')).name,
  contentType: (headers) => headers.get('Content-Type'),
  attachment: (headers) => parseContentDisposition(headers.get('Content-Disposition')).type === 'attachment',
}

/** Checks that a reply hands a download over by one header, and what its headers tell. */
export async function assertProxied<Expected extends object>(
  assertion: Assertion,
  header: string,
  reply: Reply,
  expected: Expected,
  facts: Facts<Expected>,
): Promise<void> {
  const names = Object.keys(facts) as (keyof Expected & string)[]
  assertKnown(assertion, expected, names)
  const { headers } = await reply
  const value = headers.get(header)
  if (value === null) fail(assertion, `The download is not handed over: it has no ${header}.`, value, `${header}: …`)
  for (const name of names) {
    if (name in expected) assertFact(assertion, name, facts[name](headers), expected[name])
  }
}
