import type { ArgumentsHost } from '@nestjs/common'
import type { DownloadContext } from '../../handler.js'
import type { AdapterOptions } from '../options.js'

/** Options of {@link DownloadModule.forRoot}. `context` is given Nest's own. */
export interface DownloadModuleOptions extends Omit<AdapterOptions<never>, 'context'> {
  /**
   * Tells what the application knows of the user, after its guards have run: mostly of
   * `host.switchToHttp().getRequest().user`. The interceptor gives an `ExecutionContext`. Default: nothing.
   */
  context?: ((host: ArgumentsHost) => DownloadContext | Promise<DownloadContext>) | undefined
}

/** What the options of the module are injected by. */
export const DOWNLOAD_OPTIONS = Symbol('downloadview options')
