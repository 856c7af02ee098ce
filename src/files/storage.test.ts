import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FileChangedError, FileNotFoundError, InvalidKeyError } from '../errors.js'
import type { ByteRange } from '../headers/range.js'
import { MemoryStorage } from '../storages/memory.js'
import { withTemporaryStorage } from '../testing/temporary-storage.js'
import { StorageFile } from './storage.js'

describe('StorageFile', () => {
  test('tells what its storage tells', async () => {
    await withTemporaryStorage(
      async (storage) => {
        await storage.save('docs/a b.txt', 'text')
        const file = new StorageFile(storage, 'docs/a b.txt')
        assert.deepEqual(
          [file.storage, file.name, file.url, file.path],
          [storage, 'docs/a b.txt', '/media/docs/a%20b.txt', `${storage.root}/docs/a b.txt`],
        )
        assert.deepEqual(await file.stat(), await storage.stat('docs/a b.txt'))
        assert.equal(await file.exists(), true)
      },
      { baseUrl: '/media' },
    )
  })

  test('is not found when its storage has no such file', async () => {
    const file = new StorageFile(new MemoryStorage(), 'missing.txt')
    assert.equal(await file.exists(), false)
    await assert.rejects(file.stat(), FileNotFoundError)
    await assert.rejects(textOf(file), FileNotFoundError)
  })

  test('is found once it is there', async () => {
    const file = new StorageFile(new MemoryStorage(), 'a.txt')
    await assert.rejects(file.stat(), FileNotFoundError)
    await file.save('text')
    assert.equal((await file.stat()).size, 4)
  })

  test('is refused when its key is not canonical', async () => {
    const file = new StorageFile(new MemoryStorage(), '../a.txt')
    await assert.rejects(file.stat(), InvalidKeyError)
    await assert.rejects(textOf(file), InvalidKeyError)
    await assert.rejects(file.save('text'), InvalidKeyError)
    assert.throws(() => file.url, InvalidKeyError)
  })

  test('reads all, or a range', async () => {
    const file = new StorageFile(new MemoryStorage(), 'digits.txt')
    await file.save('0123456789')
    assert.equal(await textOf(file), '0123456789')
    assert.equal(await textOf(file, { start: 3, end: 5 }), '345')
    await assert.rejects(textOf(file, undefined, AbortSignal.abort()), { name: 'AbortError' })
  })

  test('reads what its stat told of, or tells that it changed; then stat() tells of the new one', async () => {
    const storage = new MemoryStorage()
    await storage.save('a.txt', 'old')
    const file = new StorageFile(storage, 'a.txt')
    const seen = await file.stat()
    await storage.save('a.txt', 'newer')
    assert.equal(await file.stat(), seen, 'One reply is about one version.')
    await assert.rejects(textOf(file), FileChangedError)
    assert.equal((await file.stat()).size, 5)
    assert.equal(await textOf(file), 'newer')
  })

  test('knows its own change at once', async () => {
    const file = new StorageFile(new MemoryStorage(), 'a.txt')
    await file.save('old')
    await file.stat()
    await file.save('newer', { contentType: 'text/x' })
    const { size, contentType } = await file.stat()
    assert.deepEqual([size, contentType, await textOf(file)], [5, 'text/x', 'newer'])
    await file.delete()
    await assert.rejects(file.stat(), FileNotFoundError)
    assert.equal(await file.exists(), false)
  })
})

async function textOf(file: StorageFile, range?: ByteRange, signal?: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of file.open(range, signal)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
