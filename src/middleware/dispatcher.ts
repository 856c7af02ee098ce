import { ConfigurationError } from '../errors.js'
import type { DownloadRequest, Outcome } from '../handler.js'
import { DownloadResponse } from '../responses/download.js'
import { kindOf } from '../wrong-use.js'
import { BaseDownloadMiddleware } from './base.js'

/** Asks several middleware in order; the first that takes a download over wins, and the others do not see it. */
export class DownloadDispatcherMiddleware extends BaseDownloadMiddleware {
  readonly middlewares: readonly BaseDownloadMiddleware[]

  /** @throws ConfigurationError for anything else than a list of middleware. */
  constructor(middlewares: readonly BaseDownloadMiddleware[]) {
    super()
    assertMiddlewares(middlewares)
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

function assertMiddlewares(middlewares: unknown): void {
  if (!Array.isArray(middlewares)) {
    throw new ConfigurationError(
      `DownloadDispatcherMiddleware takes a list of middleware, and was given ${kindOf(middlewares)}.`,
    )
  }
  for (const [index, each] of middlewares.entries()) {
    if (typeof each?.processDownloadResponse === 'function') continue
    throw new ConfigurationError(
      `DownloadDispatcherMiddleware: number ${index + 1} of its list must be a middleware, such as new XAccelRedirectMiddleware(rule), and is ${kindOf(each)}.`,
    )
  }
}
