import type { Content } from './content.js'
import { assertCanonicalKey } from './key.js'
import { ObjectNames } from './object-names.js'
import {
  type FetchedFile,
  type FetchOptions,
  type FileStat,
  keyToUrl,
  type PresignOptions,
  type ReadOptions,
  type SaveOptions,
  type Storage,
} from './storage.js'

/** Where the files of an {@link ObjectStorage} are, within their bucket and on the web. */
export interface ObjectStorageOptions {
  /** Folder within the bucket or container that holds the files, such as `media`. Default: all of it. */
  prefix?: string | undefined
  /** Public address of that folder, for `url()`. Left out, files have none. */
  baseUrl?: string | undefined
}

/** Reads objects by the names that they have where they are. */
export interface ObjectAccess {
  stat(name: string): Promise<FileStat | undefined>
  fetch(name: string, options: FetchOptions): Promise<FetchedFile | undefined>
  open(name: string, options: ReadOptions): AsyncIterable<Uint8Array>
}

/** Base of the storages that keep files as objects in the cloud: their keys and addresses, and reading by these. */
export abstract class ObjectStorage implements Storage {
  readonly #objects: ObjectAccess
  readonly #names: ObjectNames
  readonly #baseUrl: string | undefined

  constructor(objects: ObjectAccess, { prefix, baseUrl }: ObjectStorageOptions) {
    this.#objects = objects
    this.#names = new ObjectNames(prefix)
    this.#baseUrl = baseUrl
  }

  async stat(key: string): Promise<FileStat | undefined> {
    return this.#objects.stat(this.nameOf(key))
  }

  async fetch(key: string, options: FetchOptions = {}): Promise<FetchedFile | undefined> {
    return this.#objects.fetch(this.nameOf(key), options)
  }

  open(key: string, options: ReadOptions = {}): AsyncIterable<Uint8Array> {
    return this.#objects.open(this.nameOf(key), options)
  }

  abstract presignedUrl(key: string, options?: PresignOptions): Promise<string>
  abstract save(key: string, content: Content, options?: SaveOptions): Promise<void>
  abstract delete(key: string): Promise<void>

  async exists(key: string): Promise<boolean> {
    return (await this.stat(key)) !== undefined
  }

  /** Leaves out objects whose names are no canonical keys, such as those that stand for a folder. */
  async *list(folder?: string): AsyncGenerator<string, void, undefined> {
    for await (const name of this.listNames(this.#names.below(folder))) {
      const key = this.#names.keyOf(name)
      if (key !== undefined) yield key
    }
  }

  url(key: string): string | undefined {
    assertCanonicalKey(key)
    return this.#baseUrl === undefined ? undefined : keyToUrl(this.#baseUrl, key)
  }

  path(key: string): undefined {
    assertCanonicalKey(key)
    return undefined
  }

  /** Lists the names of all objects that begin so. */
  protected abstract listNames(prefix: string): AsyncIterable<string>

  /** The name of the object that keeps a file. Throws for what is no canonical key. */
  protected nameOf(key: string): string {
    return this.#names.of(key)
  }
}
