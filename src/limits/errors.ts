import { DownloadError, UpstreamError } from '../errors.js'

/** There are too many downloads at the same time: of one client (429), or of all together (503). */
export class TooManyDownloadsError extends DownloadError {
  constructor(of: 'client' | 'all', retryAfter: number) {
    super(of === 'client' ? 'You have too many downloads at the same time.' : 'There are too many downloads now.', {
      code: 'TOO_MANY_DOWNLOADS',
      status: of === 'client' ? 429 : 503,
      retryAfter,
    })
  }
}

/** A client took nothing for too long (`IDLE_TIMEOUT`), or a download took too long altogether (`TOTAL_TIMEOUT`). */
export class SlowClientError extends DownloadError {
  constructor(code: 'IDLE_TIMEOUT' | 'TOTAL_TIMEOUT') {
    super(code === 'IDLE_TIMEOUT' ? 'The client took nothing for too long.' : 'The download took too long.', { code })
  }
}

/** A file that lies elsewhere is larger than this application sends on. */
export function remoteFileTooLarge(maxRemoteSize: number): UpstreamError {
  return new UpstreamError(`A file that lies elsewhere has more than maxRemoteSize, ${maxRemoteSize} bytes.`, {
    code: 'REMOTE_FILE_TOO_LARGE',
  })
}
