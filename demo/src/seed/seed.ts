import { type Content, FileSystemStorage, type Storage } from 'downloadview'
import { type Database, reasonOf } from '../database.js'
import { CREATE_DOCUMENTS, documents } from '../documents.js'
import type { Site } from '../site.js'
import { invoicePdf } from './invoice-pdf.js'
import { melodyWav } from './melody-wav.js'
import { badgePng, sunsetPng } from './pictures.js'
import { randomBytes } from './random-bytes.js'
import { SANDBOXED_SVG } from './sandboxed-svg.js'

/**
 * Makes the first documents and files.
 *
 * What is there already stays as it is; so the next start also completes one that was cut off.
 */
export async function seed(database: Database, { uploads, shelf, mediaFolder }: Seeded): Promise<void> {
  await fill(uploads, UPLOADS)
  await fill(shelf, SHELF)
  await fill(new FileSystemStorage({ root: mediaFolder }), MEDIA)
  await insertRows(database).catch(explainRefusal)
}

type Seeded = Pick<Site, 'uploads' | 'shelf' | 'mediaFolder'>

async function insertRows(database: Database): Promise<void> {
  await database.execute(CREATE_DOCUMENTS)
  await database.insert(documents).values(rows()).onConflictDoNothing()
}

function explainRefusal(error: unknown): never {
  throw new Error(
    `The table downloadview_demo_documents cannot be filled: ${reasonOf(error)}. If it is of another version, start ` +
      'afresh: npm run demo -- --reset, or with DATABASE_URL drop that table.',
    { cause: error },
  )
}

const MEBIBYTE = 2 ** 20

/** Content is made by a function, since most starts find the file and need none. */
type Files = Readonly<Record<string, () => Content>>

const UPLOADS: Files = {
  'object/file.txt': () => 'Hello world!\n',
  'object-other/another_file.txt': () => 'Goodbye world!\n',
  'object/scan-0017.pdf': invoicePdf,
  'object/sunset.png': sunsetPng,
  'object/melody.wav': melodyWav,
  'object/drawing.svg': () => SANDBOXED_SVG,
  'object/Übersicht 日本語 😀.txt': () => 'Übersicht, 日本語, 😀: every character arrives.\n',
  'object/letter.txt': () => 'Dear Alice,\n\nthis is for your eyes only.\n\nYours, Bob\n',
}

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
    { slug: 'letter', file: 'object/letter.txt', owner: 'alice' },
  ]
}

async function fill(storage: Storage, files: Files): Promise<void> {
  for (const [key, content] of Object.entries(files)) {
    if (!(await storage.exists(key))) await storage.save(key, content())
  }
}
