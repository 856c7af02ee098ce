import { createHash } from 'node:crypto'
import { type Content, FileSystemStorage, type Storage } from 'downloadview'
import { type Database, reasonOf } from '../database.js'
import { CREATE_DOCUMENTS, documents } from '../documents.js'
import { CREATE_LIBRARY, type NewDocument } from '../library/table.js'
import { CREATE_SHARES } from '../shares/table.js'
import type { Site } from '../site.js'
import { CREATE_UPLOADED_FILES } from '../upload/table.js'
import { HOSTILE_SVG } from './hostile-svg.js'
import { invoicePdf } from './invoice-pdf.js'
import { FIRST_DOCUMENTS } from './library.js'
import { melodyWav } from './melody-wav.js'
import { badgePng, sunsetPng } from './pictures.js'
import { randomBytes } from './random-bytes.js'

/**
 * Makes the first documents and files.
 *
 * What is there already stays as it is; so the next start also completes one that was cut off.
 */
export async function seed(
  database: Database,
  { uploads, objects, tickets, shelf, mediaFolder, library, libraryFiles }: Seeded,
): Promise<void> {
  await fill(uploads, UPLOADS)
  await fill(objects, OBJECTS)
  await fill(tickets, TICKETS)
  await fill(shelf, SHELF)
  await fill(new FileSystemStorage({ root: mediaFolder }), MEDIA)
  await fill(libraryFiles, Object.fromEntries(FIRST_DOCUMENTS.map(({ file, content }) => [file, content])))
  await insertRows(database).catch(explainRefusal)
  await library.complete(await firstRows(libraryFiles)).catch(explainRefusal)
}

type Seeded = Pick<Site, 'uploads' | 'objects' | 'tickets' | 'shelf' | 'mediaFolder' | 'library' | 'libraryFiles'>

async function insertRows(database: Database): Promise<void> {
  for (const statement of [...CREATE_DOCUMENTS, CREATE_UPLOADED_FILES, CREATE_LIBRARY, CREATE_SHARES])
    await database.execute(statement)
  await database.insert(documents).values(rows()).onConflictDoNothing()
}

function explainRefusal(error: unknown): never {
  throw new Error(
    `The tables downloadview_demo_… cannot be filled: ${reasonOf(error)}. If it is of another version, start ` +
      'afresh: npm run demo -- --reset, or with DATABASE_URL drop them.',
    { cause: error },
  )
}

const MEBIBYTE = 2 ** 20

/** Content is made by a function, since most starts find the file and need none. */
type Files = Readonly<Record<string, () => Content | Promise<Content>>>

const UPLOADS: Files = {
  'object/file.txt': () => 'Hello world!\n',
  'object-other/another_file.txt': () => 'Goodbye world!\n',
  'object/scan-0017.pdf': invoicePdf,
  'object/sunset.png': sunsetPng,
  'object/postcard.png': sunsetPng,
  'object/melody.wav': melodyWav,
  'object/drawing.svg': () => HOSTILE_SVG,
  'object/Übersicht 日本語 😀.txt': () => 'Übersicht, 日本語, 😀: every character arrives.\n',
  'object/letter.txt': () => 'Dear Alice,\n\nthis is for your eyes only.\n\nYours, Bob\n',
}

const OBJECTS: Files = { 'object/postcard.png': sunsetPng }

const TICKETS: Files = { 'ticket.pdf': invoicePdf }

const SHELF: Files = {
  '1.txt': () => 'Hello world!\n',
  '1.TXT': () => 'Hello world!\n',
  'empty.txt': () => '',
  'reports/Übersicht 日本語 😀.txt': () => 'Übersicht, 日本語, 😀: every character arrives.\n',
  '20-MiB.bin': () => randomBytes(20 * MEBIBYTE),
}

const MEDIA: Files = {
  'nginx/hello-world.txt': () => 'Hello world!\n',
  'apache/hello-world.txt': () => 'Hello world!\n',
  'lighttpd/hello-world.txt': () => 'Hello world!\n',
}

function rows(): (typeof documents.$inferInsert)[] {
  const postcard = sunsetPng()
  return [
    {
      slug: 'hello-world',
      file: 'object/file.txt',
      anotherFile: 'object-other/another_file.txt',
      basename: 'hello-world.txt',
    },
    { slug: 'invoice', file: 'object/scan-0017.pdf', basename: 'Invoice 2026-001 – Lovelace & Sons.pdf' },
    { slug: 'sunset', file: 'object/sunset.png' },
    { slug: 'melody', file: 'object/melody.wav' },
    { slug: 'drawing', file: 'object/drawing.svg' },
    { slug: 'unicode-name', file: 'object/Übersicht 日本語 😀.txt' },
    { slug: 'badge', picture: badgePng(), basename: 'badge.png' },
    {
      slug: 'postcard',
      file: 'object/postcard.png',
      picture: postcard,
      basename: 'postcard.png',
      sha256: createHash('sha256').update(postcard).digest('hex'),
    },
    { slug: 'letter', file: 'object/letter.txt', owner: 'alice' },
  ]
}

/** A minute apart, so that they have an order. */
async function firstRows(files: Storage): Promise<NewDocument[]> {
  const start = Date.now() - FIRST_DOCUMENTS.length * 60_000
  return Promise.all(
    FIRST_DOCUMENTS.map(async ({ content: _content, ...document }, index) => ({
      ...document,
      size: (await files.stat(document.file))?.size ?? 0,
      addedAt: new Date(start + index * 60_000),
    })),
  )
}

async function fill(storage: Storage, files: Files): Promise<void> {
  for (const [key, content] of Object.entries(files)) {
    if (!(await storage.exists(key))) await storage.save(key, await content())
  }
}
