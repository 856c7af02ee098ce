import { isUtf8 } from 'node:buffer'
import { constants, type Dirent } from 'node:fs'
import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidKeyError } from '../../errors.js'
import { openFiles } from './open-files.js'
import { liesBelow, pathOfDescriptor, realPath, realPathOf } from './real-path.js'

/**
 * A folder of the local disk, held open while something is done in it.
 *
 * A path may lead to another folder with every system call, when somebody swaps in a link. So names are looked up in
 * the folder that is open and was checked, where the platform can do that.
 */
export class OpenFolder {
  readonly #path: string
  /** Windows opens no folders. */
  readonly #handle: FileHandle | undefined

  /**
   * Opens the root itself or a folder below it.
   *
   * @throws InvalidKeyError when a link leads out of the root.
   */
  static async at(path: string, root: string): Promise<OpenFolder> {
    const folder = new OpenFolder(path, process.platform === 'win32' ? undefined : await openHandle(path))
    try {
      await folder.#assertInside(root)
      return folder
    } catch (error) {
      await folder.close()
      throw error
    }
  }

  private constructor(path: string, handle: FileHandle | undefined) {
    this.#path = path
    this.#handle = handle
  }

  /** The path by which a name in this folder is reached. */
  pathOf(name: string): string {
    return join((this.#handle && pathOfDescriptor(this.#handle.fd)) ?? this.#path, name)
  }

  /** What lies in it, but for names that are no text: as one, they would be those of other files. */
  async entries(): Promise<Dirent[]> {
    const options = { withFileTypes: true, encoding: 'buffer' } as const
    const entries = await openFiles.makeRoom(() => readdir(this.pathOf('.'), options))
    return entries
      .filter(({ name }) => isUtf8(name))
      .map((entry) => Object.assign(entry as Dirent<string | Buffer> as Dirent, { name: String(entry.name) }))
  }

  /** Brings new names to the disk: only then is a file safe from a power cut. */
  async flush(): Promise<void> {
    await this.#handle?.sync()
  }

  async close(): Promise<void> {
    await this.#handle?.close()
  }

  async #assertInside(root: string): Promise<void> {
    const [real, realRoot] = await Promise.all([
      this.#handle === undefined ? realPath(this.#path) : realPathOf(this.#handle.fd, this.#path),
      realPath(root),
    ])
    if (real !== undefined && (real === realRoot || liesBelow(realRoot, real))) return
    throw new InvalidKeyError('Not a key of this folder: a link leads out of it.')
  }
}

function openHandle(path: string): Promise<FileHandle> {
  return openFiles.makeRoom(() => open(path, constants.O_RDONLY | constants.O_DIRECTORY))
}
