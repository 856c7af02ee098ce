import type { BlobServiceClient } from '@azure/storage-blob'
import { ConfigurationError } from '../../errors.js'
import { guessMediaType } from '../../headers/media-type.js'
import type { Content } from '../content.js'
import { ObjectStorage, type ObjectStorageOptions } from '../object-storage.js'
import type { PresignOptions, SaveOptions } from '../storage.js'
import { isFolder } from './answer.js'
import { Container } from './container.js'
import { BlobSigner } from './presign.js'
import { BlobReader } from './read.js'
import { BlobWriter } from './save.js'

/** Options of {@link AzureBlobStorage}. */
export interface AzureBlobStorageOptions extends ObjectStorageOptions {
  /** The application's own client, of `@azure/storage-blob`. How often it asks again is set there (`retryOptions`). */
  client: BlobServiceClient
  /** Name of the container, which must be there. */
  container: string
  /** Milliseconds that an answer may take to begin, further attempts of the SDK included; `0` for ever. Default: 30 s. */
  timeout?: number | undefined
  /** Milliseconds without a byte after which a download is taken up anew; `0` for ever. Default: 30 s. */
  idleTimeout?: number | undefined
  /**
   * Bytes that a `save()` holds in memory and sends at a time, each within {@link timeout}. A file has at most 50 000
   * such blocks. Default: 4 MiB.
   */
  blockSize?: number | undefined
}

/**
 * Keeps files in a container of Azure Blob Storage, or of a server that speaks its protocol.
 *
 * A download is one request; only the last bytes of a file (`Range: bytes=-500`) take two, since the service knows no
 * such range. The bytes are those that are stored, whatever `Content-Encoding` they have.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
 */
export class AzureBlobStorage extends ObjectStorage {
  readonly #container: Container
  readonly #writer: BlobWriter
  readonly #signer: BlobSigner

  constructor({
    client,
    container,
    prefix,
    baseUrl,
    timeout = 30_000,
    idleTimeout = 30_000,
    blockSize = 4 * MIB,
  }: AzureBlobStorageOptions) {
    if (!container) throw new ConfigurationError('AzureBlobStorage needs the name of a container: set `container`.')
    if (!(blockSize >= 1 && blockSize <= LARGEST_BLOCK)) {
      throw new ConfigurationError(`blockSize must be 1 to ${LARGEST_BLOCK} bytes, got ${blockSize}.`)
    }
    const there = new Container({ client, container, timeout })
    super(new BlobReader(there, idleTimeout), { prefix, baseUrl })
    this.#container = there
    this.#writer = new BlobWriter(this.#container, blockSize)
    this.#signer = new BlobSigner(this.#container)
  }

  /**
   * Makes an address with a shared access signature that allows reading this file, for GET and HEAD.
   *
   * A client with an account key signs by itself. One with a token gets a key for that from the service, which takes the
   * role "Storage Blob Delegator" or one that includes it, and keeps it for the next addresses.
   *
   * @throws ConfigurationError when the client has neither, or for more than seven days with a token.
   */
  async presignedUrl(key: string, options: PresignOptions = {}): Promise<string> {
    return this.#signer.sign(this.nameOf(key), options)
  }

  /**
   * The file appears, or is replaced, when all of it has arrived; what a failure leaves is never seen, and dropped by the
   * service. Of several that are larger than a block and saved to one key in the same moment, one is kept and the others
   * throw.
   */
  async save(
    key: string,
    content: Content,
    { overwrite = true, contentType, signal }: SaveOptions = {},
  ): Promise<void> {
    const name = this.nameOf(key)
    await this.#writer.save({
      key,
      name,
      content,
      contentType: contentType ?? guessMediaType(key),
      overwrite,
      signal,
    })
  }

  /** A file with snapshots is not deleted: who made them must delete them. */
  async delete(key: string): Promise<void> {
    const blob = this.#container.blob(this.nameOf(key))
    await this.#container.ask((abortSignal) => blob.deleteIfExists({ abortSignal }))
  }

  /** Leaves out blobs that stand for a folder. */
  protected override async *listNames(prefix: string): AsyncGenerator<string, void, undefined> {
    const pages = this.#container.client.listBlobsFlat({ prefix, includeMetadata: true }).byPage()
    for (;;) {
      // Only the asking: what the reader of the list throws is its own.
      const { done, value } = await this.#container.ask(() => pages.next())
      if (done) return
      for (const { name, metadata } of value.segment.blobItems) if (!isFolder(metadata)) yield name
    }
  }
}

const MIB = 1024 * 1024

/** Bytes that the service takes in one block. */
const LARGEST_BLOCK = 4000 * MIB
