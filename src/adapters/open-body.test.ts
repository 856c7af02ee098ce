import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { describe, test } from 'node:test'
import { BodyError, FileChangedError, FileNotFoundError } from '../errors.js'
import { ContentFile } from '../files/content.js'
import type { DownloadFile } from '../files/file.js'
import { StorageFile } from '../files/storage.js'
import { VirtualFile } from '../files/virtual.js'
import type { DownloadRequest } from '../handler.js'
import { DownloadResponse } from '../responses/download.js'
import { EmptyResponse } from '../responses/empty.js'
import { MemoryStorage } from '../storages/memory.js'
import { testRequest } from '../testing/test-request.js'
import { answer } from './answer.js'
import { openBody } from './open-body.js'

describe('openBody', () => {
  test('reads the first piece, and no more', async () => {
    const made: string[] = []
    async function* pieces() {
      for (const piece of ['a', 'b', 'c']) {
        await new Promise(setImmediate)
        made.push(piece)
        yield piece
      }
    }
    const { reply, body } = await open(new VirtualFile(() => pieces()))
    assert.equal(reply.status, 200)
    assert.deepEqual(Buffer.from(body?.first?.bytes ?? []).toString(), 'a')
    assert.deepEqual(made, ['a'])
    assert.deepEqual(Buffer.from((await body?.reader.next())?.bytes ?? []).toString(), 'b')
    body?.reader.close()
  })

  test('finds the end of an empty file', async () => {
    for (const file of [new ContentFile(''), new VirtualFile([])]) {
      const { body } = await open(file)
      assert.notEqual(body, undefined)
      assert.equal(body?.first, undefined)
    }
  })

  test('opens nothing for a HEAD, a 304, a 416 and an empty reply', async () => {
    const file = unreadable()
    for (const request of [
      testRequest({ method: 'HEAD' }),
      testRequest({ headers: { 'If-None-Match': '"1"' } }),
      testRequest({ headers: { Range: 'bytes=99-' } }),
    ]) {
      const { body } = await open(file, request)
      assert.equal(body, undefined)
    }
    const whole = await answer(() => new DownloadResponse(file), testRequest())
    assert.deepEqual(await openBody(whole, testRequest({ method: 'HEAD' })), { reply: whole.reply })
    const empty = await answer(() => new EmptyResponse(204), testRequest())
    assert.deepEqual(await openBody(empty, testRequest()), { reply: empty.reply })
  })

  test('throws what the source throws, and leaves nothing behind', async () => {
    const { signal } = new AbortController()
    await assert.rejects(open(unreadable(), testRequest({ signal })), /was read/)
    assert.equal(getEventListeners(signal, 'abort').length, 0)
  })

  test('opens nothing for a client that has left', async () => {
    const file = Object.assign(new ContentFile('x'), { open: () => assert.fail('The file was opened.') })
    await assert.rejects(open(file, testRequest({ signal: AbortSignal.abort() })), { name: 'AbortError' })
  })

  test('throws before anything is sent when a body of one piece has the wrong length', async () => {
    await assert.rejects(open(new VirtualFile(['abc'], { size: 2 })), BodyError)
    await assert.rejects(open(new VirtualFile([], { size: 2 })), BodyError)
  })
})

describe('a file that changed since it was described', () => {
  test('is described anew', async () => {
    const storage = new MemoryStorage()
    await storage.save('a.txt', 'old')
    const file = new StorageFile(storage, 'a.txt')
    const request = testRequest()
    const found = await answer(() => new DownloadResponse(file), request)
    const first = found.reply.headers
    assert.equal(first.get('Content-Length'), '3')
    // Not by file.save(), which would make the wrapper forget what it has seen.
    await storage.save('a.txt', 'changed')
    const { reply, body } = await openBody(found, request)
    assert.equal(reply.headers.get('Content-Length'), '7')
    assert.notEqual(reply.headers.get('ETag'), first.get('ETag'))
    assert.deepEqual(body?.first, { bytes: Buffer.from('changed'), isLast: true })
  })

  test('may turn out to be what the client has, or to be gone', async () => {
    const storage = new MemoryStorage()
    await storage.save('a.txt', 'old')
    const etag = (await storage.stat('a.txt'))?.etag as string
    const request = testRequest({ headers: { 'If-None-Match': '"new"' } })
    const statuses = await Promise.all(
      ['"new"', undefined].map(async (now) => {
        const file = changing(new FileChangedError(), [etag, now])
        const found = await answer(() => new DownloadResponse(file), request)
        return openBody(found, request).then(
          ({ reply, body }) => [reply.status, body],
          (error) => error,
        )
      }),
    )
    assert.deepEqual(statuses[0], [304, undefined])
    assert.ok(statuses[1] instanceof FileNotFoundError, String(statuses[1]))
  })

  test('is looked at five times, and then given up', async () => {
    const file = changing(new FileChangedError(), ['"1"', '"2"', '"3"', '"4"', '"5"', '"6"'])
    const { signal } = new AbortController()
    await assert.rejects(open(file, testRequest({ signal })), FileChangedError)
    assert.equal(file.opened, 5)
    assert.equal(getEventListeners(signal, 'abort').length, 0)
  })

  test('is the only error after which it is tried again', async () => {
    const file = changing(new Error('EIO'), ['"1"', '"2"'])
    await assert.rejects(open(file), /EIO/)
    assert.equal(file.opened, 1)
  })
})

async function open(file: DownloadFile, request: DownloadRequest = testRequest()) {
  return openBody(await answer(() => new DownloadResponse(file), request), request)
}

function unreadable(): DownloadFile {
  const content = () => {
    throw new Error('The file was read.')
  }
  const file = new VirtualFile(content, { etag: '"1"', size: 3 })
  // Only a file that offers ranges can answer 416.
  return Object.assign(file, { stat: async () => ({ etag: '"1"', size: 3 }) })
}

/** A file that fails whenever it is opened, and is another version each time it is described; in the end it is gone. */
function changing(failure: Error, etags: (string | undefined)[]) {
  const file = {
    name: 'a.txt',
    opened: 0,
    async stat() {
      const etag = etags[file.opened]
      if (etag === undefined) throw new FileNotFoundError()
      return { etag }
    },
    // biome-ignore lint/correctness/useYield: it fails before its first byte.
    async *open(): AsyncGenerator<Uint8Array> {
      file.opened++
      throw failure
    },
  }
  return file
}
