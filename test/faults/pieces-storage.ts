import { MemoryStorage } from '../../src/storages/memory.js'
import type { FetchedFile, FetchOptions, ReadOptions } from '../../src/storages/storage.js'
import { noise } from '../adapters/fixtures.js'

/** More than any buffer between a server and its client holds before the first drain. */
export const BYTES = noise(400_000)
const PIECE = 50_000

/** Gives files in pieces, and knows who reads them. */
export class PiecesStorage extends MemoryStorage {
  /** Readings that have begun and not ended. */
  reading = 0
  /** Readings that have begun, ever. */
  opened = 0

  /** One with the {@link BYTES} under `file.bin`. */
  static async filled<S extends PiecesStorage>(this: new () => S): Promise<S> {
    const storage = new this()
    await storage.save('file.bin', BYTES)
    return storage
  }

  override async *open(key: string, options?: ReadOptions): AsyncGenerator<Uint8Array, void, undefined> {
    this.opened++
    this.reading++
    try {
      for await (const bytes of super.open(key, options)) {
        for (let at = 0; at < bytes.length; at += PIECE) {
          options?.signal?.throwIfAborted()
          yield bytes.subarray(at, at + PIECE)
        }
      }
    } finally {
      this.reading--
    }
  }
}

/** Seems to be elsewhere: tells of a file and begins to read it in one round trip. */
export class RemotePiecesStorage extends PiecesStorage {
  async fetch(key: string, { range, signal }: FetchOptions = {}): Promise<FetchedFile | undefined> {
    const stat = await this.stat(key)
    if (stat?.size === undefined) return undefined
    const wanted =
      range !== undefined && 'start' in range ? { start: range.start, end: range.end ?? stat.size - 1 } : undefined
    const pieces = this.open(key, { range: wanted, seen: stat, signal })
    return {
      stat,
      body: { range: wanted, [Symbol.asyncIterator]: () => pieces, cancel: () => void pieces.return() },
    }
  }
}
