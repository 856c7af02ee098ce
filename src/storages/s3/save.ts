import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  type UploadPartCommandOutput,
} from '@aws-sdk/client-s3'
import { FileExistsError, StorageError } from '../../errors.js'
import { blocksOf } from '../blocks.js'
import { type Content, discard, expectErrors } from '../content.js'
import type { FileStat } from '../storage.js'
import type { Bucket } from './bucket.js'
import { statusOf } from './failure.js'
import type { S3SaveParams } from './params.js'

/** How an object is written. */
export interface ObjectWriterOptions {
  readonly partSize: number
  readonly params: S3SaveParams
  /** Tells of an object, or `undefined` when there is none. */
  stat(key: string, signal: AbortSignal | undefined): Promise<FileStat | undefined>
}

/** What is written. */
export interface NewObject {
  readonly key: string
  readonly content: Content
  readonly contentType: string | undefined
  /** Fails when there is an object under the key. */
  readonly ifNone: boolean
  readonly signal: AbortSignal | undefined
}

/**
 * Writes objects of a bucket, whatever their size, with one part of them in memory at a time.
 *
 * A part goes as bytes and never as a stream: the SDK can then send it again after a failure, and computes its checksum
 * before the request instead of in a trailer, which few servers but Amazon's understand.
 */
export class ObjectWriter {
  readonly #bucket: Bucket
  readonly #options: ObjectWriterOptions
  /** Whether the server knows `If-None-Match` on uploads, as far as we have seen. */
  #hasConditions = true

  constructor(bucket: Bucket, options: ObjectWriterOptions) {
    this.#bucket = bucket
    this.#options = options
  }

  async save(object: NewObject): Promise<void> {
    const { content, ifNone, signal } = object
    // It is read only when there is somewhere to put it, and may fail until then.
    expectErrors(content)
    if (ifNone) {
      // Before all of it is uploaded in vain.
      await this.#refuseExisting(object).catch((error: unknown) => {
        discard(content)
        throw error
      })
    }
    const { partSize } = this.#options
    const parts = blocksOf(content, partSize, signal)
    try {
      // There is always one.
      const first = (await parts.next()).value as Uint8Array
      if (first.length < partSize) await this.#put(object, first)
      else await this.#putParts(object, prefixed(first, parts))
    } finally {
      await parts.return()
    }
  }

  #put(object: NewObject, bytes: Uint8Array): Promise<unknown> {
    const input = {
      ...this.#bucket.params,
      ...this.#options.params,
      Key: object.key,
      Body: bytes,
      ContentLength: bytes.length,
      ContentType: object.contentType,
    }
    return this.#finish(
      object,
      bytes.length,
      (condition) => (client, options) => client.send(new PutObjectCommand({ ...input, ...condition }), options),
    )
  }

  async #putParts(object: NewObject, parts: AsyncIterable<Uint8Array>): Promise<void> {
    const { key, signal } = object
    const target = { ...this.#bucket.params, Key: key, UploadId: await this.#begin(object) }
    try {
      const done: CompletedPart[] = []
      for await (const bytes of parts) done.push(await this.#putPart(target, done.length + 1, bytes, signal))
      const input = { ...target, MultipartUpload: { Parts: done } }
      await this.#finish(
        object,
        done.length * this.#options.partSize,
        (condition) => (client, options) =>
          client.send(new CompleteMultipartUploadCommand({ ...input, ...condition }), options),
      )
    } catch (error) {
      // Parts that are left behind cost money and can be seen by nobody.
      const command = new AbortMultipartUploadCommand(target)
      await this.#bucket.ask((client, options) => client.send(command, options)).catch(() => {})
      throw error
    }
  }

  /** The request that makes the object appear. */
  async #finish(object: NewObject, bytes: number, send: (condition: Condition) => Send): Promise<void> {
    const { ifNone, signal } = object
    const condition: Condition = ifNone && this.#hasConditions ? { IfNoneMatch: '*' } : {}
    try {
      // Some servers overlook the condition where an upload in parts ends.
      if (ifNone && (!this.#hasConditions || bytes >= this.#options.partSize)) await this.#refuseExisting(object)
      await this.#bucket.ask(send(condition), signal, bytes)
    } catch (error) {
      const status = statusOf(error)
      if (status === 501 && condition.IfNoneMatch !== undefined) {
        this.#hasConditions = false
        return this.#finish(object, bytes, send)
      }
      // Amazon answers 409 while another upload to the same key is about to end.
      if (ifNone && (status === 412 || status === 409)) throw existsAlready(error)
      throw this.#bucket.failure(error, signal)
    }
  }

  async #refuseExisting({ key, signal }: NewObject): Promise<void> {
    if ((await this.#options.stat(key, signal)) !== undefined) throw existsAlready()
  }

  /** Not ended by a signal: an upload that the server began while we left could not be taken back. */
  async #begin({ key, contentType, signal }: NewObject): Promise<string> {
    const { client, params } = this.#bucket
    const command = new CreateMultipartUploadCommand({
      ...params,
      ChecksumAlgorithm:
        (await client.config.requestChecksumCalculation?.()) === 'WHEN_SUPPORTED' ? 'CRC32' : undefined,
      ...this.#options.params,
      Key: key,
      ContentType: contentType,
    })
    signal?.throwIfAborted()
    try {
      const { UploadId } = await this.#bucket.ask((client, options) => client.send(command, options))
      return UploadId as string
    } catch (error) {
      throw this.#bucket.failure(error)
    }
  }

  async #putPart(
    target: UploadTarget,
    number: number,
    bytes: Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<CompletedPart> {
    const { partSize } = this.#options
    if (number > MAX_PARTS) {
      throw new StorageError(
        `The file is larger than ${MAX_PARTS} parts of ${partSize} bytes. Give S3Storage a larger \`partSize\`.`,
        { code: 'FILE_TOO_LARGE' },
      )
    }
    const command = new UploadPartCommand({
      ...target,
      ChecksumAlgorithm: this.#options.params.ChecksumAlgorithm,
      PartNumber: number,
      Body: bytes,
      ContentLength: bytes.length,
    })
    try {
      const part = await this.#bucket.ask((client, options) => client.send(command, options), signal, bytes.length)
      return { ...checksumsOf(part), PartNumber: number, ETag: part.ETag }
    } catch (error) {
      throw this.#bucket.failure(error, signal)
    }
  }
}

function existsAlready(cause?: unknown): FileExistsError {
  return new FileExistsError('There is a file already under this key.', { cause })
}

/** The upload is ended with what the server was told of each part. */
function checksumsOf(part: UploadPartCommandOutput): CompletedPart {
  const { ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 } = part
  return { ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 }
}

type Send = Parameters<Bucket['ask']>[0]

interface Condition {
  readonly IfNoneMatch?: '*'
}

type UploadTarget = Bucket['params'] & { readonly Key: string; readonly UploadId: string }

/** Of S3 itself. */
const MAX_PARTS = 10_000

async function* prefixed<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  yield first
  yield* rest
}
