/** Makes a name that can be shown: nothing in it can move a cursor, break a line or turn the text around. */
export function visible(name: string): string {
  return name.replace(UNSAFE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

/** Writes a number of bytes for people, in powers of 1000. */
export function formatBytes(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  const value = bytes / 1000 ** power
  return `${power > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[power]}`
}

/** Writes a moment to the minute, in the time zone of this computer. */
export function formatMoment(date: Date): string {
  return date.toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' })
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** Control and bidirectional characters, line and paragraph separators, halves of characters. */
const UNSAFE = /[\p{Cc}\p{Cs}\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/gu
