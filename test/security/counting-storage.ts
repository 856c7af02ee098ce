import assert from 'node:assert/strict'
import { MemoryStorage } from '../../src/storages/memory.js'
import type { FileStat, ReadOptions } from '../../src/storages/storage.js'
import { noise } from '../adapters/fixtures.js'

/** A storage with one file under every key, that counts what is asked of it. */
export class CountingStorage extends MemoryStorage {
  stats = 0
  reads = 0
  given = 0
  readonly #content: Buffer

  constructor(size: number) {
    super()
    this.#content = noise(size)
  }

  /** The bytes from one to another, both included. */
  bytes(first = 0, last = this.#content.length - 1): Buffer {
    return this.#content.subarray(first, last + 1)
  }

  override async stat(): Promise<FileStat> {
    this.stats++
    return { size: this.#content.length, etag: '"counted"' }
  }

  override async *open(_key: string, { range }: ReadOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    this.reads++
    const bytes = this.bytes(range?.start, range?.end)
    for (let at = 0; at < bytes.length; at += PIECE) {
      const piece = bytes.subarray(at, at + PIECE)
      this.given += piece.length
      yield piece
    }
  }

  forget(): void {
    this.stats = 0
    this.reads = 0
    this.given = 0
  }

  /** Fails when one reply took more than a download of the whole does, but for the headers of so many parts. */
  assertModest(what: string, sent: number): void {
    const { length } = this.#content
    assert.ok(this.stats <= 2, `${what}: looked at ${this.stats} times`)
    assert.ok(this.reads <= MOST_PARTS, `${what}: read ${this.reads} times`)
    assert.ok(this.given <= length, `${what}: ${this.given} bytes read of a file of ${length}`)
    assert.ok(sent <= length + SLACK, `${what}: ${sent} bytes sent of a file of ${length}`)
  }
}

const PIECE = 16 * 1024
/** More parts than these are answered with the whole file. */
const MOST_PARTS = 200
/** For what stands between the parts. */
const SLACK = 4096

/** Headers that ask for as many ranges as there is room for. */
export function manyRanges(room: number): [what: string, range: string][] {
  return Object.entries(PATTERNS).map(([what, write]) => {
    const parts: string[] = []
    for (let length = 6, index = 0; ; index++) {
      const part = write(index)
      length += part.length + 1
      if (length > room) return [`${parts.length} ranges, ${what}`, `bytes=${parts.join(',')}`]
      parts.push(part)
    }
  })
}

const PATTERNS: Readonly<Record<string, (index: number) => string>> = {
  'all the first byte': () => '0-0',
  'all the last byte': () => '-1',
  'all to the end': () => '0-',
  'each a little later to the end': (index) => `${index}-`,
  'side by side': (index) => `${index}-${index}`,
  'with gaps': (index) => `${index * 3}-${index * 3}`,
  'backwards with gaps': (index) => `${99_990 - index * 3}-${99_990 - index * 3}`,
  overlapping: (index) => `${index}-${index + 50_000}`,
  'beyond the end': () => '999999-',
  'one of them good': (index) => (index === 7 ? '5-6' : '999999-'),
  'empty ones': () => '',
  'with blanks': () => '  ',
}
