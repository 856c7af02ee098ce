import { savedName } from '../../adapters/disposition.js'
import type { RawReply, RawRequest } from '../../http/raw.js'

/** Moment at which all files of the examples were changed. */
export const CHANGED = new Date('2026-03-04T05:06:07.890Z')

/** What may differ between two libraries: a request below the folder that is served, and what to look at in the reply. */
export const DIFFERENCES = {
  'a file whose name begins with a dot': [{ target: '/.env' }, bodyOf],
  'a link that leads out of the folder': [{ target: '/link.txt' }, bodyOf],
  'a path with a step back inside of the folder': [{ target: '/docs/../a.txt' }, bodyOf],
  'a path with an empty name': [{ target: '/docs//index.html' }, bodyOf],
  'a path with an encoded separator': [{ target: '/docs%2findex.html' }, bodyOf],
  'a step back out of the folder': [{ target: '/../secret.txt' }, bodyOf],
  'a folder without a slash at the end': [{ target: '/docs' }, locationOrBodyOf],
  'a page without its extension': [{ target: '/page' }, bodyOf],
  'a file with a slash at the end': [{ target: '/a.txt/' }, bodyOf],
  'a client that takes brotli and gzip': [{ target: '/a.txt', headers: { 'Accept-Encoding': 'br, gzip' } }, bodyOf],
  'a single range': [{ target: '/a.txt', headers: { Range: 'bytes=2-4' } }, bodyOf],
  'two ranges': [{ target: '/a.txt', headers: { Range: 'bytes=0-1,5-6' } }, typeOf],
  'more of the last bytes than there are': [{ target: '/a.txt', headers: { Range: 'bytes=-500' } }, bodyOf],
  'a range of a HEAD': [{ method: 'HEAD', target: '/a.txt', headers: { Range: 'bytes=0-1' } }, bodyOf],
  'a range of an older version': [{ target: '/a.txt', headers: { Range: 'bytes=0-1', 'If-Range': '"old"' } }, bodyOf],
  'If-Modified-Since': [{ target: '/a.txt', headers: { 'If-Modified-Since': CHANGED.toUTCString() } }, bodyOf],
  'If-Match with an older version': [{ target: '/a.txt', headers: { 'If-Match': '"old"' } }, bodyOf],
  'the strength of the tag': [{ target: '/a.txt' }, tagOf],
  'the header X-Content-Type-Options': [{ target: '/a.txt' }, (reply) => reply.get('X-Content-Type-Options') ?? 'none'],
  'the name of a file that is shown': [{ target: '/a.txt' }, nameIn],
  'a POST': [{ method: 'POST', target: '/a.txt' }, bodyOf],
} as const satisfies Record<string, readonly [RawRequest, (reply: RawReply) => string]>

/** A status; and what was looked at, if that matters. */
export type Answer = readonly [status: number, detail?: string]

export type Answers = Readonly<Record<keyof typeof DIFFERENCES, Answer>>

/** What this library answers. */
export const OURS: Answers = {
  'a file whose name begins with a dot': [404],
  'a link that leads out of the folder': [404],
  'a path with a step back inside of the folder': [404],
  'a path with an empty name': [404],
  'a path with an encoded separator': [404],
  'a step back out of the folder': [404],
  'a folder without a slash at the end': [404],
  'a page without its extension': [404],
  'a file with a slash at the end': [404],
  'a client that takes brotli and gzip': [200, '0123456789'],
  'a single range': [206, '234'],
  'two ranges': [206, 'multipart/byteranges'],
  'more of the last bytes than there are': [206, '0123456789'],
  'a range of a HEAD': [200],
  'a range of an older version': [200, '0123456789'],
  'If-Modified-Since': [304],
  'If-Match with an older version': [412],
  'the strength of the tag': [200, 'strong'],
  'the header X-Content-Type-Options': [200, 'nosniff'],
  'the name of a file that is shown': [200, 'a.txt'],
  'a POST': [404],
}

const BARE = {
  'the header X-Content-Type-Options': [200, 'none'],
  'the name of a file that is shown': [200, 'none'],
  'a link that leads out of the folder': [200, 'secret'],
} as const satisfies Partial<Answers>

/** Express stands on `send`, and Fastify on a fork of it. */
const SEND: Answers = {
  ...OURS,
  ...BARE,
  'a path with a step back inside of the folder': [200, '0123456789'],
  'a path with an empty name': [200, '<p>docs'],
  'two ranges': [200, 'text/plain'],
  'more of the last bytes than there are': [416],
  'a range of a HEAD': [206],
  'the strength of the tag': [200, 'weak'],
}

/** What the others answer. */
export const THEIRS = {
  express: {
    ...SEND,
    'a path with an encoded separator': [200, '<p>docs'],
    'a folder without a slash at the end': [301, '/files/docs/'],
  },
  'fastify-static': {
    ...SEND,
    'a file whose name begins with a dot': [200, 'dotfile'],
    'a step back out of the folder': [403],
    'a folder without a slash at the end': [200, '<p>docs'],
  },
  koa: {
    ...OURS,
    ...BARE,
    'a path with a step back inside of the folder': [200, '0123456789'],
    'a path with an empty name': [200, '<p>docs'],
    'a path with an encoded separator': [200, '<p>docs'],
    'a step back out of the folder': [403],
    'a folder without a slash at the end': [200, '<p>docs'],
    'a client that takes brotli and gzip': [200, 'brotli'],
    'a single range': [200, '0123456789'],
    'two ranges': [200, 'text/plain'],
    'more of the last bytes than there are': [200, '0123456789'],
    'If-Modified-Since': [200, '0123456789'],
    'If-Match with an older version': [200, '0123456789'],
    'the strength of the tag': [200, 'none'],
  },
  sirv: {
    ...OURS,
    ...BARE,
    'a folder without a slash at the end': [200, '<p>docs'],
    'a page without its extension': [200, '<p>page'],
    'a file with a slash at the end': [200, '0123456789'],
    'two ranges': [206, 'text/plain'],
    'a range of a HEAD': [206],
    'a range of an older version': [206, '01'],
    'If-Modified-Since': [200, '0123456789'],
    'If-Match with an older version': [200, '0123456789'],
    'the strength of the tag': [200, 'weak'],
    'a POST': [200, '0123456789'],
  },
} as const satisfies Record<string, Answers>

/** What is looked at in a reply, as far as the answer that is expected tells it. */
export function answerOf(reply: RawReply, what: keyof Answers, expected: Answer): Answer {
  const [, detail] = DIFFERENCES[what]
  return expected.length === 1 ? [reply.status] : [reply.status, detail(reply)]
}

/** The name that a client saves a file under. */
export function nameIn(reply: RawReply): string {
  return savedName(reply.get('Content-Disposition') ?? 'none') ?? 'none'
}

function bodyOf({ body }: RawReply): string {
  return String(body)
}

function locationOrBodyOf(reply: RawReply): string {
  return reply.get('Location') ?? bodyOf(reply)
}

/** The media type, without its charset. */
export function typeOf(reply: RawReply): string {
  return (reply.get('Content-Type') ?? 'none').split(';', 1)[0] as string
}

function tagOf(reply: RawReply): string {
  const tag = reply.get('ETag')
  if (tag === undefined) return 'none'
  return tag.startsWith('W/') ? 'weak' : 'strong'
}
