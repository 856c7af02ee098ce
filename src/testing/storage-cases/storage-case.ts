import assert from 'node:assert/strict'
import { InvalidKeyError } from '../../errors.js'
import type { Content } from '../../storages/content.js'
import type { FileStat, ReadOptions, Storage } from '../../storages/storage.js'

/**
 * What a storage may be unable to promise.
 *
 * - `any-key`: it refuses some canonical keys, with `InvalidKeyError` and in every method, since what it is made of would
 *   take them for others.
 * - `exact-versions`: two contents of one size that follow each other within moments look the same to it. It has no strong
 *   entity-tags then.
 * - `exclusive-save`: of several that save with `overwrite: false` in the same moment, more than one may think that it
 *   won.
 */
export type StorageLack = 'any-key' | 'exact-versions' | 'exclusive-save'

/** One thing that a storage promises, and how to see whether it keeps it. */
export interface StorageCase {
  /** A sentence. */
  readonly title: string
  /** Gets an empty storage. */
  run(storage: Storage, lacks: readonly StorageLack[]): Promise<void>
}

/** Several pieces. */
export const MEDIUM = 1024 * 1024
/** More than any storage moves at once, or lets wait on its way. */
export const LARGE = 5 * 1024 * 1024

/** Content that can be told apart from any other at every single byte. */
export function filled(letter: string, length = MEDIUM): Buffer {
  return Buffer.alloc(length, letter)
}

/** Saves a file and tells what the storage knows of it. */
export async function saved(storage: Storage, key: string, content: Content): Promise<FileStat> {
  await storage.save(key, content)
  return statOf(storage, key)
}

export async function statOf(storage: Storage, key: string): Promise<FileStat> {
  const stat = await storage.stat(key)
  assert.ok(stat !== undefined, `stat(${JSON.stringify(key)}) gave undefined for a file that was saved.`)
  return stat
}

export async function readText(storage: Storage, key: string, options?: ReadOptions): Promise<string> {
  return (await readBytes(storage, key, options)).toString()
}

export async function readBytes(storage: Storage, key: string, options?: ReadOptions): Promise<Buffer> {
  return restOf(storage.open(key, options)[Symbol.asyncIterator]())
}

/** Reads on to the end. */
export async function restOf(pieces: AsyncIterator<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    assert.ok(next.value instanceof Uint8Array, 'open() must give Uint8Array.')
    chunks.push(next.value)
  }
  return Buffer.concat(chunks)
}

/** The keys that the storage takes: all of them, unless it lacks `any-key`. */
export async function takenOf(
  storage: Storage,
  keys: readonly string[],
  lacks: readonly StorageLack[],
): Promise<readonly string[]> {
  if (!lacks.includes('any-key')) return keys
  const taken: string[] = []
  for (const key of keys) if (!(await refuses(storage, key))) taken.push(key)
  return taken
}

async function refuses(storage: Storage, key: string): Promise<boolean> {
  const [result] = await Promise.allSettled([storage.exists(key)])
  if (result.status === 'fulfilled') return false
  if (result.reason instanceof InvalidKeyError) return true
  throw result.reason
}

/** Compares bytes without printing millions of them. */
export function assertBytes(actual: Uint8Array, expected: Uint8Array): void {
  assert.equal(actual.length, expected.length, 'number of bytes')
  assert.ok(Buffer.compare(actual, expected) === 0, 'The bytes are not those that were saved.')
}

export async function keysOf(storage: Storage, folder?: string): Promise<string[]> {
  const keys: string[] = []
  for await (const key of storage.list(folder)) keys.push(key)
  return keys.sort()
}

/** Gives what a piece of work fails with. */
export async function errorOf(work: Promise<unknown>): Promise<Error> {
  const [result] = await Promise.allSettled([work])
  if (result.status === 'fulfilled') assert.fail('It must fail, but did not.')
  return result.reason as Error
}

/** Fails instead of waiting for ever. */
export async function soon<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: `${what} took more than 5 s.` })), 5_000)
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
