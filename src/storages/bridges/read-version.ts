import type { Readable } from 'node:stream'
import { FileChangedError } from '../../errors.js'
import { isStrong } from '../../headers/etag.js'
import type { ByteRange } from '../../headers/range.js'
import type { FileStat } from '../storage.js'

/** How {@link readVersion} is to read. */
export interface VersionToRead {
  /** What was known of the file before it was opened. */
  readonly seen: FileStat
  /** The bytes to give; left out, all. */
  readonly range: ByteRange | undefined
  readonly signal: AbortSignal | undefined
  /** Opens the file from its start. */
  open(): Promise<Readable>
  /** Tells what is known of the file by now. */
  stat(): Promise<FileStat | undefined>
  /** Lets go of a stream of which nothing more is wanted. */
  letGo(stream: Readable): void
}

/**
 * Reads a file that can only be opened by its name, and makes sure that it was the one that was seen.
 *
 * It is looked at again once it is open, and where its engine may write over it under way also at its end, while the
 * last piece is held back: a mix of two versions never looks whole.
 */
export async function* readVersion(version: VersionToRead): AsyncGenerator<Uint8Array, void, undefined> {
  const { seen, range } = version
  const end = range === undefined ? seen.size : range.end + 1
  let position = 0
  let held: Uint8Array | undefined
  let isChecked = false
  for await (const chunk of chunksOf(version)) {
    if (held !== undefined) {
      if (!isChecked) await assertSame(version)
      isChecked = true
      yield held
      held = undefined
    }
    const piece = range === undefined ? chunk : within(chunk, position, range)
    position += chunk.length
    if (seen.size !== undefined && position > seen.size) throw new FileChangedError()
    if (piece.length > 0) held = piece
    if (range !== undefined && position >= range.end + 1) break
  }
  const isShort = end !== undefined && (range === undefined ? position !== end : position < end)
  if (isShort) throw new FileChangedError()
  // A strong tag comes from an object store, where what was opened stays as it is.
  if (!isChecked || !isStrong(seen.etag)) await assertSame(version)
  if (held !== undefined) yield held
}

async function* chunksOf({ open, signal, letGo }: VersionToRead): AsyncGenerator<Uint8Array, void, undefined> {
  const gone = new Gone(signal)
  try {
    const stream = await gone.unless(open(), (late) => letGo(late.on('error', ignore)))
    // A stream may fail while nobody reads it; without a listener that would end the process.
    stream.on('error', ignore)
    const pieces = stream.iterator({ destroyOnReturn: false })
    let isDone = false
    try {
      for (;;) {
        const next: IteratorResult<Uint8Array> = await gone.unless(pieces.next())
        isDone = next.done === true
        if (next.done) return
        yield next.value
      }
    } finally {
      if (!isDone) letGo(stream)
    }
  } finally {
    gone.end()
  }
}

/** Waits for a library, and no longer than our own client does. */
class Gone {
  readonly #signal: AbortSignal | undefined
  readonly #onAbort = () => this.#reject(this.#signal?.reason)
  #reject: (reason: unknown) => void = ignore

  constructor(signal: AbortSignal | undefined) {
    signal?.throwIfAborted()
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    this.#signal = signal
  }

  /** Fails with the reason of the signal; what then still comes goes to `late`. */
  async unless<T>(work: Promise<T>, late: (result: T) => void = ignore): Promise<T> {
    this.#signal?.throwIfAborted()
    return new Promise((resolve, reject) => {
      this.#reject = (reason) => {
        work.then(late, ignore)
        reject(reason)
      }
      work.then(resolve, reject)
    })
  }

  end(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort)
  }
}

function ignore(): void {}

async function assertSame({ seen, stat }: VersionToRead): Promise<void> {
  const now = await stat()
  if (now === undefined || !isSameVersion(seen, now)) throw new FileChangedError()
}

function isSameVersion(seen: FileStat, now: FileStat): boolean {
  return (
    seen.etag === now.etag && seen.size === now.size && seen.modifiedTime?.getTime() === now.modifiedTime?.getTime()
  )
}

function within(chunk: Uint8Array, position: number, { start, end }: ByteRange): Uint8Array {
  return chunk.subarray(Math.max(0, start - position), Math.max(0, end + 1 - position))
}
