import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of files for one test process. The name of the folder shows up nowhere else, so a leak of it is seen. */
export interface Fixtures {
  /** The folder that is served. */
  readonly root: string
  /** Absolute path of a file below the root. */
  path(key: string): string
  /** Writes a file below the root. */
  write(key: string, content: string | Uint8Array, modifiedTime?: Date): string
  remove(): void
}

/** When the files were last changed: no whole second, since HTTP-dates cannot tell parts of one. */
export const MODIFIED = new Date('2021-05-03T12:34:56.789Z')
export const LAST_MODIFIED = 'Mon, 03 May 2021 12:34:56 GMT'
export const DIGITS = '0123456789'
/** What lies outside of the root, and must never be sent. */
export const SECRET = 'TOP SECRET'
/** Part of the path of every fixture, and of nothing that a client may see. */
export const FOLDER_MARK = 'served-by-downloadview-tests'

/** Makes an empty folder. */
export function createFixtures(): Fixtures {
  const base = realpathSync(mkdtempSync(join(tmpdir(), `${FOLDER_MARK}-`)))
  const root = join(base, 'root')
  mkdirSync(root)
  const path = (key: string) => join(root, key)
  return {
    root,
    path,
    write(key, content, modifiedTime = MODIFIED) {
      mkdirSync(join(path(key), '..'), { recursive: true })
      writeFileSync(path(key), content)
      utimesSync(path(key), modifiedTime, modifiedTime)
      return path(key)
    },
    remove: () => rmSync(base, { recursive: true, force: true }),
  }
}

/** Bytes that look random and are the same each time, no two runs of them alike. */
export function noise(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length)
  let state = seed
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    bytes[index] = state >>> 24
  }
  return bytes
}

/** A megabyte. */
export const BIG = noise(1024 * 1024)

/** Fills a folder with all that the expectations ask for, also with what must stay out of reach. */
export function fill(fixtures: Fixtures): void {
  const { root, write, path } = fixtures
  for (const [key, content] of Object.entries(FILES)) write(key, content)
  write('../root-secret/secret.txt', SECRET)
  write('../secret.txt', SECRET)
  symlinkSync('digits.txt', path('link-inside.txt'))
  symlinkSync('../secret.txt', path('link-outside.txt'))
  symlinkSync('/etc/passwd', path('link-absolute.txt'))
  symlinkSync('../root-secret', path('folder-outside'))
  symlinkSync('folder', path('folder-inside'))
  symlinkSync('nowhere', path('link-broken.txt'))
  symlinkSync('link-loop.txt', path('link-loop.txt'))
  symlinkSync(root, path('link-to-root'))
  execFileSync('mkfifo', [path('fifo'), path('fifo.txt')])
}

const FILES: Readonly<Record<string, string | Uint8Array>> = {
  'digits.txt': DIGITS,
  'empty.txt': '',
  'one.txt': '1',
  'big.bin': BIG,
  'folder/inner.txt': 'inner',
  'folder/deeper/inmost.txt': 'inmost',
  'page.html': '<script>alert(1)</script>',
  'page.xhtml': '<html xmlns="http://www.w3.org/1999/xhtml"/>',
  'picture.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'feed.xml': '<feed/>',
  'style.css': 'a{}',
  'script.js': '1',
  'data.json': '{}',
  'photo.png': 'png',
  'photo.JPG': 'jpg',
  'document.pdf': 'pdf',
  'archive.tar.gz': 'gz',
  'table.csv': 'a,b',
  noextension: 'none',
  html: 'a file called html',
  'unknown.zzzzz': 'unknown',
  'dots..in..name.txt': 'dots',
  'a b.txt': 'blank',
  'a+b.txt': 'plus',
  '50% off.txt': 'percent',
  '%2e%2e.txt': 'literal escape',
  'naïve café.txt': 'accents',
  '日本語.txt': 'nihongo',
  '🎉.txt': 'party',
  'quo"te.txt': 'quote',
  'semi;colon.txt': 'semicolon',
  'full＂width＂.txt': 'full width',
  'right\u202Etxt.exe': 'bidi',
  'line\nbreak.txt': 'break',
  'back\\slash.txt': SECRET,
  // As addresses are spelled that cannot be decoded.
  '%ff.txt': SECRET,
  '%zz': SECRET,
  // This one has an address of its own as well, with `%25`.
  'digits.txt%': DIGITS,
  'na%efve caf%e9.txt': SECRET,
  'c:drive.txt': SECRET,
  'ads.txt:$DATA': SECRET,
  '.env': SECRET,
  '.git/config': SECRET,
  'folder/.hidden': SECRET,
  '..dots.txt': SECRET,
  '.downloadview-temporary': SECRET,
  'hash#mark.txt': 'hash',
  'question?mark.txt': 'question',
  'amper&sand=.txt': 'ampersand',
  "apo'strophe.txt": 'apostrophe',
  'Case.txt': 'upper case',
  'tilde~1.txt': 'tilde',
}
