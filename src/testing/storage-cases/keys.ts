import assert from 'node:assert/strict'
import { InvalidKeyError } from '../../errors.js'
import type { Storage } from '../../storages/storage.js'
import { keysOf, readText, type StorageCase, saved, takenOf } from './storage-case.js'

/** Each is one name and no other, whatever some layer would like to read into it. */
const KEYS = [
  'a b.txt',
  '100%.txt',
  '%41.txt',
  'A.txt',
  'what?.txt',
  'what',
  'c#.txt',
  'semi;colon.txt',
  'a+b&c=d.txt',
  `it's "quoted".txt`,
  'folder/%2e%2e/up.txt',
  'folder/up.txt',
  'folder%2Ffile.txt',
  'folder/file.txt',
  'a..b...txt',
  '-rf',
  'back~1.txt',
  '*.txt',
  '<b>&amp;{x}[y]$HOME`id`|!.txt',
  '__proto__',
  'constructor',
  'é/naïve.txt',
  '日本/語.txt',
  '😀.txt',
  `${'long/'.repeat(10)}${'x'.repeat(200)}.txt`,
]

const NOT_CANONICAL = [
  '',
  '.',
  '..',
  '/',
  '/a.txt',
  'a.txt/',
  'a//b.txt',
  './a.txt',
  'a/./b.txt',
  '../a.txt',
  'a/../b.txt',
  'a/..',
  'a/../../b.txt',
  '\\a.txt',
  'a\\b.txt',
  '..\\a.txt',
  '//server/share/a.txt',
  '\\\\server\\share\\a.txt',
  'C:/a.txt',
  'c:a.txt',
  'a.txt\0',
  'a\0/b.txt',
  'a.txt::$DATA',
  'half \uD83D.txt',
  'half \uDE00.txt',
  // What decoded JSON or a caller without types can bring.
  ...([undefined, null, 0, true, {}, ['a.txt'], { toString: () => 'a.txt' }] as unknown as string[]),
]

/** Every way to name a file. */
const METHODS: Readonly<Record<string, (storage: Storage, key: string) => unknown>> = {
  stat: (storage, key) => storage.stat(key),
  open: (storage, key) => storage.open(key)[Symbol.asyncIterator]().next(),
  save: (storage, key) => storage.save(key, 'text'),
  exists: (storage, key) => storage.exists(key),
  delete: (storage, key) => storage.delete(key),
  list: (storage, key) => storage.list(key)[Symbol.asyncIterator]().next(),
  url: (storage, key) => storage.url(key),
  path: (storage, key) => storage.path(key),
}

export const keyCases: readonly StorageCase[] = [
  {
    title: 'takes every canonical key literally',
    async run(storage, lacks) {
      const keys = await takenOf(storage, KEYS, lacks)
      if (lacks.includes('any-key')) await assertRefusedEverywhere(storage, keys)
      for (const key of keys) {
        assert.equal(await storage.exists(key), false, `There is a file under ${JSON.stringify(key)} already.`)
        assert.equal((await saved(storage, key, `content of ${key}`)).size, Buffer.byteLength(`content of ${key}`))
      }
      assert.deepEqual(await keysOf(storage), [...keys].sort())
      for (const key of keys) assert.equal(await readText(storage, key), `content of ${key}`)
      for (const key of keys) await storage.delete(key)
      assert.deepEqual(await keysOf(storage), [])
    },
  },
  ...Object.entries(METHODS).map(
    ([method, call]): StorageCase => ({
      title: `refuses every key that is not canonical in ${method}()`,
      async run(storage) {
        await storage.save('a.txt', 'text')
        for (const key of NOT_CANONICAL) {
          // `list()` without a folder is about all of them.
          if (method === 'list' && key === undefined) continue
          await assertRefused(async () => await call(storage, key), key)
        }
        assert.deepEqual(await keysOf(storage), ['a.txt'])
      },
    }),
  ),
  {
    title: 'reads no content for a key that is not canonical',
    async run(storage) {
      let started = false
      async function* content() {
        started = true
        yield 'text'
      }
      await assertRefused(() => storage.save('../a.txt', content()), '../a.txt')
      assert.equal(started, false)
    },
  },
]

/** What exists() refuses, nothing else may take. */
async function assertRefusedEverywhere(storage: Storage, taken: readonly string[]): Promise<void> {
  const refused = KEYS.filter((key) => !taken.includes(key))
  assert.ok(refused.length > 0, 'It takes every key: it does not lack "any-key".')
  for (const key of refused) {
    for (const call of Object.values(METHODS)) await assertRefused(async () => await call(storage, key), key)
  }
}

async function assertRefused(attempt: () => Promise<unknown>, key: unknown): Promise<void> {
  const [result] = await Promise.allSettled([attempt()])
  const isRefused = result.status === 'rejected' && result.reason instanceof InvalidKeyError
  assert.ok(isRefused, `${JSON.stringify(key)} must be refused with InvalidKeyError: see assertCanonicalKey().`)
}
