import { createCipheriv } from 'node:crypto'

/** Bytes that look random and are always the same, a mebibyte at a time. */
export function* randomBytes(size: number): Generator<Uint8Array> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16))
  for (let left = size; left > 0; left -= PIECE.length) yield cipher.update(PIECE.subarray(0, left))
}

const PIECE = Buffer.alloc(2 ** 20)
