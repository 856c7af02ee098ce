import { randomUUID } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type Content, chunksOf, expectErrors } from '../content.js'
import { diskError } from '../disk/error.js'

/** Content that has come to its end, so that its length is known and nothing in it can fail any more. */
export interface Spooled {
  /** Bytes. */
  readonly length: number
  /** All of them, where there are few. */
  readonly bytes: Buffer | undefined
  /** Reads them. */
  stream(): Readable
}

/**
 * Reads all of the content before a library sees any of it, and lets go of it afterwards.
 *
 * The libraries begin to replace a file with the first piece: where a later one never comes, the old file is lost.
 * Up to a megabyte waits in memory, more than that in a temporary file that only this user can read.
 */
export async function spooled<T>(
  content: Content,
  signal: AbortSignal | undefined,
  use: (spool: Spooled) => Promise<T>,
): Promise<T> {
  expectErrors(content)
  const spool = new Spool()
  try {
    for await (const chunk of chunksOf(content, signal)) {
      signal?.throwIfAborted()
      await spool.add(chunk)
    }
    signal?.throwIfAborted()
    return await use(await spool.end())
  } finally {
    await spool.remove()
  }
}

class Spool {
  #chunks: Uint8Array[] = []
  #waiting = 0
  #length = 0
  #file: FileHandle | undefined

  async add(chunk: Uint8Array): Promise<void> {
    // A copy: the content may be written over once the next piece is asked for.
    this.#chunks.push(Buffer.from(chunk))
    this.#waiting += chunk.length
    this.#length += chunk.length
    if (this.#waiting > MOST_IN_MEMORY) await this.#write()
  }

  async end(): Promise<Spooled> {
    if (this.#file !== undefined) await this.#write()
    const file = this.#file
    if (file !== undefined) {
      return {
        length: this.#length,
        bytes: undefined,
        stream: () => file.createReadStream({ start: 0, autoClose: false }),
      }
    }
    const bytes = Buffer.concat(this.#chunks)
    return { length: bytes.length, bytes, stream: () => Readable.from(bytes.length === 0 ? [] : [bytes]) }
  }

  async remove(): Promise<void> {
    await this.#file?.close()
  }

  async #write(): Promise<void> {
    const bytes = Buffer.concat(this.#chunks)
    this.#chunks = []
    this.#waiting = 0
    try {
      this.#file ??= await unnamedFile()
      await this.#file.appendFile(bytes)
    } catch (error) {
      throw diskError(error, 'The folder for temporary files failed.')
    }
  }
}

/** A file without a name goes away with its last descriptor, however this process ends. */
async function unnamedFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `downloadview-${randomUUID()}`)
  const file = await open(path, 'ax+', 0o600)
  await rm(path)
  return file
}

/** Bytes. */
const MOST_IN_MEMORY = 1024 * 1024
