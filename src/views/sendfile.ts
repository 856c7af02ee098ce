import type { DownloadRequest, Outcome } from '../handler.js'
import type { DotfilePolicy } from '../storages/disk/local-path.js'
import { PathDownloadView } from './path.js'

/** Options of {@link sendfile}. */
export interface SendfileOptions {
  /** `true` lets browsers save the file, `false` lets them show it. Default: `false`. */
  attachment?: boolean | undefined
  /** Name that the file is offered under. Default: the file's own. */
  attachmentFilename?: string | undefined
  /** Media type. Default: what the name tells. */
  mimeType?: string | undefined
  /** Content coding that the bytes already have. Default: none. */
  encoding?: string | undefined
  /** Absolute path of the folder that contains the file. Required for a relative path. */
  root?: string | undefined
  /** Names below the root that begin with a dot. Default: `'deny'`. */
  dotfiles?: DotfilePolicy | undefined
}

/**
 * Serves one file of the local disk from inside any handler: {@link PathDownloadView} as a function.
 *
 * @throws FileNotFoundError when there is no such file, which adapters answer with 404.
 */
export async function sendfile(
  request: DownloadRequest,
  filename: string,
  options: SendfileOptions = {},
): Promise<Outcome> {
  const { attachment = false, attachmentFilename, ...rest } = options
  return SendfileView.asView({ path: filename, attachment, basename: attachmentFilename, ...rest })(request)
}

class SendfileView extends PathDownloadView {
  override getPath(): string {
    // A parameter of the caller's route that happens to be called "path" is none of ours.
    return this.path as string
  }
}
