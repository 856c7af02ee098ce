import { type Html, html } from './html.js'

/** Writes a number of bytes for people. */
export function sizeOf(bytes: number): string {
  if (bytes === 1) return '1 byte'
  if (bytes < 2 ** 10) return `${bytes} bytes`
  if (bytes < 2 ** 20) return `${(bytes / 2 ** 10).toFixed(1)} KiB`
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}

/** Writes a day. */
export function dateOf(time: Date): Html {
  return html`<time datetime="${time.toISOString()}">${DAY.format(time)}</time>`
}

/** Writes a day and a time of day. */
export function timeOf(time: Date): Html {
  return html`<time datetime="${time.toISOString()}">${MINUTE.format(time)}</time>`
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const MINUTE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
