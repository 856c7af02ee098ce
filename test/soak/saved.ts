import { freshContent } from './content.js'

export const SAVED_KEYS = ['one.bin', 'two.bin', 'a folder/three.bin'] as const

/** The content of a version, as it is saved: in pieces. */
export function* piecesOf(key: string, number: number): Generator<Buffer, void> {
  const content = freshContent(key, number, sizeOf(number))
  for (let at = 0; at < content.length; at += PIECE) yield content.subarray(at, at + PIECE)
}

const PIECE = 64 * 1024

/** Bytes of a version; no two that follow each other have the same. */
export function sizeOf(number: number): number {
  return 20_000 + ((number * 7919) % 2_000_000)
}
