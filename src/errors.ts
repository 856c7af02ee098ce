/** What every error of this library tells beside its message. */
export interface DownloadErrorOptions {
  /** The error that led to this one. */
  cause?: unknown
  /** Stable name of the case, for programs. */
  code?: string
  /** HTTP status that it is answered with. */
  status?: number
  /** Seconds after which a client may try again; sent as `Retry-After`. */
  retryAfter?: number
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

  constructor(
    message: string,
    { cause, code = 'DOWNLOAD_FAILED', status = 500, retryAfter }: DownloadErrorOptions = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.name
    this.code = code
    this.status = status
    this.retryAfter = retryAfter
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
