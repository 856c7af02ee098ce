import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FAULTS, Kept } from '../../test/support/faulty-storages.js'
import { FileChangedError, InvalidKeyError } from '../errors.js'
import type { Content } from '../storages/content.js'
import type { FileStat, ReadOptions, SaveOptions } from '../storages/storage.js'
import { type CreatedStorage, type StorageLack, testStorage } from './test-storage.js'

describe('testStorage', () => {
  test('finds no fault in a storage that keeps the contract', async () => {
    assert.deepEqual(await failedChecks(() => new Kept()), [])
  })

  for (const [fault, { storage: Faulty, found }] of Object.entries(FAULTS)) {
    test(`finds a storage that ${fault}`, async () => {
      assert.deepEqual((await failedChecks(() => new Faulty(), found)).sort(), [...found].sort())
    })
  }

  test('has no check that finds nothing', () => {
    const titles = checksOf(() => new Kept()).map(({ title }) => title)
    const found = Object.values(FAULTS).flatMap((fault) => fault.found)
    assert.deepEqual([...new Set(found)].sort(), titles.sort())
  })

  describe('with a storage that lacks something', () => {
    const KEY_CHECK = 'takes every canonical key literally'
    const TAG_CHECK = 'gives another entity-tag to every other content, however fast it follows'

    test('finds no fault in what refuses some keys, if it says so and refuses them everywhere', async () => {
      assert.deepEqual(await failedChecks(() => new Picky(), undefined, ['any-key']), [])
      assert.ok((await failedChecks(() => new Picky())).includes(KEY_CHECK), 'It must be said.')
    })

    test('finds what refuses a key in one method and takes it in another', async () => {
      class Careless extends Picky {
        override async delete(key: string): Promise<void> {
          await this.files.delete(key)
        }
      }
      assert.deepEqual(await failedChecks(() => new Careless(), undefined, ['any-key']), [KEY_CHECK])
    })

    test('finds a lack that is none', async () => {
      assert.deepEqual(await failedChecks(() => new Kept(), undefined, ['any-key', 'exact-versions']), [
        TAG_CHECK,
        KEY_CHECK,
      ])
    })

    test('finds no fault in what has weak tags of moments, if it says so', async () => {
      assert.deepEqual(await failedChecks(() => new Coarse(), undefined, ['exact-versions']), [])
    })

    test('still finds what reads another version than the one that was seen', async () => {
      class Blind extends Coarse {
        override async *open(key: string, { seen: _, ...options }: ReadOptions = {}) {
          yield* this.files.open(key, options)
        }
      }
      const title = 'reads the version that was seen, or none, when a file is replaced before'
      assert.deepEqual(await failedChecks(() => new Blind(), [title], ['exact-versions']), [title])
    })
  })

  test('names each check after the storage, and no two alike', () => {
    const names: string[] = []
    testStorage('BucketStorage', () => new Kept(), { test: (name) => names.push(name) })
    assert.ok(
      names.every((name) => name.startsWith('BucketStorage: ')),
      names.join('\n'),
    )
    assert.equal(new Set(names).size, names.length)
  })

  test('gives each check a storage of its own, and removes it whatever comes of it', async () => {
    let [created, removed] = [0, 0]
    const remove = () => {
      removed += 1
    }
    class Disposable extends Kept implements AsyncDisposable {
      async [Symbol.asyncDispose](): Promise<void> {
        remove()
      }
    }
    const creators: readonly (() => CreatedStorage | Promise<CreatedStorage>)[] = [
      () => new Disposable(),
      async () => new Disposable(),
      () => ({ storage: new Kept(), dispose: remove }),
      async () => ({ storage: new (FAULTS['saves nothing']?.storage ?? Kept)(), dispose: async () => remove() }),
    ]
    for (const create of creators) {
      const checks = checksOf(() => {
        created += 1
        return create()
      })
      for (const { run } of checks.slice(0, 3)) await Promise.allSettled([run()])
    }
    assert.deepEqual([created, removed], [12, 12])
  })

  test('fails a check when its storage cannot be made, or not be removed', async () => {
    const failure = new Error('There is no such bucket.')
    const [unmade] = checksOf(() => Promise.reject(failure))
    await assert.rejects(async () => unmade?.run(), failure)
    const [unremoved] = checksOf(() => ({ storage: new Kept(), dispose: () => Promise.reject(failure) }))
    await assert.rejects(async () => unremoved?.run(), failure)
  })
})

/** Takes only plain keys. */
class Picky extends Kept {
  override async stat(key: string): Promise<FileStat | undefined> {
    this.#check(key)
    return this.files.stat(key)
  }

  override open(key: string, options?: ReadOptions): AsyncIterable<Uint8Array> {
    this.#check(key)
    return this.files.open(key, options)
  }

  override async save(key: string, content: Content, options?: SaveOptions): Promise<void> {
    this.#check(key)
    await this.files.save(key, content, options)
  }

  override exists(key: string): Promise<boolean> {
    return this.stat(key).then((stat) => stat !== undefined)
  }

  override async delete(key: string): Promise<void> {
    this.#check(key)
    await this.files.delete(key)
  }

  override list(folder?: string): AsyncIterable<string> {
    if (folder !== undefined) this.#check(folder)
    return this.files.list(folder)
  }

  override url(key: string): string | undefined {
    this.#check(key)
    return this.files.url(key)
  }

  override path(key: string): string | undefined {
    this.#check(key)
    return this.files.path(key)
  }

  #check(key: string): void {
    if (typeof key !== 'string' || !/^[\w./-]+$/.test(key)) throw new InvalidKeyError('Not a plain key.')
  }
}

/** Tells versions apart by size and tenths of a second. */
class Coarse extends Kept {
  override async stat(key: string): Promise<FileStat | undefined> {
    const stat = await this.files.stat(key)
    if (stat?.modifiedTime === undefined) return stat
    const moment = Math.floor(stat.modifiedTime.getTime() / 100)
    return { ...stat, modifiedTime: new Date(moment * 100), etag: `W/"${stat.size}-${moment}"` }
  }

  override async *open(key: string, { seen, ...options }: ReadOptions = {}): AsyncGenerator<Uint8Array> {
    if (seen !== undefined && (await this.stat(key))?.etag !== seen.etag) throw new FileChangedError()
    yield* this.files.open(key, options)
  }
}

function checksOf(create: () => CreatedStorage | Promise<CreatedStorage>, lacks?: readonly StorageLack[]) {
  const checks: { title: string; run: () => Promise<void> }[] = []
  testStorage('It', create, { lacks, test: (name, run) => checks.push({ title: name.slice('It: '.length), run }) })
  return checks
}

/** Runs the checks, or some of them, and tells which failed. */
async function failedChecks(
  create: () => CreatedStorage,
  titles?: readonly string[],
  lacks?: readonly StorageLack[],
): Promise<string[]> {
  const checks = checksOf(create, lacks).filter(({ title }) => titles?.includes(title) ?? true)
  const results = await Promise.allSettled(checks.map(({ run }) => run()))
  return checks.filter((_, index) => results[index]?.status === 'rejected').map(({ title }) => title)
}
