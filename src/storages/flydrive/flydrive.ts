import type { Readable } from 'node:stream'
import type { Disk } from 'flydrive'
import { ConfigurationError, InvalidKeyError } from '../../errors.js'
import { BridgedStorage, type BridgeOptions, type StreamLibrary } from '../bridges/bridged-storage.js'
import type { Spooled } from '../bridges/spool.js'
import type { FileStat, PresignOptions, Storage } from '../storage.js'

/** Options of {@link fromFlydrive}. */
export interface FlydriveOptions extends BridgeOptions {
  /** `false` for a disk that signs no addresses, as one in a folder without a `urlBuilder`. Default: `true`. */
  presigned?: boolean | undefined
}

/**
 * Takes a disk of flydrive, the storage layer of AdonisJS, for a storage.
 *
 * - Files are read from their start: clients are offered no ranges.
 * - A disk has a key of letters, digits and `-_!./` only, since others are refused or changed by it; more than that takes
 *   `KeyNormalizer.allowedCharacterSet`. What a disk would change is refused with `InvalidKeyError`.
 * - In a folder, files are written over where they are. Two saves of this process never mix, and a download that meets a
 *   save fails rather than mix; another process may see half a file, and a crash may leave one.
 * - A folder tells versions apart by size and milliseconds. In a bucket, the entity-tag is that of the bucket.
 * - Nothing keeps two processes from saving one key with `overwrite: false`.
 *
 * Where that matters, `FileSystemStorage` over the same folder and `S3Storage` over the same bucket promise more.
 *
 * @see https://flydrive.dev
 */
export function fromFlydrive(disk: Disk, { presigned = true, ...options }: FlydriveOptions = {}): Storage {
  return new BridgedStorage(presigned ? new SigningDisk(disk) : new FlydriveDisk(disk), options)
}

class FlydriveDisk implements StreamLibrary {
  readonly what = 'The disk of flydrive'
  protected readonly disk: Disk

  constructor(disk: Disk) {
    this.disk = disk
  }

  assertKey(key: string): void {
    if (this.#normalized(key) !== key) throw new InvalidKeyError('flydrive would take this key for another one.')
  }

  async stat(key: string): Promise<FileStat | undefined> {
    try {
      const { contentLength, contentType, etag, lastModified } = await this.disk.getMetaData(key)
      return {
        size: contentLength,
        modifiedTime: isTime(lastModified) ? lastModified : undefined,
        etag: wholeTag(etag),
        contentType,
        seekable: false,
      }
    } catch (error) {
      // Each driver fails in its own words for what is no file, as for a folder; this is the one common question.
      if (!(await this.disk.exists(key))) return undefined
      throw error
    }
  }

  read(key: string): Promise<Readable> {
    return this.disk.getStream(key)
  }

  letGo(stream: Readable): void {
    stream.destroy()
  }

  async write(key: string, { bytes, length, stream }: Spooled, contentType: string | undefined): Promise<void> {
    if (bytes !== undefined) await this.disk.put(key, bytes, { ...(contentType && { contentType }) })
    // A bucket takes no stream of unknown length.
    else await this.disk.putStream(key, stream(), { contentLength: length, ...(contentType && { contentType }) })
  }

  delete(key: string): Promise<void> {
    return this.disk.delete(key)
  }

  async *keys(folder: string | undefined): AsyncGenerator<string> {
    let paginationToken: string | undefined
    do {
      const page = await this.disk.listAll(folder, {
        recursive: true,
        ...(paginationToken === undefined ? {} : { paginationToken }),
      })
      for (const object of page.objects) if (object.isFile) yield object.key
      paginationToken = page.paginationToken
    } while (paginationToken !== undefined)
  }

  #normalized(key: string): string {
    try {
      return this.disk.file(key).key
    } catch (error) {
      throw new InvalidKeyError('flydrive takes no such key: see its KeyNormalizer.', { cause: error })
    }
  }
}

class SigningDisk extends FlydriveDisk {
  async sign(key: string, options: PresignOptions): Promise<string> {
    const { expiresIn = 300, contentType, contentDisposition, cacheControl } = options
    try {
      return await this.disk.getSignedUrl(key, {
        expiresIn,
        ...(contentType === undefined ? {} : { contentType }),
        ...(contentDisposition === undefined ? {} : { contentDisposition }),
        // flydrive has no word for it. These are what its drivers for S3 and for Google pass on.
        ...(cacheControl === undefined
          ? {}
          : { ResponseCacheControl: cacheControl, queryParams: { 'response-cache-control': cacheControl } }),
      })
    } catch (error) {
      throw new ConfigurationError(
        'This disk of flydrive signs no addresses: give its driver a urlBuilder with generateSignedURL, or fromFlydrive() `presigned: false`.',
        { cause: error },
      )
    }
  }
}

/** Google's come without quotes. */
function wholeTag(etag: string | undefined): string | undefined {
  return etag === undefined || /^(W\/)?"/.test(etag) ? etag : `"${etag}"`
}

function isTime(date: Date | undefined): date is Date {
  return date !== undefined && !Number.isNaN(date.getTime())
}
