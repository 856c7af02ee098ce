import type { BigIntStats } from 'node:fs'

/**
 * Remembers which files were read lately, in very little room: some thousands of them, by their number on the disk.
 *
 * It errs where two disks have the same number, or where others came between. That costs or spares one reading.
 */
export class RecentFiles {
  readonly #numbers = new Uint32Array(SLOTS)

  /** Tells whether a file is among them; from now on it is. */
  knows({ ino }: BigIntStats): boolean {
    const number = Number(BigInt.asUintN(32, ino))
    const slot = number % SLOTS
    const isKnown = this.#numbers[slot] === number
    this.#numbers[slot] = number
    return isKnown
  }
}

/** About as many as there is room for by default; 128 KiB. */
const SLOTS = 32 * 1024
