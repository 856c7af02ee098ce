import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { type StorageCase, takenOf } from './storage-case.js'

const KEYS = ['a.txt', 'folder/a b.txt', '100%/c#?.txt', '%41.txt', 'é/日本/😀+&=;.txt']

export const addressCases: readonly StorageCase[] = [
  {
    title: 'gives every file an address that leads to its key and no other, or none',
    async run(storage, lacks) {
      for (const key of await takenOf(storage, KEYS, lacks)) {
        const url = storage.url(key)
        if (url === undefined) continue
        assert.match(url, /^[\x21-\x7e]+$/, 'An address is percent-encoded.')
        const path = decodeURIComponent(new URL(url, 'http://localhost').pathname)
        assert.ok(path.endsWith(`/${key}`), `The address of ${JSON.stringify(key)} is ${url}.`)
      }
    },
  },
  {
    title: 'gives every file the absolute path that it really has, or none',
    async run(storage, lacks) {
      for (const key of await takenOf(storage, KEYS, lacks)) {
        const path = storage.path(key)
        if (path === undefined) continue
        assert.ok(isAbsolute(path), `The path of ${JSON.stringify(key)} is not absolute.`)
        await storage.save(key, key)
        assert.equal(await readFile(path, 'utf8'), key)
      }
    },
  },
]
