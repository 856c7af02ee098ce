import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { describe, test } from 'node:test'
import { openBelow } from '../../test/support/descriptors.js'
import { FileSystemStorage } from '../storages/file-system.js'
import { type TemporaryStorage, temporaryStorage, withTemporaryStorage } from './temporary-storage.js'

describe('temporaryStorage', () => {
  test('is an empty FileSystemStorage in a new folder', async () => {
    await using storage = await temporaryStorage()
    await using other = await temporaryStorage()
    assert.ok(storage instanceof FileSystemStorage, 'It is no FileSystemStorage.')
    assert.notEqual(storage.root, other.root)
    assert.equal(dirname(storage.root), tmpdir())
    assert.ok(existsSync(storage.root), 'It is not there.')
    await storage.save('folder/file.txt', 'text')
    assert.equal(await readFile(`${storage.root}/folder/file.txt`, 'utf8'), 'text')
    assert.equal(await other.exists('folder/file.txt'), false)
  })

  test('takes the options of a FileSystemStorage', async () => {
    await using storage = await temporaryStorage({ baseUrl: '/media', dotfiles: 'allow' })
    assert.equal(storage.url('.a b'), '/media/.a%20b')
  })

  test('is gone at the end of its block, with all that is in it and all that is open', async () => {
    let root = ''
    {
      await using storage = await temporaryStorage()
      root = storage.root
      await storage.save('a/b/c.txt', 'text')
      await storage.stat('a/b/c.txt')
      assert.ok(existsSync(root), 'It is not there.')
    }
    assert.equal(existsSync(root), false)
    assert.deepEqual(openBelow(root), [])
  })

  test('can be removed at any time, and twice', async () => {
    const storage = await temporaryStorage()
    await storage.save('a.txt', 'text')
    await storage.remove()
    assert.equal(existsSync(storage.root), false)
    await storage.remove()
  })
})

describe('withTemporaryStorage', () => {
  test('gives the storage to a function, and back what that gives', async () => {
    let used: TemporaryStorage | undefined
    const result = await withTemporaryStorage(
      async (storage) => {
        used = storage
        await storage.save('a.txt', 'text')
        return storage.url('a.txt')
      },
      { baseUrl: '/media' },
    )
    assert.equal(result, '/media/a.txt')
    assert.equal(existsSync(used?.root ?? '/'), false)
  })

  test('removes the storage also after an error', async () => {
    const failure = new Error('The test failed.')
    for (const use of [
      () => Promise.reject(failure),
      () => {
        throw failure
      },
    ]) {
      let root = '/'
      await assert.rejects(
        withTemporaryStorage((storage) => {
          root = storage.root
          return use()
        }),
        failure,
      )
      assert.equal(existsSync(root), false)
    }
  })
})
