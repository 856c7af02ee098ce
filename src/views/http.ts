import type { Awaitable } from '../awaitable.js'
import { ConfigurationError } from '../errors.js'
import type { DownloadFile } from '../files/file.js'
import { HttpClient, type HttpRequester } from '../files/http/client.js'
import { HttpFile, type HttpRequestOptions } from '../files/http/file.js'
import { isWebAddress } from '../files/http/web-address.js'
import type { Params } from '../handler.js'
import { DownloadView } from './base.js'

/** Serves a file of another server, given its address. */
export class HttpDownloadView<P extends Params = Params> extends DownloadView<P> {
  /** Address of the file. Override {@link getUrl} when it depends on the request. */
  url: string | URL | undefined
  /** What goes along with the requests, such as `Authorization`. */
  requestOptions: HttpRequestOptions = {}
  /** Who asks. The default asks public addresses only; for hosts of your own give it a client that names them. */
  client: HttpRequester = HttpClient.default

  override checkOptions(): void {
    if (this.getUrl !== HttpDownloadView.prototype.getUrl) return
    if (this.url === undefined) throw noUrl(this.constructor.name)
    if (URL.canParse(String(this.url)) && isWebAddress(new URL(this.url))) return
    throw new ConfigurationError(`${this.constructor.name}: url must be a whole address, "https://…" or "http://…".`)
  }

  /** Finds the address. The default gives back {@link url}. */
  getUrl(): Awaitable<string | URL> {
    if (this.url !== undefined) return this.url
    throw noUrl(this.constructor.name)
  }

  /** Finds what goes along with the requests. The default gives back {@link requestOptions}. */
  getRequestOptions(): Awaitable<HttpRequestOptions> {
    return this.requestOptions
  }

  /** Finds who asks. The default gives back {@link client}. */
  getClient(): Awaitable<HttpRequester> {
    return this.client
  }

  override async getFile(): Promise<DownloadFile> {
    return new HttpFile(await this.getUrl(), {
      request: await this.getRequestOptions(),
      client: await this.getClient(),
    })
  }
}

function noUrl(view: string): ConfigurationError {
  return new ConfigurationError(`${view} has no url: set \`url\` or override getUrl().`)
}
