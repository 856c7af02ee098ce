import { ConfigurationError, FileExistsError, InvalidKeyError } from '../errors.js'
import { safeName } from '../headers/content-disposition.js'
import { cutToBytes } from '../headers/utf8.js'
import { type Content, discard, expectErrors, isWhole } from '../storages/content.js'
import { assertCanonicalKey } from '../storages/key.js'
import type { SaveOptions, Storage } from '../storages/storage.js'
import { StorageFile } from './storage.js'

/** Options of {@link fileField}. */
export interface FileFieldOptions {
  /** Where the files lie whose names the column holds. */
  storage: Storage
  /** Folder for files that are saved, a key without a `/` at its end. Files that were saved before stay where they are. */
  folder?: string | undefined
}

/** How {@link FileField.save} is to write: an `overwrite` there is none, since nothing is ever replaced. */
export type FileFieldSaveOptions = Omit<SaveOptions, 'overwrite'>

/**
 * A column that holds names of files in a storage: reads, saves and deletes the files behind the names.
 *
 * ```ts
 * const pdf = fileField({ storage, folder: 'invoices' })
 * await db.insert(invoices).values({ pdf: await pdf.save('report.pdf', upload) })
 * ```
 * The name that is stored is the whole key, so that an `ObjectDownloadView` with the same `storage` serves it.
 *
 * @throws ConfigurationError for a folder that is no canonical key.
 */
export function fileField(options: FileFieldOptions): FileField {
  return new FileField(options)
}

/** See {@link fileField}, which makes one. */
export class FileField {
  readonly storage: Storage
  readonly #folder: string

  constructor({ storage, folder }: FileFieldOptions) {
    this.storage = storage
    this.#folder = folder === undefined ? '' : `${checkedFolder(folder)}/`
  }

  /** The file of a stored name; `undefined` for an empty column. It may be that no such file is there any more. */
  from(stored: string | null | undefined): StorageFile | undefined {
    return stored ? new StorageFile(this.storage, stored) : undefined
  }

  /**
   * Saves a new file and gives the name to store.
   *
   * Of the name that a client gave only its last part is kept, without what could harm; where another file has it
   * already, something random is put before its extension. No file is ever replaced.
   */
  async save(name: string, content: Content, options: FileFieldSaveOptions = {}): Promise<string> {
    // It is not read before a name was found, and may fail until then.
    expectErrors(content)
    try {
      if (isWhole(content)) return await this.#claim(name, content, options)
      // A stream can be read once only: a name that turns out to be taken must not cost it.
      return await this.#fill(await this.#claim(name, '', options), content, options)
    } catch (error) {
      discard(content)
      throw error
    }
  }

  /**
   * Saves a new file, then deletes the old one, and gives the name to store. When either fails, the old file is still
   * the one to store.
   *
   * Until the name is stored, the column names a file that is gone. Where that matters, `save()`, store the name, and
   * `delete()` after that.
   */
  async replace(
    stored: string | null | undefined,
    name: string,
    content: Content,
    options?: FileFieldSaveOptions,
  ): Promise<string> {
    const saved = await this.save(name, content, options)
    try {
      await this.delete(stored)
      return saved
    } catch (error) {
      await this.storage.delete(saved)
      throw error
    }
  }

  /** Deletes the file of a stored name; an empty column and a file that is gone are fine. */
  async delete(stored: string | null | undefined): Promise<void> {
    if (stored) await this.storage.delete(stored)
  }

  /** Saves under the first name that is free. The storage decides, so that two at a time do not get the same. */
  async #claim(name: string, content: Content, options: FileFieldSaveOptions): Promise<string> {
    const plain = storedName(name)
    for (let attempt = 0; ; attempt++) {
      const key = this.#folder + (attempt === 0 ? plain : withSuffix(plain))
      try {
        await this.storage.save(key, content, { ...options, overwrite: false })
        return key
      } catch (error) {
        if (!(error instanceof FileExistsError) || attempt === ATTEMPTS) throw error
      }
    }
  }

  async #fill(key: string, content: Content, options: FileFieldSaveOptions): Promise<string> {
    try {
      await this.storage.save(key, content, options)
      return key
    } catch (error) {
      await this.storage.delete(key)
      throw error
    }
  }
}

/** With 2^40 suffixes, a second attempt is for a storage that says of everything that it is there. */
const ATTEMPTS = 5

function checkedFolder(folder: string): string {
  try {
    assertCanonicalKey(folder)
    return folder
  } catch (error) {
    if (!(error instanceof InvalidKeyError)) throw error
    throw new ConfigurationError(
      `fileField: the folder "${folder}" is no canonical key. Write it like "invoices/2026".`,
      { cause: error },
    )
  }
}

/** Makes a name that every storage takes, and every file system. */
function storedName(name: string): string {
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
  // A dot at the start hides a file; one at the end, and these characters, Windows does not take.
  const safe = safeName(last)
    .replace(/[:*?"<>|]/g, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
    .replace(DEVICE, '_$&')
  const { stem, extension } = split(safe)
  const short = (cutToBytes(stem, MAX_BYTES) || FALLBACK) + cutToBytes(extension, MAX_EXTENSION_BYTES)
  return short.replace(/[. ]+$/, '')
}

const FALLBACK = 'file'
/** Windows writes to a device under these names, whatever the extension. */
const DEVICE = /^(?:con|prn|aux|nul|(?:com|lpt)[\d¹²³]) *(?=\.|$)/i
/** File systems take 255 bytes; a suffix and an extension come after these. */
const MAX_BYTES = 200
const MAX_EXTENSION_BYTES = 32

function withSuffix(name: string): string {
  const { stem, extension } = split(name)
  return `${stem}_${crypto.randomUUID().replaceAll('-', '').slice(0, 10)}${extension}`
}

function split(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? { stem: name, extension: '' } : { stem: name.slice(0, dot), extension: name.slice(dot) }
}
