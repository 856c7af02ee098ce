import type { RequestHeaders } from '../headers/request-headers.js'
import { assertProxied, type ExpectedProxied, type Facts, PROXIED_FACTS, type Reply } from './assert-proxied.js'

/** What a download that is handed over to Apache or lighttpd is to be; what is left out is not compared. */
export interface ExpectedXSendfile extends ExpectedProxied {
  /** Absolute path of the file as the server sees it, however the header spells it. */
  filePath?: string
}

/**
 * Checks a reply that hands a download over by `X-Sendfile`.
 *
 * @throws AssertionError with `actual` and `expected`, which every test runner shows.
 * @throws TypeError when something is expected that this cannot check.
 */
export function assertXSendfile(reply: Reply, expected: ExpectedXSendfile = {}): Promise<void> {
  return assertProxied(assertXSendfile, 'X-Sendfile', reply, expected, factsFor(expected))
}

function factsFor({ filePath }: ExpectedXSendfile): Facts<ExpectedXSendfile> {
  return { ...PROXIED_FACTS, filePath: (headers) => pathOf(headers, filePath) }
}

/** Apache reads the bytes of the path as they are, lighttpd decodes them: either spelling may be the right one. */
function pathOf(headers: Pick<RequestHeaders, 'get'>, expected: string | undefined): string | null {
  const value = headers.get('X-Sendfile')
  if (value === null) return null
  const spelled = [Buffer.from(value, 'latin1').toString(), decode(value)]
  return spelled.find((path) => path === expected) ?? (spelled[0] as string)
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}
