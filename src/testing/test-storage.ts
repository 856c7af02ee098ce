import type { Storage } from '../storages/storage.js'
import { addressCases } from './storage-cases/addresses.js'
import { failureCases } from './storage-cases/failures.js'
import { keyCases } from './storage-cases/keys.js'
import { listingCases } from './storage-cases/listing.js'
import { readingCases } from './storage-cases/reading.js'
import { savingCases } from './storage-cases/saving.js'
import type { StorageCase, StorageLack } from './storage-cases/storage-case.js'
import { versionCases } from './storage-cases/versions.js'

/** Registers a test: `test` of `node:test`, or `test` or `it` of Vitest or Jest. */
export type TestFunction = (name: string, run: () => Promise<void>) => unknown

/** An empty storage, alone or with what removes it after the test; it may also be an `AsyncDisposable` itself. */
export type CreatedStorage = Storage | { readonly storage: Storage; dispose(): void | Promise<void> }

export type { StorageLack }

/** Options of {@link testStorage}. */
export interface TestStorageOptions {
  /**
   * What the storage cannot promise because of what it is made of. The tests then ask for what is left of the promise,
   * and fail when it is kept all the same. Default: nothing.
   */
  lacks?: readonly StorageLack[] | undefined
  /** Registers the tests. Default: that of `node:test`. */
  test?: TestFunction | undefined
}

/**
 * Checks that a storage keeps the contract of `Storage`: one test for each thing that it promises.
 *
 * ```ts
 * testStorage('BucketStorage', () => new BucketStorage({ bucket: freshBucket() }))
 * ```
 * Every test gets an empty storage of its own from `create`. With Vitest or Jest, give their function as `test`.
 */
export function testStorage(
  name: string,
  create: () => CreatedStorage | Promise<CreatedStorage>,
  { test = nodeTest(), lacks = [] }: TestStorageOptions = {},
): void {
  for (const { title, run } of CASES) test(`${name}: ${title}`, () => runWith(create, (storage) => run(storage, lacks)))
}

const CASES: readonly StorageCase[] = [
  ...savingCases,
  ...readingCases,
  ...versionCases,
  ...failureCases,
  ...listingCases,
  ...keyCases,
  ...addressCases,
]

/** Loaded only when it is wanted: other runners take its mere presence for an empty test run. */
function nodeTest(): TestFunction {
  const { test } = process.getBuiltinModule('node:test')
  return (name, run) => test(name, run)
}

async function runWith(
  create: () => CreatedStorage | Promise<CreatedStorage>,
  run: (storage: Storage) => Promise<void>,
): Promise<void> {
  const created = await create()
  try {
    await run('storage' in created ? created.storage : created)
  } finally {
    await dispose(created)
  }
}

async function dispose(created: CreatedStorage & Partial<AsyncDisposable>): Promise<void> {
  if ('dispose' in created) await created.dispose()
  else await created[Symbol.asyncDispose]?.()
}
