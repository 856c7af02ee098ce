import { type Awaitable, inTurn, isPromise } from '../awaitable.js'
import { ConfigurationError, FileNotFoundError } from '../errors.js'
import type { DownloadFile } from '../files/file.js'
import { letGo } from '../files/let-go.js'
import type { DownloadHandler, DownloadRequest, Outcome, Params } from '../handler.js'
import { HeaderMap, type HeadersInit } from '../headers/header-map.js'
import { wholeSeconds } from '../headers/http-date.js'
import { type Delivery, DownloadResponse, type DownloadResponseOptions } from '../responses/download.js'
import { EmptyResponse } from '../responses/empty.js'
import { NotModifiedResponse } from '../responses/not-modified.js'
import { kindOf } from '../wrong-use.js'

/**
 * Finds a file for a request and describes how to download it: the base of all views.
 *
 * A view is made anew for every request, so its fields are safe to write. Constants are fields; what depends on the
 * request is a `get…()` method of the same name. Check permissions in any of them and throw `PermissionDeniedError`.
 */
export abstract class DownloadView<P extends Params = Params> {
  /** `true` lets browsers save the file, `false` lets them show it. */
  attachment = true
  /** Name that the file is offered under. Default: the last part of its own name. */
  basename: string | undefined
  /** Media type. Default: what the file tells, else what its name tells. */
  mimeType: string | undefined
  /** Charset of text types; `''` for none. */
  charset: string | undefined = 'utf-8'
  /** Content coding that the stored bytes already have, such as `gzip`. Never guessed. */
  encoding: string | undefined
  /**
   * Caching, `false` for no header. By default a permission was checked: shared caches are kept out, and browsers ask again
   * before they use what they have, which costs a 304.
   */
  cacheControl: string | false | undefined = 'private, no-cache'
  /** Policy for this reply, `false` for none. Default: a sandbox for types that could run scripts when shown inline. */
  contentSecurityPolicy: string | false | undefined
  /**
   * How the file gets to its client: `'proxy'` by a server in front where a rule fits, else streamed; `'stream'` always
   * through the application; `'redirect'` by an address of its storage, which has to make presigned ones.
   */
  delivery: Delivery = 'proxy'
  /** Seconds for which the address of a redirect can be used. */
  urlExpiresIn = 300
  /** More headers of the reply; they win over those that follow from the file. */
  headers: HeadersInit | undefined
  /** The class that {@link downloadResponse} makes. */
  responseClass: typeof DownloadResponse = DownloadResponse

  #request: DownloadRequest<P> | undefined

  /**
   * Turns the view into a handler, with options in place of its fields.
   *
   * @throws ConfigurationError at once, when the view has no such option or its options contradict each other.
   */
  static asView<V extends AnyView>(this: new () => V, options: ViewOptions<V> = {}): DownloadHandler<ParamsOf<V>> {
    // Constructed first and assigned after: the fields of a subclass would overwrite what a constructor was given.
    const fields: ViewOptions<V> & { headers?: HeadersInit } = withoutUndefined(options)
    // An iterator could be read by the first request only.
    if (fields.headers !== undefined) fields.headers = new HeaderMap(fields.headers)
    const create = (): V => Object.assign(new this(), fields)
    assertOptions(new this(), fields)
    const first = create()
    assertComplete(first)
    first.checkOptions()
    return (request) => {
      const view = create()
      assertRequest(request, view.constructor.name)
      view.setup(request)
      return view.dispatch()
    }
  }

  /** The request that this view was made for. */
  get request(): DownloadRequest<P> {
    if (this.#request !== undefined) return this.#request
    throw new ConfigurationError(`${this.constructor.name} has no request yet: use asView(), or setupView() in tests.`)
  }

  /** The parameters of the route. */
  get params(): P {
    return this.request.params
  }

  /** Gives the view its request. */
  setup(request: DownloadRequest<P>): void {
    this.#request = request
  }

  /** Looks, when the application starts, whether the view can work at all. The default finds no fault. */
  checkOptions(): void {}

  /** Answers by method: GET and HEAD download, OPTIONS tells what there is, anything else is a 405. */
  dispatch(): Outcome | Promise<Outcome> {
    const { method } = this.request
    if (method === 'GET' || method === 'HEAD') return this.renderToResponse()
    return new EmptyResponse(method === 'OPTIONS' ? 204 : 405, { Allow: 'GET, HEAD, OPTIONS' })
  }

  /** Finds the file. Throw `FileNotFoundError` when there is none. */
  abstract getFile(): DownloadFile | Promise<DownloadFile>

  /** Finds the name that the file is offered under. The default gives back {@link basename}. */
  getBasename(): Awaitable<string | undefined> {
    return this.basename
  }

  /** Finds the media type. The default gives back {@link mimeType}. */
  getMimeType(): Awaitable<string | undefined> {
    return this.mimeType
  }

  /** Finds the charset. The default gives back {@link charset}. */
  getCharset(): Awaitable<string | undefined> {
    return this.charset
  }

  /** Finds the content coding. The default gives back {@link encoding}. */
  getEncoding(): Awaitable<string | undefined> {
    return this.encoding
  }

  /** Finds how the file gets to its client. The default gives back {@link delivery}. */
  getDelivery(): Awaitable<Delivery> {
    return this.delivery
  }

  /** Answers `If-Modified-Since`. The default asks the file, then compares its modification time. */
  async wasModifiedSince(file: DownloadFile, since: Date): Promise<boolean> {
    if (file.wasModifiedSince !== undefined) return file.wasModifiedSince(since)
    const { modifiedTime } = await file.stat()
    return modifiedTime === undefined || wholeSeconds(modifiedTime.getTime()) > since.getTime()
  }

  /** Makes the reply for a file that the client already has. */
  notModifiedResponse(): Awaitable<NotModifiedResponse> {
    return new NotModifiedResponse()
  }

  /** Makes the reply for a file that is not there. The default throws the error, which adapters answer with 404. */
  fileNotFoundResponse(error: FileNotFoundError): Awaitable<Outcome> {
    throw error
  }

  /** Describes the download of a file. Options given here win over the view's own. */
  async downloadResponse(file: DownloadFile, options?: DownloadResponseOptions): Promise<DownloadResponse> {
    const hooks = [this.getBasename, this.getMimeType, this.getCharset, this.getEncoding, this.getDelivery] as const
    const found = inTurn(this, hooks)
    const [basename, mimeType, charset, encoding, delivery] = isPromise(found) ? await found : found
    const own: DownloadResponseOptions = {
      attachment: this.attachment,
      basename,
      mimeType,
      charset,
      encoding,
      delivery,
      urlExpiresIn: this.urlExpiresIn,
      headers: this.headers,
      cacheControl: this.cacheControl,
      contentSecurityPolicy: this.contentSecurityPolicy,
      wasModifiedSince: this.#wasModifiedSince(file),
      notModifiedResponse: () => this.notModifiedResponse(),
      fileNotFoundResponse: (error) => this.fileNotFoundResponse(error),
    }
    return new this.responseClass(file, options === undefined ? own : { ...own, ...withoutUndefined(options) })
  }

  /** Finds the file and describes its download. Options are those of {@link downloadResponse}. */
  async renderToResponse(options?: DownloadResponseOptions): Promise<Outcome> {
    let file: DownloadFile | undefined
    try {
      file = assertFile(await this.getFile(), this)
      // A file that lives elsewhere is looked at once it is known what will be read: one round trip is enough for both.
      if (file.fetch === undefined) await file.stat()
      return await this.downloadResponse(file, options)
    } catch (error) {
      // No response holds the file now, so that nobody else would let it go.
      letGo(file)
      if (error instanceof FileNotFoundError) return this.fileNotFoundResponse(error)
      throw error
    }
  }

  /** Without an override the response decides: it also knows a `Last-Modified` that was set on purpose. */
  #wasModifiedSince(file: DownloadFile): DownloadFile['wasModifiedSince'] {
    if (this.wasModifiedSince === DownloadView.prototype.wasModifiedSince) return undefined
    return (since) => this.wasModifiedSince(file, since)
  }
}

/** The options of a view: its public fields. Hooks, which are methods, are overridden in a subclass instead. */
export type ViewOptions<V> = {
  [Name in keyof V as V[Name] extends AnyMethod ? never : IsReadonly<V, Name> extends true ? never : Name]?:
    | V[Name]
    | undefined
}

/** The parameters that a view needs of its route. */
export type ParamsOf<V> = V extends DownloadView<infer P> ? P : never

type AnyMethod = (...args: never[]) => unknown
/** Getters, such as `request`, are read only to the compiler. */
type IsReadonly<V, Name extends keyof V> = Same<{ [N in Name]: V[N] }, { readonly [N in Name]: V[N] }>
// Two conditional types are only assignable when they compare with identical types, modifiers included.
type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false
// Parameters stand in both directions of a view, so that only this matches views of every kind.
// biome-ignore lint/suspicious/noExplicitAny: see above; it is in no signature that a user meets.
type AnyView = DownloadView<any>

/** `undefined` means absent: it must not take the place of a value. */
function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T
}

/** To plain JavaScript, an abstract class is one like any other. */
function assertComplete(view: AnyView): void {
  if (typeof view.getFile === 'function') return
  throw new ConfigurationError(`${view.constructor.name} finds no file: override getFile() in a subclass.`)
}

/** What frameworks call a handler with. An error tells more than a request that nobody answers. */
function assertRequest({ headers }: Pick<DownloadRequest, 'headers'>, view: string): void {
  if (typeof headers?.get === 'function') return
  throw new ConfigurationError(
    `${view} was called with something else than a download request. Put the adapter around it that your framework needs, such as toExpressHandler(${view}.asView()).`,
  )
}

function assertFile(file: DownloadFile, view: AnyView): DownloadFile {
  if (typeof file?.stat === 'function') return file
  throw new ConfigurationError(
    `${view.constructor.name}.getFile() must give a file, such as a StorageFile, and gave ${kindOf(file)}. Is a \`return\` missing?`,
  )
}

function assertOptions(view: AnyView, options: object): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(view, name)) continue
    const known = Object.keys(view).sort().join(', ')
    const reason = name in view ? 'is a hook: override it in a subclass' : `is no option. There are: ${known}`
    throw new ConfigurationError(`${view.constructor.name}.asView(): "${name}" ${reason}.`)
  }
}
