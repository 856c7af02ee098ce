import { Buffer } from 'node:buffer'
import { StorageFile } from '../files/storage.js'
import type { ByteRange } from '../headers/range.js'
import type { Storage } from '../storages/storage.js'
import type { Canary } from './canary.js'

/**
 * A canary as the application sees it.
 *
 * Its bytes tell who sent them: the application itself sends others than the file has. Headers could not tell, since
 * some servers drop them when they take over and some do not.
 */
export class CanaryFile extends StorageFile {
  readonly #canary: Canary

  constructor(canary: Canary, storage: Storage) {
    super(storage, canary.key)
    this.#canary = canary
  }

  override async *open(range?: ByteRange): AsyncGenerator<Uint8Array, void, undefined> {
    const { streamed } = this.#canary
    yield range === undefined ? streamed : streamed.subarray(range.start, range.end + 1)
  }

  /** Tells whether the file has the bytes that it should have. */
  async hasContent(signal?: AbortSignal): Promise<boolean> {
    const { content } = this.#canary
    const { size } = await this.stat()
    if (size !== undefined && size !== content.length) return false
    const chunks: Uint8Array[] = []
    for await (const chunk of super.open({ start: 0, end: content.length - 1 }, signal)) chunks.push(chunk)
    return Buffer.concat(chunks).equals(content)
  }
}
