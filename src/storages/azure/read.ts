import type { Readable } from 'node:stream'
import type { BlobClient, BlobDownloadResponseParsed, BlobRequestConditions } from '@azure/storage-blob'
import type { ByteRange, RangeSpec } from '../../headers/range.js'
import { RemoteBody } from '../remote-body.js'
import type { FetchedFile, FetchOptions, FileStat, ReadOptions } from '../storage.js'
import { isFolder, rangeOf, statOf, statOfHeaders } from './answer.js'
import type { Container } from './container.js'
import { answerOf, type FailedAnswer } from './failure.js'

/** Reads the blobs of a container, each by its name. */
export class BlobReader {
  readonly #container: Container
  readonly #idleTimeout: number

  constructor(container: Container, idleTimeout: number) {
    this.#container = container
    this.#idleTimeout = idleTimeout
  }

  async stat(name: string, signal?: AbortSignal): Promise<FileStat | undefined> {
    const blob = this.#container.blob(name)
    try {
      const answer = await this.#container.askPlainly((abortSignal) => blob.getProperties({ abortSignal }), signal)
      return isFolder(answer.metadata) ? undefined : statOf(answer)
    } catch (error) {
      if (isMissing(error)) return undefined
      throw this.#container.failure(error, signal)
    }
  }

  async *open(name: string, { range, seen, signal }: ReadOptions): AsyncGenerator<Uint8Array, void, undefined> {
    const blob = this.#container.blob(name)
    const conditions = seen?.etag === undefined ? {} : { ifMatch: seen.etag }
    const answer = await this.#container.ask((limit) => download(blob, limit, range, conditions), signal)
    yield* this.#bodyOf(blob, answer, signal)
  }

  /** The service knows no range of the last bytes: for that, the size is asked for first. */
  async fetch(name: string, options: FetchOptions): Promise<FetchedFile | undefined> {
    const { range, signal } = options
    if (range === undefined || !('suffix' in range)) return this.#fetch(name, range, options)
    const stat = await this.stat(name, signal)
    if (!stat?.size || range.suffix === 0) return stat && { stat }
    return this.#fetch(name, { start: Math.max(0, stat.size - range.suffix), end: stat.size - 1 }, options)
  }

  async #fetch(name: string, range: Forward | undefined, options: FetchOptions): Promise<FetchedFile | undefined> {
    const { ifNoneMatch, ifModifiedSince, signal } = options
    const blob = this.#container.blob(name)
    const conditions = { ...unlessMatching(ifNoneMatch), ...(ifModifiedSince === undefined ? {} : { ifModifiedSince }) }
    try {
      const answer = await this.#container.askPlainly((limit) => download(blob, limit, range, conditions), signal)
      const body = this.#bodyOf(blob, answer, signal)
      if (!isFolder(answer.metadata)) return { stat: statOf(answer), body }
      body.cancel()
      return undefined
    } catch (error) {
      if (isMissing(error)) return undefined
      const answer = answerOf(error)
      if (answer?.status !== 304 && answer?.status !== 416) throw this.#container.failure(error, signal)
      const stat = (answer.status === 304 && unchanged(answer, conditions)) || (await this.stat(name, signal))
      return stat && { stat }
    }
  }

  #bodyOf(blob: BlobClient, answer: BlobDownloadResponseParsed, signal: AbortSignal | undefined): RemoteBody {
    const { etag, contentLength } = answer
    const range = rangeOf(answer)
    return new RemoteBody(streamOf(answer), {
      what: this.#container.what,
      range,
      size: range?.size ?? contentLength,
      idleTimeout: this.#idleTimeout,
      resume: etag === undefined ? undefined : (rest) => this.#restOf(blob, rest, etag, signal),
      signal,
    })
  }

  async #restOf(
    blob: BlobClient,
    rest: ByteRange,
    ifMatch: string,
    signal: AbortSignal | undefined,
  ): Promise<Readable> {
    return streamOf(await this.#container.ask((limit) => download(blob, limit, rest, { ifMatch }), signal))
  }
}

/** A range that the service knows. */
type Forward = Exclude<RangeSpec, { suffix: number }>

function download(
  blob: BlobClient,
  abortSignal: AbortSignal,
  { start, end }: Forward = { start: 0 },
  conditions: BlobRequestConditions,
): Promise<BlobDownloadResponseParsed> {
  const offset = Math.min(start, FARTHEST)
  const count = end === undefined ? undefined : Math.min(end, FARTHEST) - offset + 1
  // Of the two that can resume, ours tells a version from the next one, and waits between its attempts.
  return blob.download(offset, count, { abortSignal, conditions, maxRetryRequests: 0 })
}

/** The farthest byte that is asked for: larger numbers would be written with an exponent, and no file is that large. */
const FARTHEST = Number.MAX_SAFE_INTEGER - 1

function streamOf({ readableStreamBody }: BlobDownloadResponseParsed): Readable {
  return readableStreamBody as Readable
}

/** The service takes one tag; where there are more, what it sends is judged here. */
function unlessMatching(ifNoneMatch: string | undefined): BlobRequestConditions {
  const tag = ONE_TAG.exec(ifNoneMatch ?? '')?.[1]
  return tag === undefined ? {} : { ifNoneMatch: tag }
}

const ONE_TAG = /^\s*(?:W\/)?("[^",]*")\s*$/

/** What a condition that held tells of the file: at least the tag that it has, or nothing. */
function unchanged({ header }: FailedAnswer, { ifNoneMatch }: BlobRequestConditions): FileStat | undefined {
  const stat = statOfHeaders(header)
  const etag = stat.etag ?? ifNoneMatch
  return etag === undefined ? undefined : { ...stat, etag }
}

function isMissing(error: unknown): boolean {
  const answer = answerOf(error)
  return answer?.status === 404 && answer.code !== 'ContainerNotFound'
}
