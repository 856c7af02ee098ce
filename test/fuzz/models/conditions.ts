import { readHttpDate } from './date.js'

/** An entity-tag in its parts. */
export interface Tag {
  readonly isWeak: boolean
  readonly opaque: string
}

/** What a representation is known by. */
export interface Known {
  readonly tag: Tag | undefined
  /** Whole seconds, in milliseconds since 1970. */
  readonly changed: number | undefined
  /** An answer of the application to `If-Modified-Since`. */
  readonly hook?: boolean | undefined
}

/** The condition headers of a request; those that are missing are not there. */
export interface ConditionHeaders {
  readonly ifMatch?: string | undefined
  readonly ifUnmodifiedSince?: string | undefined
  readonly ifNoneMatch?: string | undefined
  readonly ifModifiedSince?: string | undefined
  readonly ifRange?: string | undefined
}

/** RFC 9110, 13.2.2, step by step, for GET and HEAD: 412, 304, or whether a `Range` counts. */
export function evaluate(asked: ConditionHeaders, known: Known): 412 | 304 | 'range' | 'no range' {
  const now = new Date()
  const { ifMatch, ifNoneMatch, ifRange } = asked
  const unmodifiedSince = readDate(asked.ifUnmodifiedSince, now)
  const modifiedSince = readDate(asked.ifModifiedSince, now)
  // 1. If-Match
  if (ifMatch !== undefined) {
    if (!isStar(ifMatch) && !readTags(ifMatch).some((tag) => strong(tag, known.tag))) return 412
  } else if (unmodifiedSince !== undefined && known.changed !== undefined) {
    // 2. If-Unmodified-Since, where If-Match is not there
    if (known.changed > unmodifiedSince) return 412
  }
  // 3. If-None-Match
  if (ifNoneMatch !== undefined) {
    if (isStar(ifNoneMatch) || readTags(ifNoneMatch).some((tag) => weak(tag, known.tag))) return 304
  } else if (modifiedSince !== undefined) {
    // 4. If-Modified-Since, where If-None-Match is not there
    const modified = known.hook ?? (known.changed === undefined || known.changed > modifiedSince)
    if (!modified) return 304
  }
  // 5. If-Range
  if (ifRange === undefined) return 'range'
  const date = readHttpDate(ifRange, now)
  if (date !== undefined) return known.changed === date ? 'range' : 'no range'
  const only = readTag(ifRange, 0)
  return only !== undefined && only.end === ifRange.length && strong(only.tag, known.tag) ? 'range' : 'no range'
}

/** RFC 9110, 8.8.3.2: both strong, and the same. */
function strong(a: Tag, b: Tag | undefined): boolean {
  return b !== undefined && !a.isWeak && !b.isWeak && a.opaque === b.opaque
}

/** RFC 9110, 8.8.3.2: the same, strong or not. */
function weak(a: Tag, b: Tag | undefined): boolean {
  return b !== undefined && a.opaque === b.opaque
}

function readDate(text: string | undefined, now: Date): number | undefined {
  return text === undefined ? undefined : readHttpDate(text, now)
}

function isStar(text: string): boolean {
  return text.replaceAll(/[ \t]/g, '') === '*'
}

/** Reads a list of tags up to the first thing that is none, as documented. */
export function readTags(list: string): Tag[] {
  const tags: Tag[] = []
  let at = 0
  for (;;) {
    while (at < list.length && ' \t,'.includes(list[at] as string)) at += 1
    const found = readTag(list, at)
    if (found === undefined) return tags
    at = found.end
    while (at < list.length && ' \t'.includes(list[at] as string)) at += 1
    if (at < list.length && list[at] !== ',') return tags
    tags.push(found.tag)
  }
}

/** Reads one tag at a place of a text. */
export function readTag(text: string, from: number): { tag: Tag; end: number } | undefined {
  const isWeak = text.startsWith('W/', from)
  const open = isWeak ? from + 2 : from
  if (text[open] !== '"') return undefined
  const close = text.indexOf('"', open + 1)
  if (close === -1) return undefined
  const opaque = text.slice(open + 1, close)
  return [...opaque].every(isTagCharacter) ? { tag: { isWeak, opaque }, end: close + 1 } : undefined
}

/** etagc of RFC 9110, 8.8.3. */
function isTagCharacter(character: string): boolean {
  const code = character.charCodeAt(0)
  return code === 0x21 || (code >= 0x23 && code <= 0x7e) || (code >= 0x80 && code <= 0xff)
}

/** Writes a tag. */
export function writeTag({ isWeak, opaque }: Tag): string {
  return `${isWeak ? 'W/' : ''}"${opaque}"`
}
