/** What every error of this library tells beside its message. */
export interface DownloadErrorOptions {
  /** The error that led to this one. */
  cause?: unknown
  /** Stable name of the case, for programs. */
  code?: string
  /** HTTP status that it is answered with, from 400 to 599; any other is 500. Default: `500`. */
  status?: number
  /** Seconds after which a client may try again; sent as `Retry-After`. */
  retryAfter?: number
  /** Headers of the reply, such as `WWW-Authenticate` of a 401. What a header cannot carry is left out. */
  headers?: Readonly<Record<string, string>>
}

/**
 * Any error of this library.
 *
 * A status below 500 is an answer rather than a fault. Messages never hold a path of the server, since frameworks show
 * them to clients; paths are in {@link FileNotFoundError.path} and in `cause`, for logs.
 */
export class DownloadError extends Error {
  readonly code: string
  readonly status: number
  readonly retryAfter: number | undefined
  /** Headers of the reply, `Retry-After` among them; Express and Fastify look for them under this name. */
  readonly headers: Readonly<Record<string, string>>

  constructor(
    message: string,
    { cause, code = 'DOWNLOAD_FAILED', status = 500, retryAfter, headers = {} }: DownloadErrorOptions = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.name
    this.code = code
    // Frameworks answer with the status that an error tells: a failed download must not look like a good one.
    this.status = Number.isInteger(status) && status >= 400 && status <= 599 ? status : 500
    this.retryAfter = retryAfter
    const own = sendable(headers)
    this.headers = Number.isFinite(retryAfter) ? { ...own, 'Retry-After': seconds(retryAfter as number) } : own
    // An answer has no stack: frameworks print it to clients in development, and a flood of 404s must stay cheap.
    if (status < 500) this.stack = `${this.name}: ${message}`
  }

  /** The same status under the name that Express, Koa and Fastify look for. */
  get statusCode(): number {
    return this.status
  }

  /** Tells frameworks that a client may read the message. */
  get expose(): boolean {
    return this.status < 500
  }
}

/** Without what no header can carry: it must not be in the way of the answer, which some frameworks then never give. */
function sendable(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => HEADER_NAME.test(name) && HEADER_VALUE.test(value)),
  )
}

const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** Latin-1 without control characters, but for the tab. */
const HEADER_VALUE = /^[\t\x20-\x7E\x80-\xFF]*$/

function seconds(retryAfter: number): string {
  return String(Math.max(0, Math.ceil(retryAfter)))
}

/** There is no such file: answered with 404. Everything that must not be told apart from that is one, too. */
export class FileNotFoundError extends DownloadError {
  /** Where it was looked for, for logs; not enumerable, so that it stays out of JSON. */
  declare readonly path: string | undefined

  constructor(message = 'File not found.', { path, ...options }: DownloadErrorOptions & { path?: string } = {}) {
    super(message, { code: 'FILE_NOT_FOUND', status: 404, ...options })
    Object.defineProperty(this, 'path', { value: path, enumerable: false })
  }
}

/** The key of a file is not in its canonical form, so nothing was looked up: answered with 404. */
export class InvalidKeyError extends FileNotFoundError {
  constructor(message: string, options: DownloadErrorOptions = {}) {
    super(message, { code: 'INVALID_KEY', ...options })
  }
}

/** The user may not have this file: answered with 403. */
export class PermissionDeniedError extends DownloadError {
  constructor(message = 'Permission denied.', options: DownloadErrorOptions = {}) {
    super(message, { code: 'PERMISSION_DENIED', status: 403, ...options })
  }
}

/** A file became another one between being described and being sent; nothing of the second was sent as the first. */
export class FileChangedError extends DownloadError {
  constructor(message = 'The file changed while it was being sent.', options: DownloadErrorOptions = {}) {
    super(message, { code: 'FILE_CHANGED', status: 503, retryAfter: 1, ...options })
  }
}

/** A body has more or fewer bytes than was said before, or something that is no bytes at all. */
export class BodyError extends DownloadError {
  constructor(message: string, options: DownloadErrorOptions = {}) {
    super(message, { code: 'BAD_BODY', ...options })
  }
}

/** The place where a file is kept has failed. */
export class StorageError extends DownloadError {
  constructor(message: string, options: DownloadErrorOptions = {}) {
    super(message, { code: 'STORAGE_FAILED', ...options })
  }
}

/**
 * Another server, which keeps the file, has failed: answered with 502; with 504 when it took too long, and with 503 when
 * it asked to be left alone for a while.
 */
export class UpstreamError extends StorageError {
  constructor(message: string, options: DownloadErrorOptions = {}) {
    super(message, { code: 'UPSTREAM_FAILED', status: 502, ...options })
  }
}

/** A file is there already, and was not to be replaced. */
export class FileExistsError extends StorageError {
  constructor(message: string, options: DownloadErrorOptions = {}) {
    super(message, { code: 'FILE_EXISTS', status: 409, ...options })
  }
}

/** The application set something up wrongly; thrown when it starts wherever that can be seen. */
export class ConfigurationError extends DownloadError {
  constructor(message: string, options: DownloadErrorOptions = {}) {
    super(message, { code: 'WRONG_CONFIGURATION', ...options })
  }
}
