import type { DownloadHandler, Params } from '../handler.js'
import type { DownloadLimits } from '../limits/download-limits.js'
import { isHeard } from '../observe/channels.js'
import { DownloadCourse } from '../observe/course.js'
import type { DownloadListener } from '../observe/event.js'
import { Followed } from './followed.js'

/** What it is that the downloads of a handler are followed for. */
export interface Following {
  readonly onDownload: DownloadListener | undefined
  readonly limits: DownloadLimits | undefined
}

/** Has the downloads of a handler followed. A copy of it, since an application may use the same one twice. */
export function withFollowing<P extends Params>(handler: DownloadHandler<P>, following: Following): DownloadHandler<P> {
  if (following.onDownload === undefined && following.limits === undefined) return handler
  const copy: DownloadHandler<P> = (request) => handler(request)
  return Object.assign(copy, { [FOLLOWING]: following })
}

/**
 * Follows a download, if anybody wants to know of it or it is limited. Mostly nobody does, and nothing is to be paid for
 * that.
 */
export function follow<P extends Params>(
  handler: DownloadHandler<P> & { readonly [FOLLOWING]?: Following },
  request: { readonly method: string; readonly url: string },
): Followed | undefined {
  const following = handler[FOLLOWING]
  if (following === undefined && !isHeard()) return undefined
  return new Followed(new DownloadCourse(request, following?.onDownload), following?.limits)
}

const FOLLOWING = Symbol('downloads are followed')
