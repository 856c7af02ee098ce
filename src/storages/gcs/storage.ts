import type { Storage as GcsClient } from '@google-cloud/storage'
import { ConfigurationError } from '../../errors.js'
import { guessMediaType, OCTET_STREAM } from '../../headers/media-type.js'
import type { Content } from '../content.js'
import { ObjectStorage, type ObjectStorageOptions } from '../object-storage.js'
import type { PresignOptions, SaveOptions } from '../storage.js'
import { gcsFailure, isMissing } from './failure.js'
import { listNames } from './list.js'
import { presign } from './presign.js'
import { ObjectReader } from './read.js'
import { saveObject } from './save.js'
import { GcsService } from './service.js'

/** Options of {@link GoogleCloudStorage}. */
export interface GoogleCloudStorageOptions extends ObjectStorageOptions {
  /** The application's own client, of `@google-cloud/storage`. How often it asks again is set there (`retryOptions`). */
  client: GcsClient
  /** Name of the bucket, which must be there. */
  bucket: string
  /** Project that is billed for the requests, for a bucket whose requester pays. Default: that of the bucket. */
  userProject?: string | undefined
  /** Milliseconds that each answer may take to begin; `0` for ever. Default: 30 s. */
  timeout?: number | undefined
  /** Milliseconds without a byte after which a download is taken up anew; `0` for ever. Default: 30 s. */
  idleTimeout?: number | undefined
}

/**
 * Keeps files in a bucket of Google Cloud Storage.
 *
 * A download is one request. The bytes are those that are stored, also of an object with `Content-Encoding: gzip`, which
 * the service would else unpack on the way, without ranges and with a size that nobody knows. The entity-tag of a file
 * is the generation of its object.
 *
 * @see https://cloud.google.com/storage/docs/json_api
 */
export class GoogleCloudStorage extends ObjectStorage {
  readonly #client: GcsClient
  readonly #bucket: string
  readonly #service: GcsService
  readonly #userProject: string | undefined

  constructor({
    client,
    bucket,
    prefix,
    baseUrl,
    userProject,
    timeout = 30_000,
    idleTimeout = 30_000,
  }: GoogleCloudStorageOptions) {
    if (!bucket) throw new ConfigurationError('GoogleCloudStorage needs the name of a bucket: set `bucket`.')
    const service = new GcsService({ client, bucket, userProject, timeout })
    super(new ObjectReader(service, idleTimeout), { prefix, baseUrl })
    this.#client = client
    this.#bucket = bucket
    this.#service = service
    this.#userProject = userProject
  }

  /**
   * Makes a signed address (V4) that allows reading this file, by the one method that it is made for.
   *
   * A service account with its private key signs by itself; elsewhere the client asks the service to sign, for which the
   * account needs the permission `iam.serviceAccounts.signBlob`.
   *
   * @throws ConfigurationError when the client cannot sign, or for more than seven days.
   */
  async presignedUrl(key: string, options: PresignOptions = {}): Promise<string> {
    const file = this.#client.bucket(this.#bucket).file(this.nameOf(key))
    return presign(file, this.#userProject, options)
  }

  /** The file appears, or is replaced, when all of it has arrived; nothing is left of one that fails. */
  async save(
    key: string,
    content: Content,
    { overwrite = true, contentType, signal }: SaveOptions = {},
  ): Promise<void> {
    const name = this.nameOf(key)
    const type = contentType ?? guessMediaType(key) ?? OCTET_STREAM
    await saveObject(this.#service, { key, name, content, contentType: type, overwrite, signal })
  }

  async delete(key: string): Promise<void> {
    const object = this.nameOf(key)
    try {
      await this.#service.order({ method: 'DELETE', object })
    } catch (error) {
      if (!isMissing(error)) throw gcsFailure(this.#service.what, error)
    }
  }

  protected override listNames(prefix: string): AsyncIterable<string> {
    return listNames(this.#service, prefix)
  }
}
