/** A range of a file; both ends count. Any size of number fits. */
export interface Span {
  readonly start: bigint
  readonly end: bigint
}

/**
 * RFC 9110, 14.1.2 and 14.2, read character by character. `undefined`: the header is as if it were not there.
 *
 * Where the RFC leaves a choice, it is the one that our documentation names: an empty file and ranges that together ask
 * for more than the file has get the whole.
 */
export function spansOf(header: string, size: bigint): readonly Span[] | 'unsatisfiable' | undefined {
  if (header.slice(0, 6).toLowerCase() !== 'bytes=' || size === 0n) return undefined
  const spans: Span[] = []
  let elements = 0
  for (const element of header.slice(6).split(',').map(withoutOws)) {
    if (element === '') continue
    elements += 1
    const span = spanOf(element, size)
    if (span === 'malformed') return undefined
    if (span !== 'outside') spans.push(span)
  }
  if (elements === 0) return undefined
  if (spans.length === 0) return 'unsatisfiable'
  const total = spans.reduce((sum, { start, end }) => sum + end - start + 1n, 0n)
  return total > size ? undefined : spans
}

function spanOf(element: string, size: bigint): Span | 'malformed' | 'outside' {
  const [first, last, ...others] = element.split('-')
  if (first === undefined || last === undefined || others.length > 0) return 'malformed'
  if (!isDigits(first) || !isDigits(last) || (first === '' && last === '')) return 'malformed'
  if (first === '') {
    const length = BigInt(last)
    if (length === 0n) return 'outside'
    return { start: length > size ? 0n : size - length, end: size - 1n }
  }
  const start = BigInt(first)
  const end = last === '' ? size - 1n : BigInt(last)
  if (last !== '' && end < start) return 'malformed'
  if (start >= size) return 'outside'
  return { start, end: end < size ? end : size - 1n }
}

/** The same for a small file, of which each byte is asked whether it is meant: slower, and still simpler. */
export function spansByAsking(header: string, size: number): readonly Span[] | 'unsatisfiable' | undefined {
  const elements = header
    .slice('bytes='.length)
    .split(',')
    .map(withoutOws)
    .filter((element) => element !== '')
  if (header.slice(0, 6).toLowerCase() !== 'bytes=' || size === 0) return undefined
  if (elements.length === 0 || !elements.every(isSpec)) return undefined
  const positions = Array.from({ length: size }, (_, position) => BigInt(position))
  const chosen = elements.map((element) => positions.filter((position) => isMeant(element, position, BigInt(size))))
  if (chosen.flat().length > size) return undefined
  const spans = chosen.filter((each) => each.length > 0).map((each) => ({ start: each[0], end: each.at(-1) }) as Span)
  return spans.length === 0 ? 'unsatisfiable' : spans
}

function isSpec(element: string): boolean {
  const [first = '', last, ...more] = element.split('-')
  if (last === undefined || more.length > 0 || !isDigits(first) || !isDigits(last)) return false
  return first === '' ? last !== '' : last === '' || BigInt(first) <= BigInt(last)
}

function isMeant(element: string, position: bigint, size: bigint): boolean {
  const [first = '', last = ''] = element.split('-')
  if (first === '') return position >= size - BigInt(last)
  return position >= BigInt(first) && (last === '' || position <= BigInt(last))
}

/** Whether a text has digits only, or nothing. */
function isDigits(text: string): boolean {
  return [...text].every((character) => '0123456789'.includes(character))
}

/** RFC 9110, 5.6.3: blanks and tabs. */
export function withoutOws(text: string): string {
  let [start, end] = [0, text.length]
  while (start < end && ' \t'.includes(text[start] as string)) start += 1
  while (end > start && ' \t'.includes(text[end - 1] as string)) end -= 1
  return text.slice(start, end)
}
