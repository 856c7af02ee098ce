import type { ByteRange } from '../../headers/range.js'
import type { FileStat } from '../storage.js'
import type { GcsAnswer } from './service.js'

/** What the service tells of an object in JSON; numbers are text there. */
export interface GcsObject {
  readonly size?: string
  readonly generation?: string
  readonly updated?: string
  readonly timeCreated?: string
  readonly contentType?: string
}

/** What of {@link GcsObject} is asked for. */
export const OBJECT_FIELDS = 'size,generation,updated,timeCreated,contentType'

/** What the service tells of an object when it is asked about it. */
export function statOfObject({ size, generation, updated, timeCreated, contentType }: GcsObject): FileStat {
  return {
    size: bytesOf(size),
    modifiedTime: dateOf(updated),
    createdTime: dateOf(timeCreated),
    etag: etagOf(generation),
    contentType,
  }
}

/** What the service tells of an object while it sends it, whatever range of it was asked for. */
export function statOfAnswer(answer: GcsAnswer): FileStat {
  return {
    size: rangeOf(answer)?.size ?? bytesOf(answer.header('content-length')),
    modifiedTime: dateOf(answer.header('last-modified')),
    etag: etagOf(answer.header('x-goog-generation')),
    contentType: answer.header('content-type'),
  }
}

/** The bytes that an answer brings, and of how many; `undefined` when it brings all. */
export function rangeOf({ header }: GcsAnswer): (ByteRange & { size: number }) | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header('content-range') ?? '')
  if (match === null) return undefined
  const [, start, end, size] = match
  return { start: Number(start), end: Number(end), size: Number(size) }
}

/**
 * The number of the version as an entity-tag: every content has its own, and what we send can be tied to it. The
 * service's own tag is neither in every answer nor the same in all of them.
 */
export function etagOf(generation: string | undefined): string | undefined {
  return generation === undefined ? undefined : `"${generation}"`
}

/** The number of the version that a header names; `undefined` when it names none, or several. */
export function generationOf(etag: string | undefined): string | undefined {
  return /^\s*(?:W\/)?"(\d+)"\s*$/.exec(etag ?? '')?.[1]
}

/** What is no number of bytes would go out as our own `Content-Length`. */
function bytesOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text)
}
