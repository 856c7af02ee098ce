import assert from 'node:assert/strict'
import type { Storage } from '../../storages/storage.js'
import { keysOf, readText, type StorageCase, takenOf } from './storage-case.js'

export const listingCases: readonly StorageCase[] = [
  {
    title: 'lists nothing when it is empty',
    async run(storage) {
      assert.deepEqual(await keysOf(storage), [])
      assert.deepEqual(await keysOf(storage, 'folder'), [])
    },
  },
  {
    title: 'lists all keys, however deep',
    async run(storage) {
      await saveAll(storage, KEYS)
      assert.deepEqual(await keysOf(storage), [...KEYS].sort())
    },
  },
  {
    title: 'lists the keys below a folder, which is no mere prefix',
    async run(storage) {
      await saveAll(storage, KEYS)
      assert.deepEqual(await keysOf(storage, 'docs'), ['docs/deep/two.txt', 'docs/one.txt'])
      assert.deepEqual(await keysOf(storage, 'docs/deep'), ['docs/deep/two.txt'])
      assert.deepEqual(await keysOf(storage, 'doc'), [])
      assert.deepEqual(await keysOf(storage, 'docs/o'), [])
    },
  },
  {
    title: 'lists nothing below a file',
    async run(storage) {
      await saveAll(storage, KEYS)
      assert.deepEqual(await keysOf(storage, 'docs/one.txt'), [])
    },
  },
  {
    title: 'takes no character of a folder for a pattern',
    async run(storage, lacks) {
      const folders = await takenOf(storage, ['[a]1', 'a*', '{a1,b}'], lacks)
      await saveAll(
        storage,
        ['a1', ...folders].map((folder) => `${folder}/file.txt`),
      )
      for (const folder of folders) assert.deepEqual(await keysOf(storage, folder), [`${folder}/file.txt`])
    },
  },
  {
    title: 'deletes a file, and does not mind when there is none',
    async run(storage) {
      await saveAll(storage, KEYS)
      await storage.delete('docs/one.txt')
      await storage.delete('docs/one.txt')
      await storage.delete('never/was/there.txt')
      assert.equal(await storage.exists('docs/one.txt'), false)
      assert.deepEqual(await keysOf(storage, 'docs'), ['docs/deep/two.txt'])
    },
  },
  {
    title: 'deletes no folder by its name, and nothing by a pattern',
    async run(storage, lacks) {
      await saveAll(storage, KEYS)
      const names = ['docs', 'docs/deep', '*', 'docs/*', 'docs/on[e].txt', 'top.txt*']
      for (const key of await takenOf(storage, names, lacks)) await storage.delete(key)
      assert.deepEqual(await keysOf(storage), [...KEYS].sort())
    },
  },
]

const KEYS = ['top.txt', 'docs/one.txt', 'docs/deep/two.txt', 'docs-other/three.txt', 'docs.txt']

/** Each file holds its own key. */
async function saveAll(storage: Storage, keys: readonly string[]): Promise<void> {
  for (const key of keys) await storage.save(key, key)
  for (const key of keys) assert.equal(await readText(storage, key), key)
}
