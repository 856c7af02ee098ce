import { BodyError } from '../errors.js'
import { type ByteRange, rangeLength } from '../headers/range.js'
import type { LocalBody } from '../responses/reply.js'
import { diskError } from '../storages/disk/error.js'
import type { RetainedFile } from '../storages/storage.js'
import type { BodyPiece, PieceReader } from './body-reader.js'
import { type Buffers, LITTLE } from './buffer-pool.js'

/**
 * Reads ranges of a file on the local disk: in large pieces, and ahead, for clients that take them quickly, and in small
 * ones for those that do not. What a client has not taken yet stays in memory.
 *
 * The last piece is only given when the file is still what it was at the start, so that a file rewritten or cut under way
 * never yields a body that looks whole. The file is released by {@link close}.
 */
export class LocalReader implements PieceReader {
  readonly file: RetainedFile
  #parts: LocalBody['parts']
  readonly #pool: Buffers | undefined
  readonly #now: () => number
  /** Bytes of the file, in all. */
  readonly #wanted: number
  /** Index of the part that is read, and how many of its bytes were. */
  #part = 0
  #offset = 0
  /** The reading that is under way, or that came to its end before anybody asked. */
  #reading: Promise<BodyPiece | undefined> | undefined
  #givenAt: number | undefined
  #pace: 'new' | 'quick' | 'slow' = 'new'
  #isClosed = false

  constructor(
    file: RetainedFile,
    parts: LocalBody['parts'],
    pool?: Buffers | undefined,
    now: () => number = () => performance.now(),
  ) {
    this.file = file
    this.#parts = parts
    this.#pool = pool
    this.#now = now
    this.#wanted = parts.reduce((sum, part) => (part instanceof Uint8Array ? sum : sum + rangeLength(part)), 0)
  }

  async next(): Promise<BodyPiece | undefined> {
    this.#assertOpen()
    if (this.#givenAt !== undefined) this.#pace = this.#now() - this.#givenAt < QUICK ? 'quick' : 'slow'
    this.#reading ??= this.#read()
    const piece = await this.#reading
    this.#assertOpen()
    this.#reading = undefined
    if (this.#pace === 'quick' && piece?.isLast === false && piece.bytes.length > LITTLE) this.#readAhead()
    this.#givenAt = this.#now()
    return piece
  }

  /** What is to be read. */
  get parts(): LocalBody['parts'] {
    return this.#parts
  }

  /** Leaves out what was sent in another way. Only before anything is read. */
  leave(rest: LocalBody['parts']): void {
    this.#parts = rest
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    const release = () => this.file.release()
    if (this.#reading === undefined) release()
    else this.#reading.then((piece) => piece?.onSent?.()).then(release, release)
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new BodyError('The reading was ended.', { code: 'ABORTED' })
  }

  #readAhead(): void {
    this.#reading = this.#read()
    // Whoever asks for the piece learns of it.
    this.#reading.catch(() => {})
  }

  async #read(): Promise<BodyPiece | undefined> {
    const part = this.#parts[this.#part]
    if (part === undefined) return undefined
    const piece: Omit<BodyPiece, 'isLast'> = part instanceof Uint8Array ? { bytes: part } : await this.#readRange(part)
    this.#offset += piece.bytes.length
    if (this.#offset === lengthOf(part)) {
      this.#part++
      this.#offset = 0
    }
    const isLast = this.#part === this.#parts.length
    if (isLast) await this.#lookOnceMore(piece)
    return { ...piece, isLast }
  }

  async #lookOnceMore({ onSent }: Omit<BodyPiece, 'isLast'>): Promise<void> {
    try {
      await this.file.assertUnchanged()
    } catch (error) {
      onSent?.()
      throw error
    }
  }

  async #readRange(range: ByteRange): Promise<Omit<BodyPiece, 'isLast'>> {
    const left = rangeLength(range) - this.#offset
    const buffer = left <= SMALL ? undefined : this.#takeBuffer()
    const onSent = buffer && (() => this.#pool?.give(buffer))
    const bytes = buffer?.subarray(0, left) ?? Buffer.allocUnsafeSlow(Math.min(SMALL, left))
    try {
      await this.file.readInto(bytes, range.start + this.#offset, this.#wanted)
      return { bytes, onSent }
    } catch (error) {
      onSent?.()
      throw diskError(error)
    }
  }

  /** Ten thousand may be slow, or wait until others have given large ones back. */
  #takeBuffer(): Buffer | undefined {
    return (this.#pace === 'slow' ? undefined : this.#pool?.take()) ?? this.#pool?.takeLittle()
  }
}

/** Cuts what is sent out of a whole file that is in memory. */
export function partsOf(content: Uint8Array, parts: LocalBody['parts']): Uint8Array {
  if (parts.length !== 1) return Buffer.concat(parts.map((part) => cut(content, part)))
  return cut(content, parts[0] as LocalBody['parts'][number])
}

function cut(content: Uint8Array, part: LocalBody['parts'][number]): Uint8Array {
  if (part instanceof Uint8Array) return part
  const isAll = part.start === 0 && part.end + 1 === content.length
  return isAll ? content : content.subarray(part.start, part.end + 1)
}

/** Bytes of a piece where there is no pool, and up to which none is worth a buffer of it. */
const SMALL = 32 * 1024
/** Milliseconds in which a quick client takes a piece. */
const QUICK = 100

function lengthOf(part: LocalBody['parts'][number]): number {
  return part instanceof Uint8Array ? part.length : rangeLength(part)
}
