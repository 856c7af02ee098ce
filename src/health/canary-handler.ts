import type { DownloadHandler } from '../handler.js'
import type { BaseDownloadMiddleware } from '../middleware/base.js'
import type { DownloadConfig } from '../middleware/config.js'
import { SmartDownloadMiddleware } from '../middleware/smart.js'
import { type CanaryOptions, canariesOf } from './canary.js'
import { type CanaryParams, CanaryView } from './canary-view.js'

/** Options of {@link createCanaryHandler}. */
export interface CanaryHandlerOptions extends CanaryOptions {
  /**
   * Hands the canaries over. `false` leaves that to the `middleware` of the adapter, or of the framework, so that the
   * checks see whether it is there. Default: a `SmartDownloadMiddleware` of the configuration.
   */
  middleware?: BaseDownloadMiddleware | false | undefined
}

/**
 * Serves the canary files of each rule, for the health checks. Mount it before whatever asks for a login, at
 * `/-/downloadview/:rule/:name`: the files are harmless, and no others are served, not even in their place.
 *
 * @throws ConfigurationError for a configuration that could not work.
 */
export function createCanaryHandler(
  config: DownloadConfig,
  { middleware, ...options }: CanaryHandlerOptions = {},
): DownloadHandler<CanaryParams> {
  const handler = CanaryView.asView({ canaries: canariesOf(config, options) })
  return middleware === false ? handler : (middleware ?? new SmartDownloadMiddleware(config)).wrap(handler)
}
