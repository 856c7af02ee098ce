import { FileChangedError, UpstreamError } from '../../errors.js'
import { isStrong, weakMatch } from '../../headers/etag.js'
import { HeaderMap, type HeadersInit } from '../../headers/header-map.js'
import { formatHttpDate } from '../../headers/http-date.js'
import { type ByteRange, formatRange } from '../../headers/range.js'
import { RemoteBody } from '../../storages/remote-body.js'
import type { FetchedFile, FetchOptions, FileStat } from '../../storages/storage.js'
import type { DownloadFile } from '../file.js'
import { HeldBody, tellsTooLittle } from '../held-body.js'
import { OpenedBytes } from '../opened-bytes.js'
import { assertPlainTransfer, assertSame, bodyOf, errorOf, isExactly, isPartAskedFor, statOf } from './answer.js'
import { discard, type HttpAnswer, HttpClient, type HttpRequester } from './client.js'

/** What goes along with the requests for a file. */
export interface HttpRequestOptions {
  /** Headers for the other server, such as `Authorization`. No redirect takes them to another one. */
  headers?: HeadersInit | undefined
}

/** Options of {@link HttpFile}. */
export interface HttpFileOptions {
  /** Name of the file. Default: the last part of the path of its address. */
  name?: string | undefined
  /** What goes along with the requests. */
  request?: HttpRequestOptions | undefined
  /** Who asks. Default: {@link HttpClient.default}, which asks public addresses only. */
  client?: HttpRequester | undefined
}

/**
 * A file of another server.
 *
 * Type, length, validators, ranges and conditions pass through, and a download costs one request there. A broken
 * connection is resumed where the server gave a strong tag. What that server answers in place of the file is answered as
 * what it is: nothing becomes a 200 that was none.
 */
export class HttpFile implements DownloadFile {
  readonly name: string
  /** Address of the file, without what is only for the other server to know: user and password. */
  readonly url: string
  readonly #address: URL
  readonly #headers: HeaderMap
  readonly #client: HttpRequester
  readonly #held = new HeldBody()
  #stat: FileStat | undefined

  /** @throws UpstreamError for what is no address. */
  constructor(url: string | URL, { name, request, client = HttpClient.default }: HttpFileOptions = {}) {
    this.#address = addressOf(url)
    this.#headers = new HeaderMap(request?.headers)
    this.#client = client
    this.#takeCredentials()
    if (this.#address.hash !== '') this.#address.hash = ''
    this.url = this.#address.href
    this.name = name ?? nameOf(this.#address)
  }

  async stat(): Promise<FileStat> {
    if (this.#stat !== undefined) return this.#stat
    const answer = await this.#ask('HEAD', new HeaderMap())
    // These are not of the file: a GET tells.
    if (answer.status === 405 || answer.status === 501) return this.#look()
    return this.#seen(answer)
  }

  readonly fetch = async (options: FetchOptions): Promise<FileStat> => {
    if (this.#stat !== undefined) return this.#stat
    const fetched = await this.#get(options)
    if (tellsTooLittle(fetched, options)) return this.stat()
    this.#held.hold(fetched)
    this.#stat = fetched.stat
    return fetched.stat
  }

  open(range?: ByteRange, signal?: AbortSignal): AsyncIterableIterator<Uint8Array> {
    return new OpenedBytes(() => this.#held.take(range) ?? this.#reopened(range, signal), this.#onFailure)
  }

  close(): void {
    this.#held.cancel()
  }

  /** Lets the next look find out what is there now. */
  readonly #onFailure = (error: unknown): void => {
    if (error instanceof FileChangedError) this.#stat = undefined
  }

  /** Asks for the file as a whole or for its first range, with the conditions of our own client. */
  async #get({ range, ifNoneMatch, ifModifiedSince, signal }: FetchOptions): Promise<FetchedFile> {
    const headers = new HeaderMap()
    if (range !== undefined) headers.set('Range', formatRange(range))
    if (ifNoneMatch !== undefined) headers.set('If-None-Match', ifNoneMatch)
    if (ifModifiedSince !== undefined) headers.set('If-Modified-Since', formatHttpDate(ifModifiedSince.getTime()))
    const answer = await this.#ask('GET', headers, signal)
    const stat = statOf(answer)
    if (answer.status === 304 && !isAbout(ifNoneMatch, stat)) {
      discard(answer.body)
      return this.#get({ range, signal })
    }
    if (answer.status === 304 || (answer.status === 416 && range !== undefined)) {
      discard(answer.body)
      // The rest of what a 416 tells may be about its own page.
      return { stat: answer.status === 304 ? stat : { size: stat.size } }
    }
    if (answer.status === 206 && range !== undefined && !isPartAskedFor(range, answer)) {
      discard(answer.body)
      const { stat, body } = await this.#get({ ifNoneMatch, ifModifiedSince, signal })
      return { stat: unseekable(stat), body }
    }
    const isRange = answer.status === 206 && range !== undefined
    if (!isRange && !isWhole(answer)) throw errorOf(this.#address.host, answer)
    const told = isRange || range === undefined ? stat : unseekable(stat)
    return { stat: told, body: this.#body(answer, told, signal) }
  }

  /** Asks for bytes of the version that was seen, and for no other's. */
  async #reopened(range: ByteRange | undefined, signal: AbortSignal | undefined): Promise<RemoteBody> {
    const seen = this.#stat
    const headers = new HeaderMap()
    if (range !== undefined) headers.set('Range', formatRange(range))
    if (isStrong(seen?.etag)) headers.set('If-Match', seen.etag)
    else if (seen?.modifiedTime) headers.set('If-Unmodified-Since', formatHttpDate(seen.modifiedTime.getTime()))
    const answer = await this.#ask('GET', headers, signal)
    return this.#body(answer, this.#checked(answer, range, seen), signal)
  }

  #body(answer: HttpAnswer, stat: FileStat, signal: AbortSignal | undefined): RemoteBody {
    const { bytes, range } = bodyOf(answer)
    const { etag, size } = stat
    const canResume = isStrong(etag) && stat.seekable !== false
    return new RemoteBody(bytes, {
      what: this.#address.host,
      range,
      size,
      idleTimeout: this.#client.idleTimeout,
      resume: canResume ? (rest) => this.#resume(rest, { ...stat, etag }, signal) : undefined,
      signal,
    })
  }

  /** Asks for the rest, on condition that it belongs to what was sent already (RFC 9110, 13.1.5). */
  async #resume(
    rest: ByteRange,
    begun: FileStat & { readonly etag: string },
    signal: AbortSignal | undefined,
  ): Promise<HttpAnswer['body']> {
    const headers = new HeaderMap({ Range: formatRange(rest), 'If-Range': begun.etag })
    const answer = await this.#ask('GET', headers, signal)
    this.#checked(answer, rest, begun)
    return bodyOf(answer).bytes
  }

  /** Lets only the answer pass that has exactly these bytes of the version that was seen. */
  #checked(answer: HttpAnswer, range: ByteRange | undefined, seen: FileStat | undefined): FileStat {
    if (range === undefined ? !isWhole(answer) : answer.status !== 206 && !isWhole(answer)) {
      throw errorOf(this.#address.host, answer, true)
    }
    const stat = statOf(answer)
    assertSame(stat, seen, answer)
    if (range === undefined || isExactly(range, answer)) return stat
    discard(answer.body)
    if (answer.status === 206) throw new UpstreamError(`${this.#address.host} answered with another part of the file.`)
    throw new FileChangedError('The server does not give this part of the file any more.')
  }

  async #ask(method: 'GET' | 'HEAD', ownHeaders: HeaderMap, signal?: AbortSignal): Promise<HttpAnswer> {
    // Ranges and lengths of coded bytes are not those of the file.
    if (!this.#headers.has('Accept-Encoding')) ownHeaders.set('Accept-Encoding', 'identity')
    const answer = await this.#client.request(this.#address, { method, headers: this.#headers, ownHeaders, signal })
    assertPlainTransfer(this.#address.host, answer)
    return answer
  }

  /** Some servers know no HEAD. What comes is not kept: nobody need read it, and no signal would end it. */
  async #look(): Promise<FileStat> {
    const { stat, body } = await this.#get({})
    body?.cancel()
    this.#stat = stat
    return stat
  }

  #seen(answer: HttpAnswer): FileStat {
    if (!isWhole(answer)) throw errorOf(this.#address.host, answer)
    discard(answer.body)
    this.#stat = statOf(answer)
    return this.#stat
  }

  /** In an address they would be written to logs, and into the configuration of proxies. */
  #takeCredentials(): void {
    const { username, password } = this.#address
    if (username === '' && password === '') return
    const pair = [username, password].map(decoded).join(':')
    this.#headers.setMissing('Authorization', `Basic ${Buffer.from(pair).toString('base64')}`)
    this.#address.username = ''
    this.#address.password = ''
  }
}

function addressOf(url: string | URL): URL {
  try {
    return new URL(url)
  } catch {
    throw new UpstreamError('What should be the address of a file is none.')
  }
}

/** Who sends all, or another part, when asked for a part, would do so for each part. */
function unseekable(stat: FileStat): FileStat {
  return { ...stat, seekable: false }
}

/** Tells whether a 304 is about the tag that was asked for, as far as it tells one. */
function isAbout(ifNoneMatch: string | undefined, { etag }: FileStat): boolean {
  return ifNoneMatch === undefined || etag === undefined || ifNoneMatch.trim() === '*' || weakMatch(ifNoneMatch, etag)
}

function isWhole({ status }: HttpAnswer): boolean {
  return status === 200 || status === 203
}

/** The last part of the path; of an address without a path, its host. */
function nameOf({ pathname, host }: URL): string {
  return decoded(pathname.slice(pathname.lastIndexOf('/') + 1)) || host
}

/** A part of an address, decoded where that can be done. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
