import { isAbsolute, resolve, sep } from 'node:path'
import { ConfigurationError, FileChangedError, InvalidKeyError } from '../errors.js'
import type { ByteRange } from '../headers/range.js'
import { type DotfilePolicy, dotfilePolicy, pathInside, rootFolder } from '../storages/disk/local-path.js'
import { openFiles } from '../storages/disk/open-files.js'
import { pathBelow } from '../storages/disk/real-path.js'
import type { FileStat, RetainedFile } from '../storages/storage.js'
import type { DownloadFile } from './file.js'

/** Options of {@link LocalFile.at}. */
export interface LocalFileOptions {
  /** Absolute path of the folder that contains the file. Required for a relative path, which comes from outside. */
  root?: string | undefined
  /** Names below the root that begin with a dot. Default: `'deny'`. */
  dotfiles?: DotfilePolicy | undefined
}

/** A regular file of the local disk. */
export class LocalFile implements DownloadFile {
  readonly path: string
  readonly #root: string | undefined
  #stat: FileStat | undefined

  /**
   * Finds a file by its path.
   *
   * An absolute path is the application's own word and taken as it is; a relative one is a canonical key below `root`.
   * With a root the file must lie in it, whatever links there are.
   */
  static at(path: string, { root, dotfiles = 'deny' }: LocalFileOptions = {}): LocalFile {
    if (root === undefined) {
      if (isAbsolute(path)) return new LocalFile(path, undefined)
      throw new ConfigurationError(`LocalFile: "${path}" is relative. Give the folder that contains it as \`root\`.`)
    }
    const folder = rootFolder(root, 'LocalFile')
    const policy = dotfilePolicy(dotfiles, 'LocalFile')
    if (isAbsolute(path) && resolve(path) !== path)
      throw new InvalidKeyError('Not a canonical path: it has steps back.')
    const key = isAbsolute(path) ? keyBelow(folder, path) : path
    return new LocalFile(pathInside(folder, key, policy), folder)
  }

  private constructor(path: string, root: string | undefined) {
    this.path = path
    this.#root = root
  }

  get name(): string {
    return this.path.replaceAll(sep, '/')
  }

  async stat(): Promise<FileStat> {
    this.#stat ??= openFiles.statAtOnce(this.path, this.#root) ?? (await openFiles.stat(this.path, this.#root))
    return this.#stat
  }

  /** A subclass that reads in its own way gives other bytes than the disk has. */
  retain(): RetainedFile | undefined {
    return this.open === LocalFile.prototype.open && this.#stat !== undefined ? openFiles.retain(this.#stat) : undefined
  }

  async *open(range?: ByteRange, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* openFiles.read(this.path, this.#root, { range, seen: this.#stat, signal })
    } catch (error) {
      if (error instanceof FileChangedError) this.#stat = undefined
      throw error
    }
  }
}

function keyBelow(folder: string, path: string): string {
  const below = pathBelow(folder, path)
  if (below === undefined) throw new InvalidKeyError('Not a path below the root.')
  return below.replaceAll(sep, '/')
}
