import type { ByteRange } from '../headers/range.js'
import { firstRangeSpec } from '../headers/range.js'
import type { LocalBody } from '../responses/reply.js'

/** Which bytes of which file a 206 has. */
export interface SentRanges {
  readonly ranges: readonly ByteRange[]
  /** Bytes of the whole file, where the reply tells. */
  readonly size?: number | undefined
}

/** Reads what a 206 has of its file. `asked` is the header `Range` of the request. */
export function sentRanges(
  contentRange: string | null,
  parts: LocalBody['parts'] | undefined,
  asked: string | null,
): SentRanges {
  const single = CONTENT_RANGE.exec(contentRange ?? '')
  if (single !== null) {
    const [, start, end, size] = single.map(Number) as [number, number, number, number]
    return { ranges: [{ start, end }], size }
  }
  if (parts !== undefined) return { ranges: parts.filter((part) => !(part instanceof Uint8Array)) as ByteRange[] }
  return { ranges: explicitRanges(asked) }
}

const CONTENT_RANGE = /^bytes (\d+)-(\d+)\/(\d+)$/

/** Those of several ranges whose both ends were asked for: what the others came to is not known outside of the body. */
function explicitRanges(asked: string | null): ByteRange[] {
  return (asked ?? '')
    .replace(/^bytes=/i, '')
    .split(',')
    .map((range) => firstRangeSpec(`bytes=${range}`))
    .filter((spec): spec is ByteRange => spec !== undefined && 'start' in spec && spec.end !== undefined)
}
