import type { HeaderMap } from '../headers/header-map.js'
import { wholeSeconds } from '../headers/http-date.js'
import {
  checkPreconditions,
  ifRangeHolds,
  modifiedSinceDate,
  type Verdict,
  validatorsOf,
} from '../headers/preconditions.js'
import { parseRange } from '../headers/range.js'
import type { RequestHeaders } from '../headers/request-headers.js'
import type { DownloadResponse } from '../responses/download.js'
import type { FileStat } from '../storages/storage.js'

/** What decides who answers the conditions of a request: the application, or the server that would send the file. */
export interface ConditionalHandOver {
  readonly response: DownloadResponse
  /** The headers that would go along, and what the file tells. */
  readonly headers: HeaderMap
  readonly stat: FileStat
  /** Whether clients get the validators of our reply, so that their conditions are about those. */
  readonly keepsValidators: boolean
}

/** Tells which condition of a request the application has to answer; `undefined` when the file can be handed over. */
export async function conditionOf(asked: RequestHeaders, handOver: ConditionalHandOver): Promise<string | undefined> {
  const { response, headers, stat, keepsValidators } = handOver
  const since = modifiedSinceDate(asked)
  // The application's own answer to If-Modified-Since comes first: a server knows the file's time and no more.
  const wasModified = since === undefined ? undefined : await response.wasModifiedSince?.(new Date(since))
  const validators = validatorsOf(headers, wasModified)
  const verdict = keepsValidators ? checkPreconditions(asked, validators) : ownVerdict(asked, wasModified)
  if (verdict === 'not-modified') return 'the client has it already, so that a 304 is all it gets'
  if (verdict === 'precondition-failed') return 'a condition of the request failed, so that a 412 is all it gets'
  if (keepsValidators && ifRangeHolds(asked, validators) && isOutside(asked.get('range'), stat)) {
    return 'it has no such bytes as the client asks for, so that a 416 is all it gets'
  }
  const times = () => [validators.lastModified, stat.modifiedTime?.getTime()]
  if (since !== undefined && wasModified && times().some((time) => time !== undefined && wholeSeconds(time) <= since)) {
    return 'the application says that it has changed, and by its time the server would see no change'
  }
  return undefined
}

/** The word of the application alone, where a server answers all other conditions by validators of its own. */
function ownVerdict(asked: RequestHeaders, wasModified: boolean | undefined): Verdict {
  const isForServer = asked.get('if-match') !== null || asked.get('if-unmodified-since') !== null
  return wasModified === false && !isForServer ? 'not-modified' : 'proceed'
}

/** These servers' own 416 does not tell how long the file is (RFC 9110, 15.5.17). */
function isOutside(range: string | null, { size }: FileStat): boolean {
  return size !== undefined && parseRange(range, size) === 'unsatisfiable'
}
