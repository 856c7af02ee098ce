import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFiles } from '../storages/disk/open-files.js'
import { FileSystemStorage, type FileSystemStorageOptions } from '../storages/file-system.js'

/** Options of {@link temporaryStorage}: those of a `FileSystemStorage`, but for its folder. */
export type TemporaryStorageOptions = Omit<FileSystemStorageOptions, 'root'>

/**
 * Makes a `FileSystemStorage` in a new folder, which is removed with all that is in it at the end of the block:
 *
 * ```ts
 * await using storage = await temporaryStorage()
 * ```
 * Without `using`, call `remove()`, or take {@link withTemporaryStorage}.
 */
export async function temporaryStorage(options: TemporaryStorageOptions = {}): Promise<TemporaryStorage> {
  return new TemporaryStorage({ ...options, root: await mkdtemp(join(tmpdir(), 'downloadview-')) })
}

/** Calls a function with a {@link temporaryStorage}, which is removed afterwards, also after an error. */
export async function withTemporaryStorage<T>(
  use: (storage: TemporaryStorage) => T | Promise<T>,
  options?: TemporaryStorageOptions,
): Promise<T> {
  const storage = await temporaryStorage(options)
  try {
    return await use(storage)
  } finally {
    await storage.remove()
  }
}

/** A storage whose folder does not outlive the test. */
export class TemporaryStorage extends FileSystemStorage implements AsyncDisposable {
  /** Removes the folder and all that is in it; a second time is fine. */
  async remove(): Promise<void> {
    // Some platforms do not remove a file that is open.
    await openFiles.closeIdle()
    await rm(this.root, { recursive: true, force: true, maxRetries: 3 })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.remove()
  }
}
