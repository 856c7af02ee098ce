import { FileNotFoundError, StorageError } from '../errors.js'
import type { ChaosFault } from './chaos-storage-plan.js'

/** What the faults of a body need to know of the world around it. */
export interface BodyContext {
  readonly faults: readonly ChaosFault[]
  /** Ends what stalls. */
  readonly signal: AbortSignal | undefined
  /** Does to the file itself what a fault says. */
  readonly meddle?: ((fault: ChaosFault) => Promise<void>) | undefined
}

/** Reads as the source does, but for the faults. Nothing is read, and nothing goes wrong, before the first `next()`. */
export function chaoticBody(
  source: () => AsyncIterable<Uint8Array>,
  { faults, signal, meddle }: BodyContext,
): AsyncIterableIterator<Uint8Array, undefined, undefined> {
  const ended = new AbortController()
  const ends = has(faults, 'deaf') ? [] : [ended.signal, signal ?? []].flat()
  const context = { faults, signal: AbortSignal.any(ends), meddle }
  const pieces = withFaults(source, context)
  return {
    next: () => pieces.next(),
    async return() {
      ended.abort(new StorageError('The reading was ended.', { code: 'ABORTED' }))
      await pieces.return(undefined)
      const close = faults.find(({ fault }) => fault === 'close')
      if (close !== undefined) throw errorOf(close)
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/** The error of a fault. */
export function errorOf(fault: ChaosFault): unknown {
  if ('error' in fault && fault.error !== undefined) return fault.error
  return new StorageError(`ChaosStorage was told to ${SENTENCES[fault.fault] ?? 'fail'}.`, { code: 'CHAOS' })
}

const SENTENCES: Readonly<Record<string, string>> = {
  close: 'fail when it is let go of',
  'lost-answer': 'do its work and fail',
}

/** Does what a fault of a call as a whole says. */
export async function strike(fault: ChaosFault, signal?: AbortSignal): Promise<void> {
  if (fault.fault === 'fail') throw errorOf(fault)
  if (fault.fault === 'stall') await until(signal)
  if (fault.fault === 'delay') await pause(fault.milliseconds, signal)
}

export function has(faults: readonly ChaosFault[], name: ChaosFault['fault']): boolean {
  return faults.some(({ fault }) => fault === name)
}

async function* withFaults(
  source: () => AsyncIterable<Uint8Array>,
  context: BodyContext,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  if (has(context.faults, 'missing')) throw new FileNotFoundError()
  let pieces = source()
  for (const fault of context.faults) pieces = withFault(pieces, fault, context)
  yield* pieces
}

function withFault(
  pieces: AsyncIterable<Uint8Array>,
  fault: ChaosFault,
  { signal, meddle }: BodyContext,
): AsyncIterable<Uint8Array> {
  switch (fault.fault) {
    case 'fail':
    case 'stall':
    case 'delay':
      return interrupted(pieces, pointOf(fault), () => strike(fault, signal))
    case 'replace':
    case 'vanish':
      return interrupted(pieces, pointOf(fault), async () => meddle?.(fault))
    case 'garbage':
      return interrupted(
        pieces,
        pointOf(fault),
        async () => ('piece' in fault ? fault.piece : 'no bytes') as Uint8Array,
      )
    case 'truncate':
      return cut(pieces, fault.after)
    case 'extend':
      return extended(pieces, fault.by)
    case 'empty-pieces':
      return withEmptyPieces(pieces)
    case 'single-bytes':
      return inSingleBytes(pieces)
    default:
      return pieces
  }
}

function pointOf(fault: ChaosFault): number {
  const after = 'after' in fault ? fault.after : undefined
  return after === 'end' ? Number.POSITIVE_INFINITY : (after ?? 0)
}

/** Does something once so many bytes have passed, or at the end of fewer; what it gives comes along as a piece. */
async function* interrupted(
  pieces: AsyncIterable<Uint8Array>,
  after: number,
  // biome-ignore lint/suspicious/noConfusingVoidType: most of what happens gives nothing.
  happens: () => Promise<Uint8Array | undefined | void>,
): AsyncGenerator<Uint8Array> {
  let left = after
  if (left === 0) yield* given(await happens())
  for await (const piece of pieces) {
    if (left > 0 && piece.length >= left) {
      yield piece.subarray(0, left)
      const rest = piece.subarray(left)
      left = 0
      yield* given(await happens())
      if (rest.length > 0) yield rest
    } else {
      left -= Math.min(left, piece.length)
      yield piece
    }
  }
  if (left === Number.POSITIVE_INFINITY) yield* given(await happens())
}

// biome-ignore lint/suspicious/noConfusingVoidType: see above.
function given(piece: Uint8Array | undefined | void): Uint8Array[] {
  return piece === undefined ? [] : [piece]
}

async function* cut(pieces: AsyncIterable<Uint8Array>, after: number): AsyncGenerator<Uint8Array> {
  let left = after
  if (left <= 0) return
  for await (const piece of pieces) {
    yield piece.subarray(0, left)
    left -= piece.length
    if (left <= 0) return
  }
}

async function* extended(pieces: AsyncIterable<Uint8Array>, by: number): AsyncGenerator<Uint8Array> {
  yield* pieces
  yield new Uint8Array(by)
}

async function* withEmptyPieces(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    yield new Uint8Array()
    yield piece
  }
  yield new Uint8Array()
}

async function* inSingleBytes(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) for (let at = 0; at < piece.length; at++) yield piece.subarray(at, at + 1)
}

/** Waits for the signal, for ever without one. */
function until(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  try {
    await Promise.race([over, until(signal)])
  } finally {
    clearTimeout(timer)
  }
}
