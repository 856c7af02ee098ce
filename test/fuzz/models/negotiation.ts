import { type ConditionHeaders, evaluate, readTag } from './conditions.js'
import { readHttpDate } from './date.js'
import { type Span, spansOf } from './range.js'

/** All that a reply depends on: the file, the request, and what the application says of the download. */
export interface Scene {
  readonly method: string
  readonly asked: ConditionHeaders
  readonly range: string | null
  /** Bytes of the file. */
  readonly size: number
  readonly knowsSize: boolean
  readonly seekable: boolean | null
  /** Milliseconds since 1970. */
  readonly changed: number | null
  readonly etag: string | null
  readonly options: SceneOptions
}

/** What an application can say of a download. */
export interface SceneOptions {
  readonly status: number
  readonly attachment: boolean
  readonly mimeType: string | null
  readonly cacheControl: string | false | null
  readonly encoding: string | null
  readonly hook: boolean | null
  /** Headers of its own. */
  readonly headers: Readonly<Record<string, string>>
}

/** What has to be sent. */
export interface Expected {
  readonly status: number
  /** All headers, names in lower case; the type of a multipart body is left out, its boundary being random. */
  readonly headers: Readonly<Record<string, string>>
  /** The ranges of a 206, in order; `undefined` for the whole. */
  readonly spans?: readonly Span[] | undefined
  /** Whether there are bytes to come. */
  readonly hasBody: boolean
  /** Whether those bytes are several parts. */
  readonly isMultipart?: boolean
}

/** Decides about a request for `a.txt` as RFC 9110 says, in the order in which it says so. */
export function decide(scene: Scene): Expected {
  const { method, size: fileSize, knowsSize, seekable, options } = scene
  const described = describe(scene)
  const length: Record<string, string> = knowsSize ? { 'content-length': String(fileSize) } : {}
  const isRetrieval = method === 'GET' || method === 'HEAD'
  // 13.2.1: conditions do not apply to what is not a 200, nor to the result of another method.
  if (options.status !== 200 || !isRetrieval) {
    return { status: options.status, headers: { ...described, ...length }, hasBody: method !== 'HEAD' }
  }
  const known = {
    tag: described['etag'] === undefined ? undefined : tagOf(described['etag']),
    changed:
      described['last-modified'] === undefined ? undefined : readHttpDate(described['last-modified'], new Date()),
    hook: options.hook ?? undefined,
  }
  const verdict = evaluate(scene.asked, known)
  if (verdict === 412) return { status: 412, headers: { ...withoutBody(described), ...UNKEPT }, hasBody: false }
  if (verdict === 304) return { status: 304, headers: withoutBody(described), hasBody: false }

  const hasRanges = knowsSize && seekable !== false
  const offering: Record<string, string> = { 'accept-ranges': hasRanges ? 'bytes' : 'none', ...described }
  const whole = { status: 200, headers: { ...offering, ...length }, hasBody: method === 'GET' }
  // 14.2: only GET, only where ranges are supported, and only if If-Range holds.
  if (method !== 'GET' || !hasRanges || verdict === 'no range' || scene.range === null) return whole
  const spans = spansOf(scene.range, BigInt(fileSize))
  if (spans === undefined) return whole
  if (spans === 'unsatisfiable') {
    const headers = { ...withoutBody(offering), 'content-range': `bytes */${fileSize}`, ...UNKEPT }
    return { status: 416, headers, hasBody: false }
  }
  const [first] = spans
  if (spans.length === 1 && first !== undefined) {
    const told = {
      'content-range': `bytes ${first.start}-${first.end}/${fileSize}`,
      'content-length': String(first.end - first.start + 1n),
    }
    return { status: 206, headers: { ...offering, ...told }, spans, hasBody: true }
  }
  const size = multipartSize(spans, fileSize, described['content-type'] as string)
  // 14.2: many small ranges may be answered by the whole; ours are, where they would cost more.
  if (spans.length > 200 || size > Math.max(fileSize, 4096)) return whole
  const { 'content-type': _, ...rest } = offering
  return { status: 206, headers: { ...rest, 'content-length': String(size) }, spans, hasBody: true, isMultipart: true }
}

/** RFC 9111, 3: nobody may keep what one client's own condition or range came to. */
const UNKEPT = { 'content-length': '0', 'cache-control': 'no-store' }

/** The headers of the whole file, its length aside. */
function describe({ changed, etag, options }: Scene): Record<string, string> {
  const own = Object.fromEntries(Object.entries(options.headers).map(([name, value]) => [name.toLowerCase(), value]))
  const type = own['content-type'] ?? options.mimeType ?? 'text/plain; charset=utf-8'
  const isPage = /^(text\/html|image\/svg\+xml)/.test(type)
  const disposition = own['content-disposition'] ?? `${options.attachment ? 'attachment' : 'inline'}; filename="a.txt"`
  const cacheControl = options.cacheControl ?? 'private, no-cache'
  return {
    'content-type':
      options.mimeType === 'text/html' && own['content-type'] === undefined ? 'text/html; charset=utf-8' : type,
    'content-disposition': disposition,
    'x-content-type-options': 'nosniff',
    ...(cacheControl === false ? {} : { 'cache-control': cacheControl }),
    ...(options.encoding === null ? {} : { 'content-encoding': options.encoding }),
    ...(etag === null ? {} : { etag }),
    ...(changed === null ? {} : { 'last-modified': new Date(changed).toUTCString() }),
    ...(isPage && !disposition.startsWith('attachment') ? { 'content-security-policy': SANDBOX } : {}),
    ...own,
  }
}

const SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"

/** 15.4.5: what describes a body goes where there is none. */
function withoutBody(headers: Readonly<Record<string, string>>): Record<string, string> {
  const gone = ['content-type', 'content-length', 'content-disposition', 'content-encoding', 'content-language']
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !gone.includes(name)))
}

function tagOf(text: string) {
  const read = readTag(text, 0)
  if (read === undefined || read.end !== text.length) throw new Error(`No entity-tag: ${text}`)
  return read.tag
}

/** Bytes of a multipart body whose boundary is a UUID. */
function multipartSize(spans: readonly Span[], size: number, type: string): number {
  const boundary = 36
  return spans.reduce(
    (sum, { start, end }, at) => {
      const head = `Content-Type: ${type}\r\nContent-Range: bytes ${start}-${end}/${size}\r\n\r\n`
      return sum + (at === 0 ? 2 : 4) + boundary + 2 + head.length + Number(end - start) + 1
    },
    '\r\n--'.length + boundary + '--\r\n'.length,
  )
}
