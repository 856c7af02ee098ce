import { createHash } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { type Fixtures, noise } from '../adapters/fixtures.js'
import type { RawConnection } from '../http/raw.js'

export const KIB = 1024
export const MIB = 1024 * KIB

const NOISE = noise(MIB + 7)

/** Writes a file of that size in which no two places look alike. */
export function writeNoise(fixtures: Fixtures, name: string, size: number): string {
  const path = fixtures.write(name, '')
  const file = openSync(path, 'w')
  // Not a whole number of pages, so that each place in a page has other bytes each time.
  for (let left = size; left > 0; left -= NOISE.length) writeSync(file, NOISE, 0, Math.min(left, NOISE.length))
  closeSync(file)
  return path
}

/** The hash of the bytes that {@link writeNoise} puts in a range. */
export function hashOfNoise(start: number, end: number): string {
  const hash = createHash('sha256')
  for (let position = start; position <= end; ) {
    const from = position % NOISE.length
    const piece = NOISE.subarray(from, Math.min(NOISE.length, from + end - position + 1))
    hash.update(piece)
    position += piece.length
  }
  return hash.digest('hex')
}

/** Reads so many bytes from a connection and gives their hash, or how many came when they were fewer. */
export async function hashOfBody(connection: RawConnection, length: number): Promise<string> {
  const hash = createHash('sha256')
  let left = length
  while (left > 0) {
    const bytes = await connection.take(Math.min(left, 256 * KIB))
    if (bytes.length === 0) return `only ${length - left} bytes`
    hash.update(bytes)
    left -= bytes.length
  }
  return hash.digest('hex')
}
