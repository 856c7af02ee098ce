import type { DownloadRequest, Outcome } from '../handler.js'
import { DownloadResponse } from '../responses/download.js'
import { BaseDownloadMiddleware } from './base.js'

/** Asks several middleware in order; the first that takes a download over wins, and the others do not see it. */
export class DownloadDispatcherMiddleware extends BaseDownloadMiddleware {
  readonly middlewares: readonly BaseDownloadMiddleware[]

  constructor(middlewares: readonly BaseDownloadMiddleware[]) {
    super()
    this.middlewares = middlewares
  }

  override async processDownloadResponse(response: DownloadResponse, request: DownloadRequest): Promise<Outcome> {
    let current = response
    for (const middleware of this.middlewares) {
      const outcome = await middleware.processDownloadResponse(current, request)
      if (!(outcome instanceof DownloadResponse)) return outcome
      current = outcome
    }
    return current
  }
}
