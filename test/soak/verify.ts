import { type Span, same, type Version } from './history.js'
import { SoakFailure } from './in-time.js'
import type { SoakFile } from './writer.js'

/** A request for a file, as far as its answer depends on it. */
export interface Asked {
  readonly method: 'GET' | 'HEAD'
  readonly file: SoakFile
  /** Where it is asked for, such as `/files/`. */
  readonly prefix: string
  /** Ranges as they were sent, both ends included; `undefined` stands for an open end, a missing start for a suffix. */
  readonly ranges?: readonly AskedRange[]
  readonly ifNoneMatch?: string
  readonly ifMatch?: string
  readonly ifRange?: string
  /** Whether the system may send pages of the file itself, which change when the file does. */
  readonly isZeroCopy?: boolean
  /** When it was sent. */
  readonly from: number
}

export interface AskedRange {
  readonly start?: number
  readonly end?: number
}

/** An answer as it came. */
export interface Answered {
  readonly status: number
  readonly get: (name: string) => string | undefined
  readonly body: Buffer
  /** Whether the body came to the end that was announced. */
  readonly isComplete: boolean
  readonly headAt: number
  readonly endAt: number
}

/** What became of a request: how it is counted. */
export type Verdict =
  | 'verified'
  | 'empty'
  | 'broken off'
  | 'half on the disk'
  | 'changed on its way'
  | 'no file'
  | 'unavailable'

/** Holds an answer against what the file was meanwhile. Throws a {@link SoakFailure} for one that cannot be right. */
export function verify(asked: Asked, answer: Answered): { verdict: Verdict; version?: Version } {
  const { file, from } = asked
  const seen: Span = { from, until: answer.headAt }
  switch (answer.status) {
    case 200:
      return isHandOver(asked, answer, seen) ? verifyHandOver(asked, answer, seen) : verifyBody(asked, answer, seen)
    case 206:
      if (asked.ranges === undefined) throw fail(asked, answer, 'There was no Range in the request.')
      return verifyBody(asked, answer, seen)
    case 304:
      return verifyTag(asked, answer, seen, asked.ifNoneMatch)
    case 404:
      if (file.history.mayBeMissingIn(seen)) return { verdict: 'no file' }
      throw fail(asked, answer, 'The file was there all the time.')
    case 412:
      return verifyRefusal(asked, answer, seen)
    case 416:
      return verifyUnsatisfiable(asked, answer, seen)
    case 502:
    case 503:
    case 504:
      if (file.place === 'remote') return { verdict: 'unavailable' }
      if (answer.status === 503 && file.history.wasChanged(seen)) return { verdict: 'unavailable' }
  }
  throw fail(asked, answer, 'This status is none of those that can be right.')
}

/** Says what was wrong, with all that it takes to understand it. */
export function fail(asked: Asked, answer: Answered | undefined, reason: string): SoakFailure {
  const { file, ...rest } = asked
  const about = {
    ...rest,
    key: file.key,
    status: answer?.status,
    etag: answer?.get('ETag'),
    modified: answer?.get('Last-Modified'),
    contentRange: answer?.get('Content-Range'),
    length: answer?.get('Content-Length'),
    received: answer?.body.length,
    isComplete: answer?.isComplete,
    took: answer && Math.round(answer.endAt - asked.from),
    versions: answer && file.history.versionsIn({ from: asked.from, until: answer.endAt }),
  }
  return new SoakFailure(`${reason} ${JSON.stringify(about)}`)
}

/** Tells whether something happened to the file for which an answer has to break off. */
export function mayBreakOff({ file: { history, place }, from, ranges }: Asked, until: number): boolean {
  const span = { from, until }
  // Where no file is kept open, each range is opened by itself.
  const mayGo = place === 'memory' && (ranges?.length ?? 0) > 1 && history.wasChanged(span)
  return place === 'remote' || mayGo || history.wasSpoilt(span)
}

function verifyBody(asked: Asked, answer: Answered, seen: Span): { verdict: Verdict; version?: Version } {
  const { from } = asked
  const { history } = asked.file
  if (!answer.isComplete) {
    if (mayBreakOff(asked, answer.endAt)) return { verdict: 'broken off' }
    throw fail(asked, answer, 'The body broke off, and nothing had happened to the file.')
  }
  const tag = answer.get('ETag')
  const known = tag === undefined ? undefined : history.versionOf(tag)
  const candidates = distinct(history.versionsIn(seen))
  const fitting = candidates.filter((each) => fits(asked, answer, each))
  const version = fitting.find((each) => known !== undefined && same(each, known)) ?? fitting[0]
  if (version === undefined) {
    // The file itself was half the one and half the other, and no tag promises anything else.
    if (history.wasHalfDone(seen) && known === undefined) return { verdict: 'half on the disk' }
    // Known, see docs/soak.md: what waits in the socket are the pages of the file, and these were written to.
    if (asked.isZeroCopy && history.wasSpoilt({ from, until: answer.endAt })) return { verdict: 'changed on its way' }
    const differences = candidates.map((each) => difference(asked, answer, each)).join('; ')
    throw fail(
      asked,
      answer,
      `The body is none of the versions that there were (${differences}); its tag is ${known ? '' : 'not '}known.`,
    )
  }
  if (tag === undefined) throw fail(asked, answer, 'There is no ETag.')
  if (answer.get('Last-Modified') === undefined) throw fail(asked, answer, 'There is no Last-Modified.')
  if (known !== undefined && !same(known, version)) {
    throw fail(asked, answer, `The tag stood for ${JSON.stringify(known)} before.`)
  }
  // A few bytes are the same in several versions, and while a file is being written its tag may stand for half of it.
  if (fitting.length === 1 && !history.wasHalfDone(seen)) history.learn(tag, version)
  return { verdict: answer.body.length === 0 ? 'empty' : 'verified', version }
}

function distinct(versions: readonly Version[]): Version[] {
  return versions.filter((each, index) => versions.findIndex((other) => same(each, other)) === index)
}

function fits(asked: Asked, answer: Answered, version: Version): boolean {
  const content = asked.file.history.contentOf(version)
  if (asked.method === 'HEAD') return answer.get('Content-Length') === String(version.size) && answer.body.length === 0
  if (answer.get('Content-Length') !== String(answer.body.length)) return false
  if (answer.status === 200) return answer.body.equals(content)
  const parts = partsOf(answer)
  const wanted = (asked.ranges ?? [])
    .map((range) => resolve(range, version.size))
    .filter((range) => range !== undefined)
  return (
    parts.length === wanted.length &&
    parts.every(({ start, end, size, bytes }, index) => {
      const range = wanted[index]
      if (size !== version.size || start !== range?.start || end !== range.end) return false
      return bytes.equals(content.subarray(start, end + 1))
    })
  )
}

/** Where a body parts from a version. */
function difference(asked: Asked, { status, body }: Answered, version: Version): string {
  const start = (status === 206 && resolve(asked.ranges?.[0] ?? {}, version.size)?.start) || 0
  const content = asked.file.history.contentOf(version).subarray(start)
  const wrong = [...body.keys()].filter((index) => body[index] !== content[index])
  const [first = 0, last = 0] = [wrong[0], wrong.at(-1)]
  const bytes = body.subarray(first, first + 16).toString('hex')
  return `number ${version.number}: ${wrong.length} bytes are others, from ${start + first} to ${start + last}, the first are ${bytes}`
}

/** The bytes of a range in a file of this size; `undefined` when there are none. */
export function resolve({ start, end }: AskedRange, size: number): { start: number; end: number } | undefined {
  if (start === undefined)
    return size === 0 || end === 0 ? undefined : { start: Math.max(0, size - (end ?? 0)), end: size - 1 }
  return start >= size ? undefined : { start, end: Math.min(end ?? size - 1, size - 1) }
}

interface Part {
  readonly start: number
  readonly end: number
  readonly size: number
  readonly bytes: Buffer
}

function partsOf(answer: Answered): Part[] {
  const single = answer.get('Content-Range')
  if (single !== undefined) return [{ ...readContentRange(single), bytes: answer.body }]
  const boundary = /^multipart\/byteranges; boundary=(.+)$/.exec(answer.get('Content-Type') ?? '')?.[1]
  const parts: Part[] = []
  let rest = answer.body
  while (boundary !== undefined) {
    const opening = `--${boundary}\r\n`
    const at = parts.length === 0 ? opening : `\r\n${opening}`
    if (rest.toString('latin1', 0, at.length) !== at) break
    const headEnd = rest.indexOf('\r\n\r\n')
    const head = rest.toString('latin1', at.length, headEnd)
    const range = readContentRange(/^Content-Range: (.+)$/m.exec(head)?.[1] ?? '')
    const bytes = rest.subarray(headEnd + 4, headEnd + 4 + range.end + 1 - range.start)
    parts.push({ ...range, bytes })
    rest = rest.subarray(headEnd + 4 + bytes.length)
  }
  return rest.toString('latin1') === `\r\n--${boundary}--\r\n` ? parts : []
}

function readContentRange(text: string): Omit<Part, 'bytes'> {
  const [, start, end, size] = /^bytes (\d+)-(\d+)\/(\d+)\s*$/.exec(text) ?? []
  return { start: Number(start), end: Number(end), size: Number(size) }
}

/** What was replaced meanwhile has no name any more that a proxy could be told, and is streamed. */
function isHandOver({ prefix, file }: Asked, { get }: Answered, seen: Span): boolean {
  if (prefix !== '/proxied/') return false
  return get('X-Accel-Redirect') !== undefined || !file.history.wasChanged(seen)
}

function verifyHandOver(asked: Asked, answer: Answered, seen: Span): { verdict: Verdict } {
  const { key, history } = asked.file
  const location = `/internal/${key.split('/').map(encodeURIComponent).join('/')}`
  if (answer.get('X-Accel-Redirect') !== location) throw fail(asked, answer, 'It was not handed over.')
  if (answer.body.length > 0) throw fail(asked, answer, 'What is handed over has no body.')
  if (history.versionsIn(seen).length === 0) throw fail(asked, answer, 'There was no such file.')
  return { verdict: 'empty' }
}

function verifyTag(asked: Asked, answer: Answered, seen: Span, tag: string | undefined): { verdict: Verdict } {
  const { history } = asked.file
  const version = tag === undefined ? undefined : history.versionOf(tag)
  if (version === undefined) throw fail(asked, answer, 'This tag was never seen.')
  if (answer.body.length > 0) throw fail(asked, answer, 'A 304 has no body.')
  if (history.versionsIn(seen).some((each) => same(each, version)) || history.wasHalfDone(seen))
    return { verdict: 'empty' }
  throw fail(asked, answer, `The tag stands for ${JSON.stringify(version)}, which the file was no more.`)
}

function verifyRefusal(asked: Asked, answer: Answered, seen: Span): { verdict: Verdict } {
  const { history } = asked.file
  const version = asked.ifMatch === undefined ? undefined : history.versionOf(asked.ifMatch)
  if (asked.ifMatch === undefined) throw fail(asked, answer, 'There was no If-Match in the request.')
  // The same content may come back with another time, and so with another tag.
  const isCurrent = version !== undefined && history.wasOnly(version, seen) && answer.get('ETag') === asked.ifMatch
  if (isCurrent) throw fail(asked, answer, 'The tag was good all the time.')
  return { verdict: 'empty' }
}

function verifyUnsatisfiable(asked: Asked, answer: Answered, seen: Span): { verdict: Verdict } {
  const { history } = asked.file
  const size = Number(/^bytes \*\/(\d+)$/.exec(answer.get('Content-Range') ?? '')?.[1])
  const isRight = history
    .versionsIn(seen)
    .some((each) => each.size === size && (asked.ranges ?? []).every((range) => resolve(range, size) === undefined))
  if (isRight || history.wasHalfDone(seen)) return { verdict: 'empty' }
  throw fail(asked, answer, 'There was something in the range.')
}
