import { type ByteRange, formatRange, type RangeSpec } from '../../headers/range.js'
import { RemoteBody } from '../remote-body.js'
import type { FetchedFile, FetchOptions, FileStat, ReadOptions } from '../storage.js'
import { etagOf, type GcsObject, generationOf, OBJECT_FIELDS, rangeOf, statOfAnswer, statOfObject } from './answer.js'
import { gcsFailure, isMissing, statusOf } from './failure.js'
import type { GcsAnswer, GcsRequest, GcsService } from './service.js'

/** Reads the objects of a bucket, each by its name. */
export class ObjectReader {
  readonly #service: GcsService
  readonly #idleTimeout: number

  constructor(service: GcsService, idleTimeout: number) {
    this.#service = service
    this.#idleTimeout = idleTimeout
  }

  async stat(object: string, signal?: AbortSignal): Promise<FileStat | undefined> {
    try {
      const found = await this.#service.askJson({ object, query: { fields: OBJECT_FIELDS }, signal })
      return statOfObject(found as GcsObject)
    } catch (error) {
      if (isMissing(error)) return undefined
      throw gcsFailure(this.#service.what, error, signal)
    }
  }

  async *open(object: string, { range, seen, signal }: ReadOptions): AsyncGenerator<Uint8Array, void, undefined> {
    const answer = await this.#download(object, { range, generation: generationOf(seen?.etag), signal })
    yield* this.#bodyOf(object, answer, signal)
  }

  async fetch(object: string, { range, ifNoneMatch, signal }: FetchOptions): Promise<FetchedFile | undefined> {
    const known = generationOf(ifNoneMatch)
    try {
      const answer = await this.#service.ask(download(object, { range, unlessGeneration: known, signal }))
      return { stat: statOfAnswer(answer), body: this.#bodyOf(object, answer, signal) }
    } catch (error) {
      if (isMissing(error)) return undefined
      if (statusOf(error) === 304) return { stat: { etag: etagOf(known) } }
      if (statusOf(error) !== 416) throw gcsFailure(this.#service.what, error, signal)
      const stat = await this.stat(object, signal)
      return stat && { stat }
    }
  }

  #bodyOf(object: string, answer: GcsAnswer, signal: AbortSignal | undefined): RemoteBody {
    const { size, etag } = statOfAnswer(answer)
    const generation = generationOf(etag)
    const rest = async (range: ByteRange) => (await this.#download(object, { range, generation, signal })).body
    return new RemoteBody(answer.body, {
      what: this.#service.what,
      range: rangeOf(answer),
      size,
      idleTimeout: this.#idleTimeout,
      // Of a version without a number, nobody could tell that the rest belongs to it.
      resume: generation === undefined ? undefined : rest,
      signal,
    })
  }

  async #download(object: string, wanted: Wanted): Promise<GcsAnswer> {
    try {
      return await this.#service.ask(download(object, wanted))
    } catch (error) {
      throw gcsFailure(this.#service.what, error, wanted.signal)
    }
  }
}

interface Wanted {
  readonly range?: RangeSpec | undefined
  /** The version that it must be. */
  readonly generation?: string | undefined
  /** The version of which nothing is wanted. */
  readonly unlessGeneration?: string | undefined
  readonly signal?: AbortSignal | undefined
}

function download(object: string, { range, generation, unlessGeneration, signal }: Wanted): GcsRequest {
  return {
    object,
    query: { alt: 'media', ifGenerationMatch: generation, ifGenerationNotMatch: unlessGeneration },
    headers: {
      // Else the service unpacks what is stored packed.
      'accept-encoding': 'gzip',
      // Public objects are kept in caches on the way, for an hour by default.
      'cache-control': 'no-store',
      ...(range === undefined ? {} : { range: formatRange(range) }),
    },
    signal,
  }
}
