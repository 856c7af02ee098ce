import type { DownloadFile } from '../../files/file.js'
import type { DownloadHandler, Outcome, Params } from '../../handler.js'
import { DownloadResponse } from '../../responses/download.js'
import { EmptyResponse } from '../../responses/empty.js'

/** What a controller may return: a view, a file of any kind, or what a view comes to. */
export type Downloadable<P extends Params = Params> = DownloadHandler<P> | DownloadFile | Outcome

/** A function is always one: Nest itself has no use for those. */
export function isDownloadable(value: unknown): value is Downloadable {
  return typeof value === 'function' || isOutcome(value) || isFile(value)
}

/** Makes a handler of it. A file is offered as an attachment. */
export function toHandler<P extends Params>(what: Downloadable<P>): DownloadHandler<P> {
  if (typeof what === 'function') return what
  return () => (isOutcome(what) ? what : new DownloadResponse(what))
}

/** What has to be let go of if nobody is sent it. A view has found nothing before it is asked. */
export function heldFile(what: Downloadable<never>): DownloadFile | undefined {
  if (typeof what === 'function') return undefined
  return isOutcome(what) ? what.file : what
}

function isOutcome(value: unknown): value is Outcome {
  return value instanceof DownloadResponse || value instanceof EmptyResponse
}

/** Files have no common class: the contract is all that there is. */
function isFile(value: unknown): value is DownloadFile {
  const { name, stat, open } = (value ?? {}) as Partial<DownloadFile>
  return typeof name === 'string' && typeof stat === 'function' && typeof open === 'function'
}
