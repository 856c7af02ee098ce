import { type ArgumentsHost, Inject } from '@nestjs/common'
import type { Params } from '../../handler.js'
import type { Downloadable } from './downloadable.js'
import { DOWNLOAD_OPTIONS, type DownloadModuleOptions } from './options.js'
import { serveNest } from './serve.js'

/** Sends downloads from handlers that answer by themselves, with `@Req()` and `@Res()`. */
export class DownloadService {
  readonly #options: DownloadModuleOptions

  constructor(options: DownloadModuleOptions) {
    this.#options = options
  }

  /**
   * Answers a request of Express or Fastify, and resolves when the last byte is handed over.
   *
   * Rejects with an error that comes before the reply: return the promise, or await it, and Nest's filters answer.
   */
  send<P extends Params = Params>(request: object, response: object, what: Downloadable<P>): Promise<void> {
    return serveNest(what, httpHost(request, response), this.#options)
  }
}

// Nest's decorators are none of the standard, by which this is compiled.
Inject(DOWNLOAD_OPTIONS)(DownloadService, undefined, 0)

/** What Nest tells of a request where it runs an interceptor, as far as it is known here. */
function httpHost(request: object, response: object): ArgumentsHost {
  const args = [request, response]
  const refuse = () => {
    throw new TypeError('A download is sent by HTTP only.')
  }
  return {
    getArgs: <T extends unknown[]>() => args as T,
    getArgByIndex: <T>(index: number) => args[index] as T,
    getType: <T extends string>() => 'http' as T,
    switchToHttp: () => ({
      getRequest: <T>() => request as T,
      getResponse: <T>() => response as T,
      getNext: <T>() => undefined as T,
    }),
    switchToRpc: refuse,
    switchToWs: refuse,
  }
}
