import { ConfigurationError, type FileNotFoundError } from '../errors.js'
import type { DownloadFile } from '../files/file.js'
import { contentDisposition } from '../headers/content-disposition.js'
import { HeaderMap, type HeadersInit } from '../headers/header-map.js'
import { formatHttpDate } from '../headers/http-date.js'
import { canRunScript, guessMediaType, OCTET_STREAM, withCharset } from '../headers/media-type.js'
import type { FileStat } from '../storages/storage.js'
import type { EmptyResponse } from './empty.js'
import { NotModifiedResponse } from './not-modified.js'
import { replyStatus } from './reply.js'

/**
 * How a file gets to its client: `'proxy'` lets a server in front send it where a rule fits, and streams it else;
 * `'stream'` always streams it through the application; `'redirect'` sends the client to the storage (302).
 */
export type Delivery = 'proxy' | 'stream' | 'redirect'

/** Options of {@link DownloadResponse}. */
export interface DownloadResponseOptions {
  /** `true` lets browsers save the file, `false` lets them show it. Default: `true`. */
  attachment?: boolean | undefined
  /** Name that the file is offered under. Default: the last part of its own name. */
  basename?: string | undefined
  /** Media type, with or without a charset. Default: what the file tells, else what its name tells. */
  mimeType?: string | undefined
  /** Charset of text types. Default: `utf-8`; `''` for none. */
  charset?: string | undefined
  /** Content coding that the bytes already have, such as `gzip`. Never guessed. Default: none. */
  encoding?: string | undefined
  /** Default: `200`. Only a 200 takes part in conditions, ranges and hand-over. */
  status?: number | undefined
  /** How the file gets to its client. Default: `'proxy'`. Only a 200 is handed over or redirected. */
  delivery?: Delivery | undefined
  /** Seconds for which the address of a redirect can be used. Default: `300`. */
  urlExpiresIn?: number | undefined
  /** More headers; they win over those that follow from the file. */
  headers?: HeadersInit | undefined
  /**
   * Default: `private, no-cache`: a permission was checked for this user alone, and is checked again before a browser uses
   * what it has. `false` for no header.
   */
  cacheControl?: string | false | undefined
  /** Default: a sandbox, for types that could run scripts when shown inline. `false` for no header. */
  contentSecurityPolicy?: string | false | undefined
  /** Answers `If-Modified-Since` instead of the modification time: `false` gives a 304. */
  wasModifiedSince?: DownloadFile['wasModifiedSince']
  /** Makes the reply of a 304. */
  notModifiedResponse?: (() => NotModifiedResponse | Promise<NotModifiedResponse>) | undefined
  /** Makes the reply when the file turns out not to be there. Default: throws the error, which is answered with 404. */
  fileNotFoundResponse?:
    | ((error: FileNotFoundError) => DownloadResponse | EmptyResponse | Promise<DownloadResponse | EmptyResponse>)
    | undefined
}

/** The description of a download: which file, under which name, with which headers. Nothing is opened. */
export class DownloadResponse {
  readonly file: DownloadFile
  readonly attachment: boolean
  readonly status: number
  /** Headers set on purpose; the others follow from the file when the reply is sent. */
  readonly headers: HeaderMap
  readonly mimeType: string | undefined
  readonly charset: string
  readonly encoding: string | undefined
  /** Caching, `false` for no header. */
  readonly cacheControl: string | false
  /** Policy for types that could run scripts when shown inline, `false` for none. */
  readonly contentSecurityPolicy: string | false
  readonly delivery: Delivery
  /** Seconds, see {@link DownloadResponseOptions.urlExpiresIn}. */
  readonly urlExpiresIn: number
  readonly #basename: string | undefined
  readonly #options: DownloadResponseOptions

  constructor(file: DownloadFile, options: DownloadResponseOptions = {}) {
    this.file = file
    this.attachment = options.attachment ?? true
    this.status = downloadStatus(options.status ?? 200)
    this.headers = new HeaderMap(options.headers)
    this.mimeType = options.mimeType || undefined
    this.charset = options.charset ?? 'utf-8'
    this.encoding = options.encoding || undefined
    this.cacheControl = options.cacheControl ?? 'private, no-cache'
    this.contentSecurityPolicy = options.contentSecurityPolicy ?? SANDBOX
    this.delivery = options.delivery ?? 'proxy'
    this.urlExpiresIn = options.urlExpiresIn ?? 300
    this.#basename = options.basename || undefined
    this.#options = options
  }

  /** Name that the file is offered under; empty when neither the application nor the file tells one. */
  get basename(): string {
    return this.#basename ?? this.file.name.slice(this.file.name.lastIndexOf('/') + 1)
  }

  /** Answers `If-Modified-Since`, if the application does so itself. */
  get wasModifiedSince(): DownloadFile['wasModifiedSince'] {
    return this.#options.wasModifiedSince ?? this.file.wasModifiedSince?.bind(this.file)
  }

  /** Media type with its charset, as far as the file and its name tell. */
  contentType(stat: FileStat): string {
    return withCharset(this.mimeType ?? (stat.contentType || this.#guessedType || OCTET_STREAM), this.charset)
  }

  /** Tells whether the media type is known without asking the file. */
  get knowsType(): boolean {
    return this.mimeType !== undefined || this.headers.has('Content-Type') || this.#guessedType !== undefined
  }

  /** All headers of the whole file, but for its length. Those that the application set come first and win. */
  describe(stat: FileStat): HeaderMap {
    const { cacheControl, contentSecurityPolicy } = this
    const contentType = this.headers.get('Content-Type') ?? this.contentType(stat)
    const headers = this.headers
      .clone()
      .delete('Transfer-Encoding')
      .setMissing('Content-Type', contentType)
      .setMissing('Content-Disposition', contentDisposition(this.attachment ? 'attachment' : 'inline', this.basename))
      .setDefault('X-Content-Type-Options', 'nosniff')
    if (cacheControl) headers.setDefault('Cache-Control', cacheControl)
    if (this.encoding) headers.setMissing('Content-Encoding', this.encoding)
    if (stat.etag) headers.setMissing('ETag', stat.etag)
    if (isDate(stat.modifiedTime)) headers.setMissing('Last-Modified', lastModified(stat.modifiedTime))
    if (contentSecurityPolicy && !isAttachment(headers) && canRunScript(contentType)) {
      headers.setMissing('Content-Security-Policy', contentSecurityPolicy)
    }
    return headers
  }

  /** Tells whether what the file is known by is sent as it is, so that whoever keeps the file may judge conditions. */
  get keepsValidators(): boolean {
    return !this.headers.has('ETag') && !this.headers.has('Last-Modified') && this.wasModifiedSince === undefined
  }

  /** What may be shown of it, in a log or by mistake as a reply: nothing of where the file lies on this server. */
  toJSON(): object {
    const { status, basename, attachment } = this
    return { status, basename, attachment }
  }

  /** Makes the reply for a missing file, see {@link DownloadResponseOptions.fileNotFoundResponse}. */
  async fileNotFound(error: FileNotFoundError): Promise<DownloadResponse | EmptyResponse> {
    if (this.#options.fileNotFoundResponse === undefined) throw error
    return this.#options.fileNotFoundResponse(error)
  }

  get #guessedType(): string | undefined {
    return guessMediaType(this.basename) ?? guessMediaType(this.file.name)
  }

  /** Makes the reply of a 304, see {@link DownloadResponseOptions.notModifiedResponse}. */
  notModified(): NotModifiedResponse | Promise<NotModifiedResponse> {
    return this.#options.notModifiedResponse?.() ?? new NotModifiedResponse()
  }
}

/** 204, 205 and 304 have no body (RFC 9110, 15): a file under them would be read as the next reply. */
function downloadStatus(status: number): number {
  if (status !== 204 && status !== 205 && status !== 304) return replyStatus(status, 'DownloadResponse')
  throw new ConfigurationError(`DownloadResponse: a ${status} has no body. Answer with an EmptyResponse.`)
}

/** An uploaded page or picture may show itself, and do nothing else. */
const SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"

/** Rows and remote files may bring an invalid date, which is not known then. */
function isDate(date: Date | undefined): date is Date {
  return Number.isFinite(date?.getTime())
}

/** RFC 9110, 8.8.2.1: never later than the reply itself. */
function lastModified(modifiedTime: Date): string {
  return formatHttpDate(Math.min(modifiedTime.getTime(), Date.now()))
}

/** Looks at what is sent: the application may have written the header itself. */
function isAttachment(headers: HeaderMap): boolean {
  return /^\s*attachment\s*(?:;|$)/i.test(headers.get('Content-Disposition') ?? '')
}
