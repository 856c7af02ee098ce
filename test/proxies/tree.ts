import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** The folders of one run, which a server's own user may read. */
export interface Tree {
  /** Absolute path below the tree. */
  path(...names: string[]): string
  remove(): void
}

/** What lies where no rule leads, and must never be handed over. */
export const SECRET = 'what is nobody else’s business'
export const PLAIN = 'The quick brown fox jumps over the lazy dog.\n'
export const MODIFIED = new Date('2021-05-03T12:34:56.100Z')
export const LAST_MODIFIED = 'Mon, 03 May 2021 12:34:56 GMT'
export const BIG = noise(20 * 1024 * 1024)

/** Names that one or another server reads as something else: as an escape, a query, a fragment, a list, a placeholder. */
export const HOSTILE_NAMES = [
  'plain.txt',
  'a b.txt',
  ' begins with a blank.txt',
  'ends with a blank ',
  '%.txt',
  '50% off.txt',
  '%41.txt',
  '%2e%2e',
  '%2e%2e%2fsecret.txt',
  '%00.txt',
  'question?mark=1&x.txt',
  'hash#mark.txt',
  'semi;colon.txt',
  'amper&sand.txt',
  'plus+sign.txt',
  'equals=sign.txt',
  'comma,comma.txt',
  '"quoted".txt',
  "apo'strophe.txt",
  '(round) [square] <angle>.txt',
  '{http.request.host}.txt',
  '$uri $HOME `id` | ^ ~.txt',
  'colon:colon@host.txt',
  '*.txt',
  '-dash.txt',
  'dots..in..name',
  '..dots',
  '.hidden',
  'back\\slash.txt',
  'naïve café.txt',
  'voilà',
  'cafe\u0301.txt',
  'no-break\u00A0blank\u00A0',
  'next\u0085line.txt',
  'right\u202Eto left.txt',
  '日本語.txt',
  '😀.txt',
  `${'long-'.repeat(40)}.txt`,
  'tab\there.txt',
  'line\nbreak.txt',
  'line\r\nX-Injected: yes.txt',
  'archive.tar.gz',
  'page.html.en',
  'script.php',
  'Caddyfile',
  'index.html',
  'README',
] as const

/** What is in the file of a hostile name. Each one's is its own, so that a mix-up shows. */
export function contentOf(name: string): string {
  return `This is the file ${JSON.stringify(name)}.\n`
}

/** Makes the files that all servers are asked for. The folder has a hostile name, too. */
export function createTree(): Tree {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'downloadview-proxies-')))
  chmodSync(base, 0o755)
  const path = (...names: string[]) => join(base, "f'older; # é (1), 50% &", ...names)
  const write = (name: string, content: string | Uint8Array, modifiedTime = MODIFIED) => {
    mkdirSync(dirname(path(name)), { recursive: true })
    writeFileSync(path(name), content)
    utimesSync(path(name), modifiedTime, modifiedTime)
  }
  for (const name of HOSTILE_NAMES) write(`files/hostile/${name}`, contentOf(name))
  for (const name of HOSTILE_NAMES) write(`media/hostile/${name}`, contentOf(name))
  write('files/plain.txt', PLAIN)
  write('files/empty.txt', '')
  write('files/big.bin', BIG)
  write('files/page.html', '<script>alert(1)</script>')
  // Of the same size and second: only parts of it tell them apart.
  write('files/twin-1.txt', 'twin 1', new Date('2021-05-03T12:34:56.100Z'))
  write('files/twin-2.txt', 'twin 2', new Date('2021-05-03T12:34:56.200Z'))
  write('media/plain.txt', PLAIN)
  write('made/a report.txt', 'made beforehand')
  write('made/other.txt', 'made before that')
  write('limited/plain.txt', PLAIN)
  write('limited/long.bin', BIG.subarray(0, 300_000))
  write('elsewhere/plain.txt', SECRET)
  write('elsewhere/big.bin', BIG)
  write('files-private/plain.txt', SECRET)
  write('published/plain.txt', PLAIN)
  symlinkSync('published', path('link-to-published'))
  symlinkSync('plain.txt', path('files/link-inside.txt'))
  symlinkSync('../elsewhere/plain.txt', path('files/link-outside.txt'))
  symlinkSync('../elsewhere', path('files/folder-outside'))
  return { path, remove: () => rmSync(base, { recursive: true, force: true }) }
}

/** Bytes that look random and are the same each time. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = 1
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    bytes[index] = state >>> 24
  }
  return bytes
}
