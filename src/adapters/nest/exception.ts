import { STATUS_CODES } from 'node:http'
import { HttpException } from '@nestjs/common'
import type { DownloadError } from '../../errors.js'

/**
 * A download that failed, in the form that Nest's filters know: `getStatus()` is the status, `cause` the error itself.
 *
 * Clients read the message of an answer, with a status below 500, and nothing of a fault.
 */
export class DownloadException extends HttpException {
  declare readonly cause: DownloadError

  constructor(error: DownloadError) {
    const { status: statusCode, expose } = error
    const name = STATUS_CODES[statusCode] ?? 'Error'
    const body = expose ? { statusCode, message: error.message, error: name } : { statusCode, message: name }
    super(body, statusCode, { cause: error })
    // An answer has no stack, see DownloadError.
    if (expose) this.stack = `${this.name}: ${this.message}`
  }
}
