/** A run of bytes; both ends are inclusive and count from 0, as in HTTP. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

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
  for (const spec of set) {
    const range = resolve(spec, size)
    if (range === 'invalid') return undefined
    if (range === 'outside') continue
    total += rangeLength(range)
    if (total > size) return undefined
    ranges.push(range)
  }
  const [first, ...rest] = ranges
  return first === undefined ? 'unsatisfiable' : [first, ...rest]
}

const BYTES_UNIT = /^bytes=/i
const RANGE_SPEC = /^[ \t]*(\d*)-(\d*)[ \t]*$/
const BLANK = /^[ \t]*$/

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
function resolve(spec: string, size: number): ByteRange | 'invalid' | 'outside' {
  const match = RANGE_SPEC.exec(spec)
  if (match === null) return 'invalid'
  const [, first = '', last = ''] = match
  if (first === '') return last === '' ? 'invalid' : suffix(Number(last), size)
  const start = Number(first)
  if (last !== '' && BigInt(last) < BigInt(first)) return 'invalid'
  if (start >= size) return 'outside'
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) }
}

function suffix(length: number, size: number): ByteRange | 'outside' {
  if (length === 0) return 'outside'
  return { start: Math.max(0, size - length), end: size - 1 }
}
