import { remoteFileTooLarge } from '../limits/errors.js'
import type { BodyPiece, PieceReader } from './body-reader.js'

/** Breaks a body off that turns out to be larger than allowed. */
export class SizedReader implements PieceReader {
  readonly #reader: PieceReader
  readonly #maxSize: number
  #first: BodyPiece | undefined
  #size = 0

  constructor(reader: PieceReader, first: BodyPiece | undefined, maxSize: number) {
    this.#reader = reader
    this.#first = first
    this.#maxSize = maxSize
  }

  async next(): Promise<BodyPiece | undefined> {
    const piece = this.#first ?? (await this.#reader.next())
    this.#first = undefined
    this.#size += piece?.bytes.length ?? 0
    if (this.#size <= this.#maxSize) return piece
    piece?.onSent?.()
    throw remoteFileTooLarge(this.#maxSize)
  }

  close(): void {
    this.#first?.onSent?.()
    this.#reader.close()
  }
}
