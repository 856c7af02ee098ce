/** A run of bytes; both ends are inclusive and count from 0, as in HTTP. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** A range as it is asked for before the size is known: from a byte on, maybe up to another, or the last bytes. */
export type RangeSpec = { readonly start: number; readonly end?: number | undefined } | { readonly suffix: number }

/** What a `Range` header asks of a representation: some bytes, or bytes that it does not have. */
export type RangeRequest = readonly [ByteRange, ...ByteRange[]] | 'unsatisfiable'

/** How many bytes a range spans. */
export function rangeLength({ start, end }: ByteRange): number {
  return end - start + 1
}

/**
 * Reads a `Range` header against a representation of `size` bytes.
 *
 * Gives `undefined` where the header is to be ignored, so that the whole is sent: it is malformed, its unit is not
 * `bytes`, the representation is empty, or the ranges together ask for more than the whole has. Ranges keep the order in
 * which they were asked for; those that lie outside are dropped, and when all do, the answer is `unsatisfiable`.
 *
 * @see RFC 9110, 14.1.2 and 14.2
 */
export function parseRange(header: string | null | undefined, size: number): RangeRequest | undefined {
  // Without bytes there is nothing to cut, and no Content-Range could say so: Go and nginx answer 200 as well.
  const set = size === 0 ? undefined : byteRangeSet(header)
  if (set === undefined) return undefined
  const ranges: ByteRange[] = []
  let total = 0
  for (const text of set) {
    const spec = parseSpec(text)
    if (spec === undefined) return undefined
    const range = resolveRange(spec, size)
    if (range === 'outside') continue
    total += rangeLength(range)
    if (total > size) return undefined
    ranges.push(range)
  }
  const [first, ...rest] = ranges
  return first === undefined ? 'unsatisfiable' : [first, ...rest]
}

/** Reads the first range of a `Range` header; `undefined` where the header, or a part of it, is to be ignored. */
export function firstRangeSpec(header: string | null | undefined): RangeSpec | undefined {
  const specs = byteRangeSet(header)?.map(parseSpec)
  return specs?.includes(undefined) ? undefined : specs?.[0]
}

/** Tells which bytes of a representation of this size a range asks for. */
export function resolveRange(spec: RangeSpec, size: number): ByteRange | 'outside' {
  if ('suffix' in spec) {
    return spec.suffix === 0 ? 'outside' : { start: Math.max(0, size - spec.suffix), end: size - 1 }
  }
  const { start, end = size - 1 } = spec
  return start >= size ? 'outside' : { start, end: Math.min(end, size - 1) }
}

/** Writes a range as the value of a `Range` header. */
export function formatRange(range: RangeSpec): string {
  return 'suffix' in range ? `bytes=-${range.suffix}` : `bytes=${range.start}-${range.end ?? ''}`
}

const BYTES_UNIT = /^bytes=/i
const RANGE_SPEC = /^[ \t]*(\d*)-(\d*)[ \t]*$/
const BLANK = /^[ \t]*$/
const LEADING_ZEROS = /^0+/

function byteRangeSet(header: string | null | undefined): string[] | undefined {
  if (!header || !BYTES_UNIT.test(header)) return undefined
  // RFC 9110, 5.6.1.2: empty list elements are ignored, but an empty list is none.
  const specs = header
    .slice('bytes='.length)
    .split(',')
    .filter((spec) => !BLANK.test(spec))
  return specs.length === 0 ? undefined : specs
}

/** Digits beyond 2^53 lose precision; that is harmless where a bound is compared with the size, which is below. */
function parseSpec(spec: string): RangeSpec | undefined {
  const match = RANGE_SPEC.exec(spec)
  if (match === null) return undefined
  const [, first = '', last = ''] = match
  if (first === '') return last === '' ? undefined : { suffix: Number(last) }
  if (last === '') return { start: Number(first) }
  return isBelow(last, first) ? undefined : { start: Number(first), end: Number(last) }
}

/** Compares digits as they are written: a header full of them would take a while to become two numbers. */
function isBelow(a: string, b: string): boolean {
  const [x, y] = [a.replace(LEADING_ZEROS, ''), b.replace(LEADING_ZEROS, '')]
  return x.length === y.length ? x < y : x.length < y.length
}
