import {
  GetObjectCommand,
  type GetObjectCommandInput,
  type GetObjectCommandOutput,
  HeadObjectCommand,
} from '@aws-sdk/client-s3'
import { FileChangedError, UpstreamError } from '../../errors.js'
import { type ByteRange, formatRange } from '../../headers/range.js'
import { RemoteBody } from '../remote-body.js'
import type { FetchedFile, FetchOptions, FileStat, ReadOptions } from '../storage.js'
import { contentRangeOf, statOf, statOfHeaders, streamOf } from './answer.js'
import type { Bucket } from './bucket.js'
import { answerOf, statusOf } from './failure.js'

/** Reads objects of a bucket, each in one request as long as the connection holds. */
export class ObjectReader {
  readonly #bucket: Bucket
  readonly #idleTimeout: number

  constructor(bucket: Bucket, idleTimeout: number) {
    this.#bucket = bucket
    this.#idleTimeout = idleTimeout
  }

  async stat(key: string, signal?: AbortSignal): Promise<FileStat | undefined> {
    const command = this.#bucket.prepare(new HeadObjectCommand({ ...this.#bucket.params, Key: key }))
    try {
      return statOf(await this.#bucket.ask((client, options) => client.send(command, options), signal))
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw this.#bucket.failure(error, signal)
    }
  }

  async fetch(
    key: string,
    { range, ifNoneMatch, ifModifiedSince, signal }: FetchOptions,
  ): Promise<FetchedFile | undefined> {
    try {
      const output = await this.#get(
        key,
        {
          Range: range && formatRange(range),
          IfNoneMatch: ifNoneMatch,
          IfModifiedSince: ifModifiedSince,
        },
        signal,
      )
      return { stat: statOf(output), body: this.#body(key, output, signal) }
    } catch (error) {
      return this.#withoutBody(key, error, ifNoneMatch, signal)
    }
  }

  async *open(key: string, { range, seen, signal }: ReadOptions): AsyncGenerator<Uint8Array, void, undefined> {
    yield* this.#body(key, await this.#version(key, range, seen?.etag, signal), signal)
  }

  /** A 304 and a 416 are good answers. Of the object a 416 tells little, and a 304 of some servers nothing. */
  async #withoutBody(
    key: string,
    error: unknown,
    ifNoneMatch: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<FetchedFile | undefined> {
    const answer = answerOf(error)
    if (answer?.status === 404 && answer.code !== 'NoSuchBucket') return undefined
    if (answer?.status !== 304 && answer?.status !== 416) throw this.#bucket.failure(error, signal)
    const known = statOfHeaders(answer.header)
    const etag = known.etag ?? onlyTag(ifNoneMatch)
    const isEnough = answer.status === 304 && etag !== undefined
    const stat = isEnough ? { ...known, etag } : await this.stat(key, signal)
    return stat && { stat }
  }

  /** The very bytes of the very version, or an error. */
  async #version(
    key: string,
    range: ByteRange | undefined,
    etag: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<GetObjectCommandOutput> {
    try {
      const output = await this.#get(key, { Range: range && formatRange(range), IfMatch: etag }, signal)
      assertExpected(output, range, etag, this.#bucket.what)
      return output
    } catch (error) {
      // The range was there in the version that it was computed for.
      if (statusOf(error) === 416) throw new FileChangedError(undefined, { cause: error })
      throw this.#bucket.failure(error, signal)
    }
  }

  async #get(
    key: string,
    input: Partial<GetObjectCommandInput>,
    signal: AbortSignal | undefined,
  ): Promise<GetObjectCommandOutput> {
    const command = this.#bucket.prepare(new GetObjectCommand({ ...this.#bucket.params, Key: key, ...input }))
    const output = await this.#bucket.ask((client, options) => client.send(command, options), signal)
    assertPlain(output, this.#bucket.what)
    return output
  }

  #body(key: string, output: GetObjectCommandOutput, signal: AbortSignal | undefined): RemoteBody {
    const { size, etag } = statOf(output)
    const range = contentRangeOf(output)
    return new RemoteBody(streamOf(output), {
      what: this.#bucket.what,
      range: range && { start: range.start, end: range.end },
      size,
      idleTimeout: this.#idleTimeout,
      // Without a tag, the rest could be that of another version.
      resume: etag === undefined ? undefined : async (rest) => streamOf(await this.#version(key, rest, etag, signal)),
      signal,
    })
  }
}

/** The one tag of an `If-None-Match`: where that held, it is the tag of the object, which some servers do not repeat. */
function onlyTag(ifNoneMatch: string | undefined): string | undefined {
  return /^(?:W\/)?("[^",]*")$/.exec(ifNoneMatch ?? '')?.[1]
}

/** A part that does not say which one it is, and of how much, would look like the whole. */
function assertPlain(output: GetObjectCommandOutput, what: string): void {
  if (output.$metadata.httpStatusCode !== 206 || contentRangeOf(output) !== undefined) return
  streamOf(output)
    .on('error', () => {})
    .destroy()
  throw new UpstreamError(`${what} sent a part of the file and did not say which.`)
}

/** Some servers overlook a condition or a range; their bytes must never be taken for those that were asked for. */
function assertExpected(
  output: GetObjectCommandOutput,
  range: ByteRange | undefined,
  etag: string | undefined,
  what: string,
): void {
  const { start, end } = contentRangeOf(output) ?? { start: 0, end: (output.ContentLength ?? 0) - 1 }
  const isOther = etag !== undefined && statOf(output).etag !== etag
  const isElsewhere = range !== undefined && (start !== range.start || end !== range.end)
  if (!isOther && !isElsewhere) return
  streamOf(output).destroy()
  if (isOther) throw new FileChangedError()
  throw new UpstreamError(`${what} sent other bytes than those that were asked for.`)
}
