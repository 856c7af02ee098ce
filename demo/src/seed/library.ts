import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Content } from 'downloadview'
import type { NewDocument } from '../library/table.js'
import { HOSTILE_HTML } from './hostile-html.js'
import { HOSTILE_SVG } from './hostile-svg.js'
import { invoicePdf } from './invoice-pdf.js'
import { melodyWav } from './melody-wav.js'
import { sunsetPng } from './pictures.js'
import { randomBytes } from './random-bytes.js'

/** A document that is there from the beginning. */
export interface FirstDocument extends Omit<NewDocument, 'size' | 'file'> {
  readonly file: string
  readonly content: () => Content | Promise<Content>
}

const MEBIBYTE = 2 ** 20

/** 200 characters, as many as we take: three scripts, quotation marks, and what means something to a shell or a page. */
export const LONG_NAME = `Übersicht „日本語“ "quoted" & 'single' 100% #1; <b>😀</b> ${'longer and '.repeat(12)}far longer.txt`

/** The oldest first. */
export const FIRST_DOCUMENTS: readonly FirstDocument[] = [
  {
    id: 'film',
    owner: 'alice',
    visibility: 'public',
    name: 'Colours in motion.webm',
    contentType: 'video/webm',
    file: 'first/film.webm',
    content: () => readFile(fileURLToPath(new URL('../../fixtures/film.webm', import.meta.url))),
  },
  {
    id: 'chance',
    owner: 'bob',
    visibility: 'public',
    name: 'Twenty mebibytes of chance.bin',
    contentType: 'application/octet-stream',
    file: 'first/chance.bin',
    content: () => randomBytes(20 * MEBIBYTE),
  },
  {
    id: 'hostile-page',
    owner: 'bob',
    visibility: 'public',
    name: 'A harmless page.html',
    contentType: 'text/html',
    file: 'first/page.html',
    content: () => HOSTILE_HTML,
  },
  {
    id: 'hostile-drawing',
    owner: 'bob',
    visibility: 'public',
    name: 'A harmless drawing.svg',
    contentType: 'image/svg+xml',
    file: 'first/drawing.svg',
    content: () => HOSTILE_SVG,
  },
  {
    id: 'long-name',
    owner: 'alice',
    visibility: 'public',
    name: LONG_NAME,
    contentType: 'text/plain',
    file: 'first/long-name.txt',
    content: () =>
      'This file has a name of 200 characters. Browsers offer it under as much of it as their system takes.\n',
  },
  {
    id: 'melody',
    owner: 'bob',
    visibility: 'public',
    name: 'Ode to Joy.wav',
    contentType: 'audio/wav',
    file: 'first/melody.wav',
    content: melodyWav,
  },
  {
    id: 'invoice',
    owner: 'alice',
    visibility: 'private',
    name: 'Invoice 2026-001 – Lovelace & Sons.pdf',
    contentType: 'application/pdf',
    file: 'first/invoice.pdf',
    content: invoicePdf,
  },
  {
    id: 'letter',
    owner: 'alice',
    visibility: 'private',
    name: 'Letter to Bob, never sent.txt',
    contentType: 'text/plain',
    file: 'first/letter.txt',
    content: () => 'Dear Bob,\n\nthis is for nobody’s eyes but mine.\n\nYours, Alice\n',
  },
  {
    id: 'diary',
    owner: 'bob',
    visibility: 'private',
    name: 'Diary.txt',
    contentType: 'text/plain',
    file: 'first/diary.txt',
    content: () => 'Monday\n\nAlice must never read this. Taught nginx to send my files.\n\nTuesday\n\nIt does.\n',
  },
  {
    id: 'sunset',
    owner: 'bob',
    visibility: 'public',
    name: 'Sunset over the hills.png',
    contentType: 'image/png',
    file: 'first/sunset.png',
    content: sunsetPng,
  },
  {
    id: 'welcome',
    owner: 'alice',
    visibility: 'public',
    name: 'Read me first.txt',
    contentType: 'text/plain',
    file: 'first/welcome.txt',
    content: () => WELCOME,
  },
]

const WELCOME = `Welcome.

This is a small document library. Everybody may read this text; what is marked
as private, only its owner reads.

Things to try:

 - Sign in as Alice and open her invoice. Copy its address, sign in as Bob, and
   open it again.
 - Make a share link for it, and open that in another browser. Then revoke it.
 - Start the film somewhere in the middle.
 - Stop the download of the twenty mebibytes, and let your browser resume it.
 - Open the harmless page, which is not.
 - Press the buttons below "Explain" on any page.
 - Start the demo again with a real server in front:
   npm run demo -- --proxy nginx
`
