import { type CallHandler, type ExecutionContext, Inject, type NestInterceptor, Optional } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { map, type Observable } from 'rxjs'
import { isDownloadable } from './downloadable.js'
import { DOWNLOAD_OPTIONS, type DownloadModuleOptions } from './options.js'
import { PendingDownload, teachToSend } from './pending-download.js'
import { type PlatformResponse, serveNest } from './serve.js'

/**
 * Sends the views, files and download responses that controllers return. Everything else passes untouched.
 *
 * {@link DownloadModule} puts it before every controller. Without the module, `@UseInterceptors(DownloadInterceptor)` puts
 * it before one, with no options.
 */
export class DownloadInterceptor implements NestInterceptor<unknown, unknown> {
  readonly #host: HttpAdapterHost
  readonly #options: DownloadModuleOptions

  constructor(host: HttpAdapterHost, options: DownloadModuleOptions = {}) {
    this.#host = host
    this.#options = options
  }

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle()
    teachToSend(this.#host.httpAdapter)
    const response = context.switchToHttp().getResponse<PlatformResponse>()
    return next.handle().pipe(
      map((value) => {
        if (!isDownloadable(value)) return value
        return new PendingDownload(value, response, (what) => serveNest(what, context, this.#options))
      }),
    )
  }
}

// Nest's decorators are none of the standard, by which this is compiled.
Inject(HttpAdapterHost)(DownloadInterceptor, undefined, 0)
Inject(DOWNLOAD_OPTIONS)(DownloadInterceptor, undefined, 1)
Optional()(DownloadInterceptor, undefined, 1)
