import { ConfigurationError } from '../errors.js'
import type { DownloadContext, DownloadHandler, DownloadRequest, Params } from '../handler.js'
import type { DownloadLimits } from '../limits/download-limits.js'
import type { BaseDownloadMiddleware } from '../middleware/base.js'
import type { DownloadListener } from '../observe/event.js'
import { assertKnown, isClass, kindOf, type OptionsOf } from '../wrong-use.js'
import { withFollowing } from './following.js'

/** What every adapter can be told. */
export interface AdapterOptions<Raw> {
  /** Tells what the application knows of the user; views see it as `request.context`. Default: nothing. */
  context?: ((raw: Raw) => DownloadContext | Promise<DownloadContext>) | undefined
  /** Sees every download, and may hand it over to a proxy: mostly a `SmartDownloadMiddleware`. Default: none. */
  middleware?: BaseDownloadMiddleware | undefined
  /**
   * Called for every fault: a status of 500 or more, and a body that broke off. Default: it is written to
   * `console.error` with its cause.
   */
  onError?: ((error: unknown, request: Pick<DownloadRequest, 'method' | 'url'>) => void) | undefined
  /** Hears what happens to each download: when it begins, and how it ends. Default: nobody does. */
  onDownload?: DownloadListener | undefined
  /** Limits of downloads, which several adapters may share. Default: none. */
  limits?: DownloadLimits | undefined
}

/**
 * Puts the middleware of the options, if any, around a handler, and has its downloads followed where they say so.
 *
 * @throws ConfigurationError for what is no handler, and for options that there are not.
 */
export function withMiddleware<P extends Params>(
  handler: DownloadHandler<P>,
  options: Pick<AdapterOptions<never>, 'middleware' | 'onDownload' | 'limits'>,
): DownloadHandler<P> {
  assertHandler(handler)
  assertKnown(options, KNOWN_OPTIONS, 'An adapter')
  const { middleware, onDownload, limits } = options
  if (limits && typeof limits.admit !== 'function') {
    throw new ConfigurationError('An adapter: limits must be a DownloadLimits. Use new DownloadLimits({ … }).')
  }
  return withFollowing(middleware === undefined ? handler : middleware.wrap(handler), { onDownload, limits })
}

const KNOWN_OPTIONS: OptionsOf<AdapterOptions<never> & { route: string }> = {
  context: true,
  middleware: true,
  onError: true,
  onDownload: true,
  limits: true,
  route: true,
}

/** Without TypeScript, the first request would be the first to tell. */
function assertHandler(handler: unknown): void {
  if (typeof handler === 'function' && !isClass(handler)) return
  throw new ConfigurationError(
    `An adapter takes a handler, such as what asView() of a view gives, and was given ${kindOf(handler)}.`,
  )
}

/** Hands a fault to the application. Nothing may come back: an error here would end the process, a rejection as well. */
export function report(
  error: unknown,
  request: Pick<DownloadRequest, 'method' | 'url'>,
  onError: AdapterOptions<never>['onError'] = logError,
): void {
  const notify = async () => onError(error, request)
  notify().catch((fault) => console.error('downloadview: onError failed:', fault))
}

/** The query stays out of the log: it may carry a signature. */
function logError(error: unknown, { method, url }: Pick<DownloadRequest, 'method' | 'url'>): void {
  console.error(`downloadview: ${method} ${JSON.stringify(url.split('?', 1)[0])} failed:`, error)
}
