/**
 * The bytes of one version of a file, which follow from its name and number alone.
 *
 * Each block of 16 bytes has the name, the number, its own place and a check of all three, so that no two versions share a
 * block, and none looks right in another place.
 */
export function contentOf(name: string, number: number, size: number): Buffer {
  const key = `${number} ${name}`
  const known = contents.get(key)
  if (known !== undefined && known.length >= size) {
    // Used last, dropped last.
    contents.delete(key)
    contents.set(key, known)
    return known.subarray(0, size)
  }
  const made = freshContent(name, number, size)
  keep(key, made)
  return made
}

const BLOCK = 16

/** The same, made anew: nothing is kept of it. */
export function freshContent(name: string, number: number, size: number): Buffer {
  const hash = hashOf(name)
  const words = new Uint32Array(Math.ceil(size / BLOCK) * 4)
  for (let index = 0, at = 0; at < words.length; index++, at += 4) {
    words[at] = hash
    words[at + 1] = number
    words[at + 2] = index
    words[at + 3] = Math.imul(index ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + hash, 0xc2b2ae35)
  }
  return Buffer.from(words.buffer, 0, size)
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/** Those that were asked for last. */
const contents = new Map<string, Buffer>()
let held = 0
/** Bytes. */
const MAX_HELD = 64 * 1024 * 1024

function keep(key: string, content: Buffer): void {
  held += content.length - (contents.get(key)?.length ?? 0)
  contents.set(key, content)
  for (const [oldest, { length }] of contents) {
    if (held <= MAX_HELD) return
    contents.delete(oldest)
    held -= length
  }
}
