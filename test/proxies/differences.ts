import type { BackendName } from '../../src/middleware/config.js'

/** In what the servers differ, each with the reason. Everything else has to hold on all of them. */
export interface Differences {
  /** Names that this server cannot be told, so that the application streams them. */
  readonly streamedNames: RegExp
  /**
   * Whose validators a client gets. nginx and Caddy make their own, from size and second, and drop ours; Apache and
   * lighttpd pass ours on.
   */
  readonly validators: 'application' | 'server'
  /** What becomes of headers of which the server's configuration knows nothing: nginx drops them. */
  readonly unknownHeaders: 'kept' | 'dropped'
  /** The answer to several ranges. lighttpd joins them to one that spans all, which RFC 9110, 14.2 allows. */
  readonly severalRanges: 'multipart' | 'joined'
  /** The answer to a range of another unit than bytes: Caddy takes it for one that it cannot satisfy. */
  readonly unknownUnit: 200 | 416
  /** Whether the HEAD of an empty file tells its length. Apache leaves a 0 out. */
  readonly emptyHead: 'with length' | 'without length'
  /** Characters in the address of a request that the server refuses by itself, before the application is asked. */
  readonly refusedInAddress: RegExp
  /** Whether an encoded separator in the address of a request stays one. lighttpd decodes it by default. */
  readonly encodedSlash: 'kept' | 'decoded'
  /** What an error looks like in the server's log. */
  readonly errorInLog: RegExp
}

const NEVER = /(?!)/
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that headers cannot carry.
const CONTROL = /[\u0000-\u001F\u007F]/

export const differences: { readonly [Name in Exclude<BackendName, 'litespeed'>]: Differences } = {
  nginx: {
    // Every name is percent-encoded, and decoded once.
    streamedNames: NEVER,
    validators: 'server',
    unknownHeaders: 'dropped',
    severalRanges: 'multipart',
    unknownUnit: 200,
    emptyHead: 'with length',
    refusedInAddress: NEVER,
    encodedSlash: 'kept',
    errorInLog: /\[(?:error|crit|alert|emerg)\]/,
  },
  apache: {
    // The header has the name as it is: without control characters, and without a blank at its end.
    streamedNames: new RegExp(`${CONTROL.source}| $`),
    validators: 'application',
    unknownHeaders: 'kept',
    severalRanges: 'multipart',
    unknownUnit: 200,
    emptyHead: 'without length',
    refusedInAddress: NEVER,
    encodedSlash: 'kept',
    errorInLog: /:(?:error|crit|alert|emerg)\]/,
  },
  lighttpd: {
    // Percent-encoded and decoded once, but for control characters, which it refuses in any form.
    streamedNames: CONTROL,
    validators: 'application',
    unknownHeaders: 'kept',
    severalRanges: 'joined',
    unknownUnit: 200,
    emptyHead: 'with length',
    refusedInAddress: CONTROL,
    encodedSlash: 'decoded',
    errorInLog: /\((?!server\.c\.\d+\) server started)/,
  },
  caddy: {
    // As in Apache; and a later version would take these for an escape, a query or a fragment.
    streamedNames: new RegExp(`${CONTROL.source}| $|[%?#]`),
    validators: 'server',
    unknownHeaders: 'kept',
    severalRanges: 'multipart',
    unknownUnit: 416,
    emptyHead: 'with length',
    refusedInAddress: NEVER,
    encodedSlash: 'kept',
    errorInLog: /"level":"(?:error|fatal|panic)"/,
  },
}
