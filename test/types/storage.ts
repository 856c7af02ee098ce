import type { ByteRange, Content, FileStat, ReadOptions, SaveOptions, Storage } from '../../src/index.js'
import { type DownloadFile, StorageFile } from '../../src/index.js'
import { testStorage } from '../../src/testing/test-storage.js'

/** The least that a storage has. */
class BucketStorage implements Storage {
  async stat(_key: string): Promise<FileStat | undefined> {
    return { size: 4, etag: '"1"' }
  }

  async *open(_key: string, { range, seen, signal }: ReadOptions = {}): AsyncGenerator<Uint8Array> {
    range satisfies ByteRange | undefined
    seen satisfies FileStat | undefined
    signal satisfies AbortSignal | undefined
    yield Buffer.from('text')
  }

  async save(_key: string, content: Content, options?: SaveOptions): Promise<void> {
    options?.overwrite satisfies boolean | undefined
    // @ts-expect-error content may also be a stream, which has no length
    content.length
  }

  async exists(key: string): Promise<boolean> {
    return (await this.stat(key)) !== undefined
  }

  async delete(_key: string): Promise<void> {}

  async *list(_folder?: string): AsyncGenerator<string> {}

  url(_key: string): undefined {}

  path(_key: string): undefined {}
}

new StorageFile(new BucketStorage(), 'a.txt') satisfies DownloadFile
testStorage('BucketStorage', () => new BucketStorage(), { test: () => {} })

const bucket = new BucketStorage()
// @ts-expect-error only the methods of the contract are promised
const promised: keyof Storage = 'createReadStream'

const { delete: _delete, ...withoutDelete } = { ...methodsOf(bucket) }
// @ts-expect-error a storage can delete
withoutDelete satisfies Storage

class TextStorage extends BucketStorage {
  // @ts-expect-error files are read as bytes
  override async *open(): AsyncGenerator<string> {
    yield 'text'
  }
}

class SynchronousStorage extends BucketStorage {
  // @ts-expect-error a stat may take its time
  override stat(): FileStat {
    return {}
  }
}

class NullStorage extends BucketStorage {
  // @ts-expect-error a missing file is undefined
  override async stat(): Promise<FileStat | null> {
    return null
  }
}

class NumberedStorage extends BucketStorage {
  // @ts-expect-error keys are text
  override async exists(key: number): Promise<boolean> {
    return key > 0
  }
}

class ForgetfulStorage extends BucketStorage {
  // @ts-expect-error saving is over only when it is: what it promises is awaited
  override save(): void {}
}

class ArrayStorage extends BucketStorage {
  // @ts-expect-error keys come one by one
  override async list(): Promise<string[]> {
    return []
  }
}

const stat: FileStat = { size: 4, modifiedTime: new Date(), seekable: false }
// @ts-expect-error what is known of a file stays as it is
stat.size = 5
// @ts-expect-error a size is a number
const wrongSize: FileStat = { size: '4' }
// @ts-expect-error a time is a Date
const wrongTime: FileStat = { modifiedTime: 1_700_000_000_000 }
// @ts-expect-error there is no such thing to know
const unknownField: FileStat = { length: 4 }

// @ts-expect-error a storage of any kind, but a storage
testStorage('nothing', () => ({}))
// @ts-expect-error a test function registers a test by its name
testStorage('BucketStorage', () => bucket, { test: 'node:test' })

/** Methods are on the prototype, where a spread does not look. */
function methodsOf(storage: Storage) {
  const { stat, open, save, exists, delete: remove, list, url, path } = storage
  return { stat, open, save, exists, delete: remove, list, url, path }
}

export {
  ArrayStorage,
  ForgetfulStorage,
  NullStorage,
  NumberedStorage,
  promised,
  SynchronousStorage,
  TextStorage,
  unknownField,
  wrongSize,
  wrongTime,
}
