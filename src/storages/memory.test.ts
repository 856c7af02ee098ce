import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { testStorage } from '../testing/test-storage.js'
import { MemoryStorage } from './memory.js'

testStorage('MemoryStorage', () => new MemoryStorage())
testStorage('MemoryStorage with addresses', () => new MemoryStorage({ baseUrl: '/media/' }))

describe('MemoryStorage', () => {
  test('keeps the media type of a file', async () => {
    const storage = new MemoryStorage()
    await storage.save('page', '<p>', { contentType: 'text/html; charset=latin1' })
    assert.equal((await storage.stat('page'))?.contentType, 'text/html; charset=latin1')
  })

  test('gives the tags of one storage to no other bytes of another', async () => {
    const [one, other] = [new MemoryStorage(), new MemoryStorage()]
    await one.save('a', '1')
    await new Promise((resolve) => setTimeout(resolve, 2))
    const later = new MemoryStorage()
    await later.save('a', '2')
    await other.save('a', '3')
    assert.notEqual((await one.stat('a'))?.etag, (await later.stat('a'))?.etag)
  })

  test('knows when a file was saved', async () => {
    const storage = new MemoryStorage()
    const before = Date.now()
    await storage.save('a', '1')
    const { modifiedTime, createdTime } = (await storage.stat('a')) ?? {}
    const time = modifiedTime?.getTime() ?? 0
    assert.equal(time >= before && time <= Date.now(), true)
    assert.deepEqual(createdTime, modifiedTime)
  })

  test('has addresses below its base, and no paths', () => {
    assert.equal(new MemoryStorage().url('a b.txt'), undefined)
    assert.equal(new MemoryStorage({ baseUrl: '/media' }).url('a b/c#.txt'), '/media/a%20b/c%23.txt')
    assert.equal(new MemoryStorage({ baseUrl: 'https://cdn.example/x/' }).url('é'), 'https://cdn.example/x/%C3%A9')
    assert.equal(new MemoryStorage().path('a'), undefined)
  })
})
