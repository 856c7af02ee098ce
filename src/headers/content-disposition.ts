import { cutToBytes, utf8Length } from './utf8.js'

/** How a browser is to treat a file: save it, or show it. */
export type DispositionType = 'attachment' | 'inline'

/**
 * Writes a `Content-Disposition` that offers a file under its name.
 *
 * `filename` carries a form that every client can read, `filename*` the exact name where the two differ (RFC 6266,
 * RFC 8187). Whatever the name, it cannot end the quotes, add a parameter, break the line, reorder the text on screen or
 * lead out of a folder. Without a name only the type is written.
 */
export function contentDisposition(type: DispositionType, name?: string): string {
  if (!name) return type
  if (PLAIN_NAME.test(name)) return `${type}; filename="${name}"`
  const offered = safeName(name)
  const plain = plainName(offered)
  const quoted = `${type}; filename="${plain.replace(/"/g, '\\"')}"`
  // Browsers decode "%41" in a plain filename: only the extended form keeps such a name as it is.
  return plain === offered && !offered.includes('%') ? quoted : `${quoted}; filename*=UTF-8''${extendedValue(offered)}`
}

/**
 * Longest name that is offered, in bytes of UTF-8.
 *
 * File systems of Linux and Android take 255. Chromium needs some of them while it saves, for `.crdownload`, and for
 * ` (99)` where the name is taken: it does not save under a longer name than that by itself.
 */
export const MAX_NAME_BYTES = 239

/** Most names are of this kind: nothing in them needs any care. */
const PLAIN_NAME = /^(?=.{0,238}\w)[\w.-]{1,239}$/

/** Makes a name that is safe to save under: see {@link contentDisposition}. */
export function safeName(name: string): string {
  const cleaned = shorten(clean(name))
  return ONLY_DOTS.test(cleaned) ? FALLBACK : cleaned
}

function clean(name: string): string {
  return name
    .replace(LONE_SURROGATES, '\uFFFD')
    .replace(WHITE_SPACE, ' ')
    .replace(UNSAFE_CHARACTERS, '')
    .replace(SEPARATORS, '_')
    .trim()
}

const FALLBACK = 'download'
const LONE_SURROGATES = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g
/** All that \s is but the byte order mark, which is no space to see. */
const WHITE_SPACE = /[^\S\uFEFF]/g
/** Control, format and bidirectional characters, which show one name and save another; line and paragraph separators. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not pass.
const UNSAFE_CHARACTERS = /[\u0000-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g
/** Also the characters that fold to a separator, see {@link fold}. */
const SEPARATORS = /[/\\\u2044\u2215\u29F8\u29F5\uFE68\uFF0F\uFF3C]/g
const ONLY_DOTS = /^\.*$/

/** Cuts a long name before its extension, between two code points, and never right after a blank. */
function shorten(name: string): string {
  if (utf8Length(name) <= MAX_NAME_BYTES) return name
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 && name.length - dot <= 32 ? name.slice(dot) : ''
  return cutToBytes(name, MAX_NAME_BYTES - utf8Length(extension)).trimEnd() + extension
}

/** Folds first and escapes after: full-width quotes become real ones only by folding. */
function plainName(name: string): string {
  // Some characters fold to as many as 18.
  const folded = shorten(fold(name))
  if (folded === name) return name
  const dot = folded.lastIndexOf('.')
  const stem = dot === -1 ? folded : folded.slice(0, dot)
  // Nothing but placeholders left of "日本語.txt": a word says more.
  return /[A-Za-z0-9]/.test(stem) ? folded : FALLBACK + folded.slice(stem.length)
}

/** Brings a name to visible ASCII: accents go, blanks and letters without a counterpart become `_`. */
function fold(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x21-\x7E]/gu, '_')
    .replace(/[/\\]/g, '_')
}

/** RFC 8187, 3.2.1: attr-char stays, all else is percent-encoded. */
function extendedValue(name: string): string {
  return encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
