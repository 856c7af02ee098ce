import type { Readable } from 'node:stream'
import type { FileStorage } from '@flystorage/file-storage'
import { ConfigurationError, InvalidKeyError } from '../../errors.js'
import { guessMediaType, OCTET_STREAM } from '../../headers/media-type.js'
import { BridgedStorage, type BridgeOptions, type StreamLibrary } from '../bridges/bridged-storage.js'
import type { Spooled } from '../bridges/spool.js'
import type { FileStat, PresignOptions, Storage } from '../storage.js'

/** Options of {@link fromFlystorage}. */
export interface FlystorageOptions extends BridgeOptions {
  /**
   * A checksum that the adapter knows without reading the file, to tell versions apart: `'etag'` with the adapters for
   * buckets. It costs one more request each time. Default: size and time of the last change tell versions apart.
   */
  checksum?: string | undefined
  /** `false` for an adapter that signs no addresses, as the local one without a generator. Default: `true`. */
  presigned?: boolean | undefined
}

/**
 * Takes a file storage of Flystorage for a storage.
 *
 * - Files are read from their start: clients are offered no ranges.
 * - Size and time of the last change tell versions apart, which buckets know in whole seconds. See
 *   {@link FlystorageOptions.checksum}.
 * - The local adapter writes over files where they are. Two saves of this process never mix, and a download that meets a
 *   save fails rather than mix; another process may see half a file, and a crash may leave one.
 * - When a client goes early, the local adapter is read on to the end of the file, since it would otherwise keep the file
 *   open for ever. Files of gigabytes are better served by `FileSystemStorage`, over the same folder.
 * - The storage's path normalizer must leave canonical keys as they are, as the one that it brings does.
 * - Nothing keeps two processes from saving one key with `overwrite: false`.
 *
 * @see https://flystorage.dev
 */
export function fromFlystorage(
  storage: FileStorage,
  { presigned = true, checksum, ...options }: FlystorageOptions = {},
): Storage {
  return new BridgedStorage(presigned ? new SigningFiles(storage, checksum) : new Files(storage, checksum), options)
}

class Files implements StreamLibrary {
  readonly what = 'The storage of Flystorage'
  protected readonly storage: FileStorage
  readonly #checksum: string | undefined

  constructor(storage: FileStorage, checksum: string | undefined) {
    this.storage = storage
    this.#checksum = checksum
  }

  assertKey(key: string): void {
    if (REFUSED.test(key)) throw new InvalidKeyError('Flystorage takes no key with invisible characters.')
    if (key.includes('../')) throw new InvalidKeyError('Flystorage takes no folder for a name that ends in "..".')
  }

  async stat(key: string, signal?: AbortSignal): Promise<FileStat | undefined> {
    const options = signal === undefined ? {} : { abortSignal: signal }
    const stat = await this.storage.stat(key, options)
    if (!stat.isFile) return undefined
    const { size, lastModifiedMs, mimeType } = stat
    return {
      size,
      modifiedTime: lastModifiedMs === undefined ? undefined : new Date(lastModifiedMs),
      etag: await this.#etag(key, size, lastModifiedMs, options),
      contentType: mimeType,
      seekable: false,
    }
  }

  read(key: string, signal?: AbortSignal): Promise<Readable> {
    return this.storage.read(key, signal === undefined ? {} : { abortSignal: signal })
  }

  /** It pipes from stream to stream, and none of them ends the one before: only an end closes the file. */
  letGo(stream: Readable): void {
    // Whoever listens for "readable" keeps a stream from flowing.
    stream.removeAllListeners('readable').resume()
  }

  write(key: string, { length, stream }: Spooled, contentType: string | undefined): Promise<void> {
    const mimeType = contentType ?? guessMediaType(key) ?? OCTET_STREAM
    return this.storage.write(key, stream(), { size: length, mimeType })
  }

  delete(key: string): Promise<void> {
    return this.storage.deleteFile(key)
  }

  async *keys(folder = ''): AsyncGenerator<string> {
    for await (const { isFile, path } of this.storage.list(folder, { deep: true })) if (isFile) yield path
  }

  async #etag(
    key: string,
    size: number | undefined,
    lastModifiedMs: number | undefined,
    options: { abortSignal?: AbortSignal },
  ): Promise<string | undefined> {
    const algo = this.#checksum
    if (algo !== undefined) return `"${(await this.storage.checksum(key, { algo, ...options })).replaceAll('"', '')}"`
    if (size === undefined || lastModifiedMs === undefined) return undefined
    // Weak: another content of the same size and time would have it, too.
    return `W/"${size.toString(16)}-${Math.round(lastModifiedMs * 1000).toString(16)}"`
  }
}

/** Control characters, and all that is neither seen nor assigned. */
const REFUSED = /\p{C}/u

class SigningFiles extends Files {
  async sign(key: string, options: PresignOptions): Promise<string> {
    const { expiresIn = 300, contentType, contentDisposition, cacheControl } = options
    const responseHeaders = {
      ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
      ...(contentDisposition === undefined ? {} : { 'Content-Disposition': contentDisposition }),
      ...(cacheControl === undefined ? {} : { 'Cache-Control': cacheControl }),
    }
    try {
      return await this.storage.temporaryUrl(key, { expiresAt: Date.now() + expiresIn * 1000, responseHeaders })
    } catch (error) {
      throw new ConfigurationError(
        'This adapter of Flystorage signs no addresses: give it a generator of temporary addresses, or fromFlystorage() `presigned: false`.',
        { cause: error },
      )
    }
  }
}
