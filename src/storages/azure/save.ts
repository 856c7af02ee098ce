import type { BlobRequestConditions, BlockBlobUploadOptions } from '@azure/storage-blob'
import { FileExistsError } from '../../errors.js'
import { blocksOf } from '../blocks.js'
import { type Content, expectErrors } from '../content.js'
import type { Container } from './container.js'
import { answerOf } from './failure.js'

/** A file to be saved. */
export interface NewBlob {
  readonly key: string
  /** Name of the blob. */
  readonly name: string
  readonly content: Content
  readonly contentType: string | undefined
  readonly overwrite: boolean
  readonly signal: AbortSignal | undefined
}

/** Writes blobs, block by block; the blocks become the file all at once, when the last one is there. */
export class BlobWriter {
  readonly #container: Container
  readonly #blockSize: number

  constructor(container: Container, blockSize: number) {
    this.#container = container
    this.#blockSize = blockSize
  }

  async save(file: NewBlob): Promise<void> {
    const { name, content, signal } = file
    // It is not read before it is asked for, and may fail until then.
    expectErrors(content)
    const blob = this.#container.blob(name)
    const upload = crypto.randomUUID()
    const ids: string[] = []
    for await (const block of blocksOf(content, this.#blockSize, signal)) {
      if (ids.length === 0 && block.length < this.#blockSize) {
        await this.#finish(file, (settings) => blob.upload(block, block.length, settings))
        return
      }
      const id = blockId(upload, ids.length)
      await this.#container.ask((abortSignal) => blob.stageBlock(id, block, block.length, { abortSignal }), signal)
      ids.push(id)
    }
    await this.#finish(file, (settings) => blob.commitBlockList(ids, settings))
  }

  /** Makes the file appear. */
  async #finish(file: NewBlob, write: (settings: BlockBlobUploadOptions) => Promise<unknown>): Promise<void> {
    const { key, contentType, overwrite, signal } = file
    const settings = {
      ...(contentType === undefined ? {} : { blobHTTPHeaders: { blobContentType: contentType } }),
      conditions: overwrite ? {} : IF_NONE,
    }
    try {
      await this.#container.askPlainly((abortSignal) => write({ ...settings, abortSignal }), signal)
    } catch (error) {
      if (!overwrite && EXISTS.has(answerOf(error)?.code)) {
        throw new FileExistsError(`There is a file already under "${key}".`, { cause: error })
      }
      throw this.#container.failure(error, signal)
    }
  }
}

const IF_NONE: BlobRequestConditions = { ifNoneMatch: '*' }

/** How the service calls it that there is a file already. */
const EXISTS: ReadonlySet<string | undefined> = new Set(['BlobAlreadyExists', 'ConditionNotMet'])

/** All of one file must be of one length; those of another `save()` must not be taken for ours. */
function blockId(upload: string, index: number): string {
  return Buffer.from(`${upload}-${String(index).padStart(5, '0')}`).toString('base64')
}
