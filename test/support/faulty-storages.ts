import { FileChangedError, FileNotFoundError } from '../../src/errors.js'
import { type Content, chunksOf } from '../../src/storages/content.js'
import { MemoryStorage } from '../../src/storages/memory.js'
import {
  type FileStat,
  keyToUrl,
  type ReadOptions,
  type SaveOptions,
  type Storage,
} from '../../src/storages/storage.js'

/** A storage that keeps the contract, to be made faulty in one thing. */
export class Kept implements Storage {
  protected readonly files = new MemoryStorage({ baseUrl: '/media' })

  stat(key: string): Promise<FileStat | undefined> {
    return this.files.stat(key)
  }

  open(key: string, options?: ReadOptions): AsyncIterable<Uint8Array> {
    return this.files.open(key, options)
  }

  save(key: string, content: Content, options?: SaveOptions): Promise<void> {
    return this.files.save(key, content, options)
  }

  exists(key: string): Promise<boolean> {
    return this.files.exists(key)
  }

  delete(key: string): Promise<void> {
    return this.files.delete(key)
  }

  list(folder?: string): AsyncIterable<string> {
    return this.files.list(folder)
  }

  url(key: string): string | undefined {
    return this.files.url(key)
  }

  path(key: string): string | undefined {
    return this.files.path(key)
  }
}

/** A storage with one fault. */
export interface Fault {
  readonly storage: new () => Storage
  /** Titles of checks that find it. */
  readonly found: readonly string[]
}

/** What third parties may get wrong. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  'saves nothing': {
    storage: class extends Kept {
      override async save(key: string, content: Content, { signal }: SaveOptions = {}) {
        await this.stat(key)
        await bytesOf(content, signal)
      }
    },
    found: [
      'saves a string',
      'saves a Buffer',
      'saves an ArrayBuffer',
      'saves a web stream of bytes',
      'saves a Node stream of text',
      'saves an array of bytes',
      'saves an empty file, which is there all the same',
      'knows a file that is there',
      'replaces a file, also by a shorter one',
      'lists all keys, however deep',
      'takes every canonical key literally',
    ],
  },
  'replaces what is no text by a question mark': {
    storage: class extends Kept {
      override async save(key: string, content: Content, options?: SaveOptions) {
        const bytes = await bytesOf(content, options?.signal)
        await this.files.save(key, bytes.toString('ascii'), options)
      }
    },
    found: ['saves a string', 'saves a Blob', 'saves an async generator of text and bytes'],
  },
  'takes the whole of an array for the part that was given': {
    storage: class extends Kept {
      override save(key: string, content: Content, options?: SaveOptions) {
        return this.files.save(key, content instanceof Uint8Array ? (content.buffer as ArrayBuffer) : content, options)
      }
    },
    found: ['saves a part of a larger array'],
  },
  'loses the first piece of what comes in pieces': {
    storage: class extends Kept {
      override save(key: string, content: Content, options?: SaveOptions) {
        return this.files.save(key, withoutFirst(content, options?.signal), options)
      }
    },
    found: [
      'saves a Node stream of bytes',
      'saves megabytes that come in pieces',
      'keeps one of several files whole that are saved at once',
    ],
  },
  'keeps no empty files': {
    storage: class extends Kept {
      override async save(key: string, content: Content, options?: SaveOptions) {
        const bytes = await bytesOf(content, options?.signal)
        if (bytes.length > 0) await this.files.save(key, bytes, options)
        else await this.files.delete(key)
      }
    },
    found: ['saves an empty file, which is there all the same', 'saves a stream that gives nothing as an empty file'],
  },
  'keeps the very bytes that it was given': {
    storage: class extends Kept {
      #given = new Map<string, Uint8Array>()
      override async save(key: string, content: Content, options?: SaveOptions) {
        await this.files.save(key, content, options)
        if (content instanceof Uint8Array) this.#given.set(key, content)
        else this.#given.delete(key)
      }
      override async *open(key: string, options: ReadOptions = {}) {
        const given = this.#given.get(key)
        if (given !== undefined && options.range === undefined && (await this.exists(key))) yield given
        else yield* this.files.open(key, options)
      }
    },
    found: ['keeps its own copy of the bytes'],
  },
  'appends to a file instead of replacing it': {
    storage: class extends Kept {
      override async save(key: string, content: Content, options?: SaveOptions) {
        const old = (await this.exists(key)) ? await bytesOf(this.open(key)) : Buffer.alloc(0)
        await this.files.save(key, Buffer.concat([old, await bytesOf(content, options?.signal)]), options)
      }
    },
    found: ['replaces a file, also by a shorter one'],
  },
  'shows a file while it is being saved': {
    storage: class extends Kept {
      override async save(key: string, content: Content, options: SaveOptions = {}) {
        if (options.overwrite === false && (await this.exists(key))) return this.files.save(key, '', options)
        let bytes = Buffer.alloc(0)
        await this.stat(key)
        for await (const chunk of chunksOf(content, options.signal)) {
          bytes = Buffer.concat([bytes, chunk])
          await this.files.save(key, bytes)
        }
        await this.files.save(key, bytes, { contentType: options.contentType })
      }
    },
    found: [
      'shows nothing of a file before all of it is there',
      'keeps the old file, and nothing else, when a generator fails',
      'keeps the old file, and nothing else, when a Node stream fails',
      'keeps the old file, and nothing else, when a web stream fails',
      'refuses pieces that are neither text nor bytes',
      'ends at once, and leaves nothing behind, when saving a generator is aborted',
    ],
  },
  'always replaces a file': {
    storage: class extends Kept {
      override save(key: string, content: Content, options?: SaveOptions) {
        return this.files.save(key, content, { ...options, overwrite: true })
      }
    },
    found: ['refuses to replace a file with overwrite: false', 'lets one of several win with overwrite: false'],
  },
  'looks for a file that must not be replaced before it reads the new one': {
    storage: class extends Kept {
      override async save(key: string, content: Content, options: SaveOptions = {}) {
        if (options.overwrite === false && (await this.exists(key))) return this.files.save(key, '', options)
        await new Promise(setImmediate)
        await this.files.save(key, content, { ...options, overwrite: true })
      }
    },
    found: ['lets one of several win with overwrite: false'],
  },
  'changes the media type': {
    storage: class extends Kept {
      override async stat(key: string) {
        const stat = await this.files.stat(key)
        return stat && { ...stat, contentType: 'application/octet-stream' }
      }
    },
    found: ['keeps the media type, or knows of none'],
  },
  'counts characters': {
    storage: class extends Kept {
      override async stat(key: string) {
        const stat = await this.files.stat(key)
        return stat && { ...stat, size: (await bytesOf(this.open(key))).toString().length }
      }
    },
    found: ['saves a string', 'saves a web stream of text'],
  },
  'throws for a file that is not there': {
    storage: class extends Kept {
      override async stat(key: string) {
        const stat = await this.files.stat(key)
        if (stat === undefined) throw new FileNotFoundError()
        return stat
      }
      override async delete(key: string) {
        await this.stat(key)
        await this.files.delete(key)
      }
    },
    found: [
      'knows nothing of a file that is not there',
      'deletes a file, and does not mind when there is none',
      'takes a folder for no file',
    ],
  },
  'has folders that exist': {
    storage: class extends Kept {
      override async exists(key: string) {
        if (await this.files.exists(key)) return true
        for await (const _ of this.files.list(key)) return true
        return false
      }
    },
    found: ['takes a folder for no file'],
  },
  'tells the time in seconds': {
    storage: class extends Kept {
      override async stat(key: string) {
        const stat = await this.files.stat(key)
        return stat && { ...stat, modifiedTime: new Date(Date.now() / 1000) }
      }
    },
    found: ['knows a file that is there'],
  },
  'leaves the last byte of a range out': {
    storage: class extends Kept {
      override open(key: string, { range, ...options }: ReadOptions = {}) {
        const shorter = range && { start: range.start, end: range.end - 1 }
        return this.files.open(key, { ...options, range: shorter })
      }
    },
    found: [
      'reads a range from the start',
      'reads a range from the middle',
      'reads a range to the end',
      'reads a range of one byte',
      'reads a range of all bytes',
      'reads a range of a large file',
    ],
  },
  'looks a file up when it is opened': {
    storage: class extends Kept {
      override open(key: string, options?: ReadOptions) {
        const found = this.files.stat(key).then(() => bytesOf(this.files.open(key, options)))
        found.catch(() => {})
        return (async function* () {
          yield await found
        })()
      }
    },
    found: ['reads nothing before the first next()'],
  },
  'gives a file to one reader only': {
    storage: class extends Kept {
      #isBusy = false
      override async *open(key: string, options?: ReadOptions) {
        if (this.#isBusy) throw new FileNotFoundError()
        this.#isBusy = true
        try {
          await new Promise(setImmediate)
          yield* this.files.open(key, options)
        } finally {
          this.#isBusy = false
        }
      }
    },
    found: ['reads one file several times at once'],
  },
  'keeps a file as long as a reader has not read it all': {
    storage: class extends Kept {
      #readers = 0
      override async *open(key: string, options?: ReadOptions) {
        this.#readers += 1
        yield* this.files.open(key, options)
        this.#readers -= 1
      }
      override async delete(key: string) {
        await this.stat(key)
        if (this.#readers === 0) await this.files.delete(key)
      }
    },
    found: ['lets a reader stop early'],
  },
  'goes on for clients that have gone, and ends as if that was all': {
    storage: class extends Kept {
      override async *open(key: string, { signal, ...options }: ReadOptions = {}) {
        for (const half of halves(await bytesOf(this.files.open(key, options)))) {
          yield half
          if (signal?.aborted) return
        }
      }
    },
    found: ['does not read for a client that has gone', 'ends the reading when the client goes'],
  },
  'cannot be aborted': {
    storage: class extends Kept {
      override save(key: string, content: Content, { signal: _, ...options }: SaveOptions = {}) {
        return this.files.save(key, content, options)
      }
    },
    found: [
      'ends at once, and leaves nothing behind, when saving a generator is aborted',
      'ends at once, and leaves nothing behind, when saving a Node stream is aborted',
      'ends at once, and leaves nothing behind, when saving a Node stream of a generator is aborted',
      'ends at once, and leaves nothing behind, when saving a web stream is aborted',
      'reads nothing when saving was aborted before',
    ],
  },
  'reads the newest version of each piece': {
    storage: class extends Kept {
      override async *open(key: string, { range, ...options }: ReadOptions = {}) {
        const size = (await this.files.stat(key))?.size ?? 0
        const { start, end } = range ?? { start: 0, end: size - 1 }
        const middle = Math.floor((start + end) / 2)
        if (end <= start) return yield* this.files.open(key, { range, ...options })
        yield* this.files.open(key, { ...options, range: { start, end: middle } })
        yield* (await this.files.exists(key))
          ? this.files.open(key, { ...options, seen: undefined, range: { start: middle + 1, end } })
          : []
      }
    },
    found: [
      'gives the old bytes or an error when a file is replaced under way',
      'gives the old bytes or an error when a file is deleted and saved again under way',
      'gives the old bytes or an error when a file is replaced by a shorter one under way',
      'gives the old bytes or an error when a file is replaced by a longer one under way',
      'gives the old bytes or an error when a file is deleted under way',
    ],
  },
  'does not care which version was seen': {
    storage: class extends Kept {
      override async *open(key: string, { seen: _, ...options }: ReadOptions = {}) {
        if (await this.files.exists(key)) yield* this.files.open(key, options)
        else if (_ === undefined) throw new FileNotFoundError()
      }
    },
    found: [
      'reads the version that was seen, or none, when a file is replaced before',
      'reads the version that was seen, or none, when a file is deleted and saved again before',
      'reads the version that was seen, or none, when a file is replaced by a shorter one before',
      'reads the version that was seen, or none, when a file is replaced by a longer one before',
      'reads the version that was seen, or none, when a file is deleted before',
    ],
  },
  'never finds again what was seen': {
    storage: class extends Kept {
      override async *open(key: string, options: ReadOptions = {}) {
        if (options.seen !== undefined) throw new FileChangedError()
        yield* this.files.open(key, options)
      }
    },
    found: ['reads the version that was seen while it is still there'],
  },
  'writes its entity-tags without quotes': {
    storage: class extends Kept {
      override async stat(key: string) {
        const stat = await this.files.stat(key)
        return stat && { ...stat, etag: stat.etag?.replaceAll('"', '') }
      }
    },
    found: ['gives a whole entity-tag, if any'],
  },
  'makes its entity-tags from the size': {
    storage: class extends Kept {
      override async stat(key: string) {
        const stat = await this.files.stat(key)
        return stat && { ...stat, etag: `"${stat.size}"` }
      }
    },
    found: ['gives another entity-tag to every other content, however fast it follows'],
  },
  'makes its entity-tags up': {
    storage: class extends Kept {
      override async stat(key: string) {
        const stat = await this.files.stat(key)
        return stat && { ...stat, etag: `"${Math.random()}"` }
      }
    },
    found: ['gives the same entity-tag as long as nothing changes'],
  },
  'saves nothing of its own any more after a failure': {
    storage: class extends Kept {
      #isBroken = false
      override async save(key: string, content: Content, options?: SaveOptions) {
        try {
          const bytes = await bytesOf(content, options?.signal)
          if (!this.#isBroken) await this.files.save(key, bytes, options)
        } catch (error) {
          this.#isBroken = true
          throw error
        }
      }
    },
    found: ['saves after a failure as before'],
  },
  'loses what its content failed with': {
    storage: class extends Kept {
      override async save(key: string, content: Content, options?: SaveOptions) {
        await this.stat(key)
        const bytes = await bytesOf(content, options?.signal).catch(() => Promise.reject(new Error('It failed.')))
        await this.files.save(key, bytes, options)
      }
    },
    found: [
      'keeps the old file, and nothing else, when a generator fails',
      'refuses pieces that are neither text nor bytes',
      'reads nothing when saving was aborted before',
    ],
  },
  'keeps what there is of a stream that fails': {
    storage: class extends Kept {
      override async save(key: string, content: Content, options?: SaveOptions) {
        await this.stat(key)
        const chunks: Uint8Array[] = []
        try {
          for await (const chunk of chunksOf(content, options?.signal)) chunks.push(chunk)
        } catch {}
        await this.files.save(key, chunks, options)
      }
    },
    found: ['keeps the old file, and nothing else, when a stream has failed before it is read'],
  },
  'lists whatever begins like the folder': {
    storage: class extends Kept {
      override async *list(folder = '') {
        if (folder !== '') await this.stat(folder)
        for await (const key of this.files.list()) if (key.startsWith(folder)) yield key
      }
    },
    found: ['lists the keys below a folder, which is no mere prefix', 'lists nothing below a file'],
  },
  'lists what is not there': {
    storage: class extends Kept {
      override async *list(folder?: string) {
        yield* this.files.list(folder)
        yield '.keep'
      }
    },
    found: ['lists nothing when it is empty'],
  },
  'does not look into folders': {
    storage: class extends Kept {
      override async *list(folder?: string) {
        const depth = folder?.split('/').length ?? 0
        for await (const key of this.files.list(folder)) if (key.split('/').length === depth + 1) yield key
      }
    },
    found: ['lists all keys, however deep'],
  },
  'takes folders for patterns': {
    storage: class extends Kept {
      override async *list(folder?: string) {
        if (folder === undefined) return yield* this.files.list()
        await this.stat(folder)
        const pattern = new RegExp(`^${folder.replaceAll('*', '.*').replace(/[{}]/g, '.')}/`)
        for await (const key of this.files.list()) if (pattern.test(key)) yield key
      }
    },
    found: ['takes no character of a folder for a pattern'],
  },
  'deletes folders': {
    storage: class extends Kept {
      override async delete(key: string) {
        await this.files.delete(key)
        for await (const below of this.files.list(key)) await this.files.delete(below)
      }
    },
    found: ['deletes no folder by its name, and nothing by a pattern'],
  },
  'decodes its keys': {
    storage: class extends Kept {
      override save(key: string, content: Content, options?: SaveOptions) {
        return this.files.save(decoded(key), content, options)
      }
      override stat(key: string) {
        return this.files.stat(decoded(key))
      }
      override open(key: string, options?: ReadOptions) {
        return this.files.open(decoded(key), options)
      }
    },
    found: ['takes every canonical key literally'],
  },
  'repairs its keys': {
    storage: class extends Kept {
      override stat = (key: string) => this.files.stat(repaired(key))
      override open = (key: string, options?: ReadOptions) => this.files.open(repaired(key), options)
      override save = (key: string, content: Content, options?: SaveOptions) =>
        this.files.save(repaired(key), content, options)
      override exists = (key: string) => this.files.exists(repaired(key))
      override delete = (key: string) => this.files.delete(repaired(key))
      override list = (folder?: string) => this.files.list(folder === undefined ? folder : repaired(folder))
      override url = (key: string) => this.files.url(repaired(key))
      override path = (key: string) => this.files.path(repaired(key))
    },
    found: ['stat', 'open', 'save', 'exists', 'delete', 'list', 'url', 'path'].map(
      (method) => `refuses every key that is not canonical in ${method}()`,
    ),
  },
  'reads the content before it looks at the key': {
    storage: class extends Kept {
      override async save(key: string, content: Content, options?: SaveOptions) {
        await this.files.save(key, await bytesOf(content, options?.signal), options)
      }
    },
    found: ['reads no content for a key that is not canonical'],
  },
  'does not encode its addresses': {
    storage: class extends Kept {
      override url(key: string) {
        this.files.url(key)
        return `/media/${key}`
      }
    },
    found: ['gives every file an address that leads to its key and no other, or none'],
  },
  'has the same address for files of different folders': {
    storage: class extends Kept {
      override url(key: string) {
        this.files.url(key)
        return keyToUrl('/media', key.slice(key.lastIndexOf('/') + 1))
      }
    },
    found: ['gives every file an address that leads to its key and no other, or none'],
  },
  'has paths that are relative': {
    storage: class extends Kept {
      override path(key: string) {
        this.files.path(key)
        return `media/${key}`
      }
    },
    found: ['gives every file the absolute path that it really has, or none'],
  },
  'has paths where nothing is': {
    storage: class extends Kept {
      override path(key: string) {
        this.files.path(key)
        return `/nothing/there/${key}`
      }
    },
    found: ['gives every file the absolute path that it really has, or none'],
  },
}

async function bytesOf(content: Content, signal?: AbortSignal): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of chunksOf(content, signal)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function* withoutFirst(content: Content, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  let count = 0
  for await (const chunk of chunksOf(content, signal)) if (count++ > 0) yield chunk
}

function halves(bytes: Buffer): Buffer[] {
  const middle = bytes.length >> 1
  return [bytes.subarray(0, middle), bytes.subarray(middle)]
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    return key
  }
}

function repaired(key: unknown): string {
  return (
    Buffer.from(String(key))
      .toString()
      .replaceAll('\\', '/')
      .split('/')
      .filter((segment) => !['', '.', '..'].includes(segment))
      .join('/')
      .replace(/\0|:/g, '') || 'a.txt'
  )
}
