import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { MemoryStorage } from '../storages/memory.js'
import { temporaryStorage } from '../testing/temporary-storage.js'
import { ContentFile } from './content.js'
import { FieldFile, type FieldFileOptions } from './field.js'
import { StorageFile } from './storage.js'
import { VirtualFile } from './virtual.js'

describe('FieldFile', () => {
  test('is the file of the row where the columns are silent', async () => {
    const storage = new MemoryStorage({ baseUrl: '/media' })
    await storage.save('docs/a.txt', 'text', { contentType: 'text/x' })
    const inner = new StorageFile(storage, 'docs/a.txt')
    for (const options of [{}, { name: '', size: null, modifiedTime: null, contentType: '' }, { name: null }]) {
      const file = new FieldFile(inner, options)
      assert.deepEqual([file.name, file.url, file.path], ['docs/a.txt', '/media/docs/a.txt', undefined])
      assert.deepEqual(await file.stat(), await inner.stat())
    }
  })

  test('tells more of it where they are not', async () => {
    const modifiedTime = new Date(0)
    const inner = new ContentFile('text', { name: 'a.bin', modifiedTime: new Date(5), contentType: 'text/x' })
    const file = new FieldFile(inner, { name: 'report.txt', modifiedTime, contentType: 'text/csv' })
    const stat = await file.stat()
    assert.deepEqual([file.name, stat.modifiedTime, stat.contentType], ['report.txt', modifiedTime, 'text/csv'])
    assert.deepEqual([stat.etag, stat.size], [(await inner.stat()).etag, 4])
  })

  test('believes a column about the size only when the file tells none', async () => {
    assert.equal((await new FieldFile(new ContentFile('text'), { size: 99 }).stat()).size, 4)
    assert.equal((await new FieldFile(new ContentFile(''), { size: 99 }).stat()).size, 0)
    assert.equal((await new FieldFile(new VirtualFile(['text']), { size: 4 }).stat()).size, 4)
    assert.equal((await new FieldFile(new VirtualFile(['text']), { size: 0 }).stat()).size, 0)
  })

  test('reads the bytes of the file', async () => {
    const chunks: Uint8Array[] = []
    for await (const chunk of new FieldFile(new ContentFile('0123456789')).open({ start: 1, end: 2 }))
      chunks.push(chunk)
    assert.equal(Buffer.concat(chunks).toString(), '12')
    const gone = new FieldFile(new ContentFile('text')).open(undefined, AbortSignal.abort())
    await assert.rejects(async () => gone[Symbol.asyncIterator]().next(), { name: 'AbortError' })
  })

  test('can be sent in the quick ways of its file, unless it is read in another', async () => {
    await using storage = await temporaryStorage()
    await storage.save('a.txt', 'text')
    const file = new FieldFile(new StorageFile(storage, 'a.txt'), { name: 'b.txt', contentType: 'text/csv' })
    await file.stat()
    const retained = file.retain?.()
    assert.equal(retained?.size, 4)
    retained?.release()
    class Shouting extends FieldFile {
      override async *open() {
        yield Buffer.from('TEXT')
      }
    }
    assert.equal(new Shouting(new StorageFile(storage, 'a.txt')).retain, undefined)
    assert.equal(new FieldFile(new ContentFile('text')).retain, undefined)
  })

  test('tells of the same file in the same way: its replies are described only once', async () => {
    await using storage = await temporaryStorage()
    await storage.save('a.txt', 'text')
    const statWith = (options: FieldFileOptions) => new FieldFile(new StorageFile(storage, 'a.txt'), options).stat()
    const silent = await statWith({})
    assert.equal(await statWith({ name: 'b.txt' }), silent)
    const row = () => ({ modifiedTime: new Date(5000), contentType: 'text/csv' })
    const told = await statWith(row())
    assert.deepEqual([told.modifiedTime, told.contentType], [new Date(5000), 'text/csv'])
    assert.equal(await statWith(row()), told)
    const other = await statWith({ ...row(), modifiedTime: new Date(6000) })
    assert.deepEqual([other.modifiedTime, other.contentType], [new Date(6000), 'text/csv'])
    assert.equal(await statWith({}), silent)
  })

  test('is not fooled by a row that turns its own time on, and keeps what a subclass writes to itself', async () => {
    await using storage = await temporaryStorage()
    await storage.save('a.txt', 'text')
    const inner = () => new StorageFile(storage, 'a.txt')
    const modifiedTime = new Date(5000)
    await new FieldFile(inner(), { modifiedTime }).stat()
    modifiedTime.setTime(9000)
    assert.deepEqual((await new FieldFile(inner(), { modifiedTime }).stat()).modifiedTime, new Date(9000))
    class Own extends FieldFile {
      override async stat() {
        return Object.assign(await super.stat(), { contentType: 'application/x-own', etag: '"own"' })
      }
    }
    assert.equal((await new Own(inner()).stat()).etag, '"own"')
    const { contentType, etag } = await new FieldFile(inner()).stat()
    assert.deepEqual([contentType, etag === '"own"'], [undefined, false])
    const shared = await new FieldFile(inner()).stat()
    assert.throws(() => Object.assign(shared, { etag: '"own"' }), TypeError)
  })

  test('lets go of what the file holds', () => {
    const stream = new Readable({ read() {} })
    new FieldFile(new VirtualFile(stream)).close()
    assert.equal(stream.destroyed, true)
    new FieldFile(new StorageFile(new MemoryStorage(), 'a')).close()
  })

  test('asks the file whether it was modified, if that can tell', async () => {
    class Changing extends ContentFile {
      readonly isModified = true
      override readonly wasModifiedSince = function (this: Changing) {
        return this.isModified
      }
    }
    assert.equal(await new FieldFile(new Changing('a')).wasModifiedSince?.(new Date()), true)
    assert.equal(new FieldFile(new ContentFile('a')).wasModifiedSince, undefined)
  })
})

test('a file whose close() rejects does not end the process', async () => {
  const rejections: unknown[] = []
  const note = (reason: unknown) => rejections.push(reason)
  process.on('unhandledRejection', note)
  const file = new ContentFile('text')
  file.close = (async () => {
    throw new Error('It cannot be closed.')
  }) as () => void
  new FieldFile(file).close()
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', note)
  assert.deepEqual(rejections, [])
})
