import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FAULTS, Kept } from '../../test/support/faulty-storages.js'
import { type CreatedStorage, testStorage } from './test-storage.js'

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

  test('names each check after the storage, and no two alike', () => {
    const names: string[] = []
    testStorage('BucketStorage', () => new Kept(), { test: (name) => names.push(name) })
    assert.ok(names.every((name) => name.startsWith('BucketStorage: ')))
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

function checksOf(create: () => CreatedStorage | Promise<CreatedStorage>) {
  const checks: { title: string; run: () => Promise<void> }[] = []
  testStorage('It', create, { test: (name, run) => checks.push({ title: name.slice('It: '.length), run }) })
  return checks
}

/** Runs the checks, or some of them, and tells which failed. */
async function failedChecks(create: () => CreatedStorage, titles?: readonly string[]): Promise<string[]> {
  const checks = checksOf(create).filter(({ title }) => titles?.includes(title) ?? true)
  const results = await Promise.allSettled(checks.map(({ run }) => run()))
  return checks.filter((_, index) => results[index]?.status === 'rejected').map(({ title }) => title)
}
