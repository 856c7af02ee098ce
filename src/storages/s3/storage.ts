import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { ConfigurationError } from '../../errors.js'
import { guessMediaType } from '../../headers/media-type.js'
import type { Content } from '../content.js'
import { ObjectStorage, type ObjectStorageOptions } from '../object-storage.js'
import type { PresignOptions, SaveOptions } from '../storage.js'
import { Bucket } from './bucket.js'
import { createClient, type S3Connection } from './connect.js'
import { statusOf } from './failure.js'
import { listNames } from './list.js'
import type { S3RequestParams, S3SaveParams } from './params.js'
import { presign } from './presign.js'
import { ObjectReader } from './read.js'
import { ObjectWriter } from './save.js'

/** Options of {@link S3Storage}. */
export interface S3StorageOptions extends ObjectStorageOptions {
  /** The application's own client, of `@aws-sdk/client-s3`. {@link S3Storage.connect} makes one. */
  client: S3Client
  /** Name of the bucket. */
  bucket: string
  /** Milliseconds that an answer may take to begin, further attempts of the SDK included; `0` for ever. Default: 30 s. */
  timeout?: number | undefined
  /** Milliseconds without a byte after which a download is taken up anew; `0` for ever. Default: 30 s. */
  idleTimeout?: number | undefined
  /** Bytes that are uploaded at a time, at least 5 MiB; a file has at most 10 000 such parts. Default: 8 MiB. */
  partSize?: number | undefined
  /** What goes with every request, such as `RequestPayer`. */
  params?: S3RequestParams | undefined
  /** What goes with every file that is saved, such as `StorageClass`. */
  saveParams?: S3SaveParams | undefined
}

/** Options of {@link S3Storage.connect}. */
export interface S3ConnectOptions extends S3Connection, Omit<S3StorageOptions, 'client'> {}

/**
 * Keeps files in a bucket of Amazon S3, or of any server that speaks its protocol.
 *
 * A download is one request to the bucket, whatever it asks for. When the connection breaks off under way, the rest of
 * the same version is asked for; when that is gone, the download fails and never becomes a mix of two versions.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/
 */
export class S3Storage extends ObjectStorage {
  readonly #bucket: Bucket
  readonly #writer: ObjectWriter
  /** The client that {@link connect} made, which nobody else can end. */
  #own: S3Client | undefined

  /** Makes a storage with a client of its own, set up for any server of the protocol; {@link close} ends it. */
  static connect({ endpoint, region, credentials, clientConfig, ...options }: S3ConnectOptions): S3Storage {
    const client = createClient({ endpoint, region, credentials, clientConfig })
    const storage = new S3Storage({ client, ...options })
    storage.#own = client
    return storage
  }

  constructor({
    client,
    bucket,
    prefix,
    baseUrl,
    timeout = 30_000,
    idleTimeout = 30_000,
    partSize = 8 * MIB,
    params = {},
    saveParams = {},
  }: S3StorageOptions) {
    if (!bucket) throw new ConfigurationError('S3Storage needs the name of a bucket: set `bucket`.')
    if (!(Number.isSafeInteger(partSize) && partSize >= 5 * MIB)) {
      throw new ConfigurationError(`partSize must be whole bytes, at least 5 MiB, got ${partSize}.`)
    }
    const there = new Bucket({ client, bucket, params, timeout })
    const reader = new ObjectReader(there, idleTimeout)
    super(reader, { prefix, baseUrl })
    this.#bucket = there
    this.#writer = new ObjectWriter(there, {
      partSize,
      params: saveParams,
      stat: (name, signal) => reader.stat(name, signal),
    })
  }

  /** Signs an address, which needs the package `@aws-sdk/s3-request-presigner`. */
  async presignedUrl(key: string, options: PresignOptions = {}): Promise<string> {
    return presign(this.#bucket, this.nameOf(key), options)
  }

  /**
   * The object appears, or is replaced, when all of it has arrived. With `overwrite: false`, a server that does not know
   * `If-None-Match` on uploads lets the last win of several that end in the same moment.
   */
  async save(
    key: string,
    content: Content,
    { overwrite = true, contentType, signal }: SaveOptions = {},
  ): Promise<void> {
    await this.#writer.save({
      key: this.nameOf(key),
      content,
      contentType: contentType ?? guessMediaType(key),
      ifNone: !overwrite,
      signal,
    })
  }

  async delete(key: string): Promise<void> {
    const command = new DeleteObjectCommand({ ...this.#bucket.params, Key: this.nameOf(key) })
    try {
      await this.#bucket.ask((client, options) => client.send(command, options))
    } catch (error) {
      if (statusOf(error) !== 404) throw this.#bucket.failure(error)
    }
  }

  /** Ends the client that {@link connect} made; one of your own is yours to end. */
  close(): void {
    this.#own?.destroy()
  }

  protected override listNames(prefix: string): AsyncIterable<string> {
    return listNames(this.#bucket, prefix)
  }
}

const MIB = 1024 * 1024
