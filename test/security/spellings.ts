import { SPELLINGS, UNREACHABLE } from '../adapters/spellings.js'

/** Ways to write "one folder up" that some server has fallen for, or that look like one. */
const DOTS = [
  '..',
  '%2e%2e',
  '%2E%2E',
  '.%2e',
  '%2e.',
  '%252e%252e',
  '%25252e%25252e',
  '%c0%ae%c0%ae',
  '%e0%80%ae%e0%80%ae',
  '%ef%bc%8e%ef%bc%8e',
  '%u002e%u002e',
  '%e2%80%a5',
  '..;',
  '..;a=b',
  '..%00',
  '..%20',
  '..%09',
  '.%00.',
  '....',
  '..?',
  '..%3f',
  '..%23',
]

/** Ways to write what stands between two names. */
const SEPARATORS = [
  '/',
  '//',
  '/./',
  '/%2e/',
  '%2f',
  '%2F',
  '%252f',
  '\\',
  '%5c',
  '%5C',
  '%255c',
  '%c0%af',
  '%e0%80%af',
  '%ef%bc%8f',
  '%e2%88%95',
  '%u2215',
]

/** Half of all pairs: in turns out of the root, and from an open folder into a guarded one. */
const CROSSED = DOTS.flatMap((dots, row) =>
  SEPARATORS.flatMap((separator, column) => {
    const turn = (row + column) % 4
    if (turn === 0) return [`/files/${dots}${separator}secret.txt`]
    return turn === 2 ? [`/files/public/${dots}${separator}admin${separator}secret.txt`] : []
  }),
)

/** Names of the guarded file without a way up. */
const GUARDED = [
  ...SEPARATORS.map((separator) => `/files/admin${separator}secret.txt`),
  ...SEPARATORS.map((separator) => `/files${separator}admin/secret.txt`),
  '/files/%61dmin/secret.txt',
  '/files/%61%64%6d%69%6e/%73ecret%2etxt',
  '/files/admin/secret%2Etxt',
  '/files/admin/secret.txt?',
  '/files/admin/secret.txt?path=public/a.txt',
  '/files/public/a.txt?path=admin/secret.txt',
  '/files/public/a.txt;path=admin/secret.txt',
]

/** Every spelling, each as it goes over the wire. */
export const CORPUS: readonly string[] = [...new Set([...UNREACHABLE, ...SPELLINGS, ...CROSSED, ...GUARDED])]
