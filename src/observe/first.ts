import { type ByteRange, firstRangeSpec, rangeLength } from '../headers/range.js'

/** Tells whether a reply with these ranges of a file, none for all of it, is somebody's begin of a download. */
export function beginsDownload(ranges: readonly ByteRange[], size: number | undefined): boolean {
  return ranges.length === 0 || ranges.some((range) => range.start === 0 && !isProbe(range, size))
}

/** The same for a reply that another server gives, as far as the header `Range` of the request tells. */
export function asksForBegin(asked: string | null): boolean {
  const spec = firstRangeSpec(asked)
  if (spec === undefined) return true
  return (
    'start' in spec && beginsDownload([{ start: spec.start, end: spec.end ?? Number.POSITIVE_INFINITY }], undefined)
  )
}

/** Players ask for the first byte or two of a film before they ask for the film. */
function isProbe(range: ByteRange, size: number | undefined): boolean {
  return rangeLength(range) <= PROBE && (size === undefined || size > PROBE)
}

/** Bytes. */
const PROBE = 2
