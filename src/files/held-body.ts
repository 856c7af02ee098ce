import { type ByteRange, rangeLength } from '../headers/range.js'
import type { FetchedBody, FetchedFile, FetchOptions, FileStat } from '../storages/storage.js'

/** Keeps the bytes that came with the first round trip until they are read, so that reading costs no second one. */
export class HeldBody {
  #body: FetchedBody | undefined
  #stat: FileStat | undefined

  /** Keeps what was fetched, in place of what was there before. */
  hold({ stat, body }: FetchedFile): void {
    this.cancel()
    this.#stat = stat
    this.#body = body
  }

  /** Gives the bytes if they are those of the range; others are let go of. */
  take(range: ByteRange | undefined): FetchedBody | undefined {
    const body = this.#body
    if (body !== undefined && !this.#isSame(body.range, range)) this.cancel()
    const taken = this.#body
    this.#body = undefined
    return taken
  }

  cancel(): void {
    this.#body?.cancel()
    this.#body = undefined
  }

  #isSame(held: ByteRange | undefined, wanted: ByteRange | undefined): boolean {
    if (held === undefined || wanted === undefined) return this.#isWhole(held) && this.#isWhole(wanted)
    return held.start === wanted.start && held.end === wanted.end
  }

  #isWhole(range: ByteRange | undefined): boolean {
    return range === undefined || rangeLength(range) === this.#stat?.size
  }
}

/**
 * Tells whether to ask once more, since no bytes came and little else: of a range outside a file no more than the size,
 * or that a condition held, without the validator that says so.
 */
export function tellsTooLittle({ stat, body }: FetchedFile, { ifNoneMatch, ifModifiedSince }: FetchOptions): boolean {
  if (body !== undefined) return false
  if (ifNoneMatch !== undefined) return stat.etag === undefined
  if (ifModifiedSince !== undefined) return stat.modifiedTime === undefined
  return stat.etag === undefined && stat.modifiedTime === undefined
}
