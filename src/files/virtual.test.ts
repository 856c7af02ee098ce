import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { runChild } from '../../test/support/child.js'
import type { ByteRange } from '../headers/range.js'
import { VirtualFile } from './virtual.js'

const failure = new Error('The source failed.')

describe('VirtualFile of content that is there as a whole', () => {
  const forms = {
    text: 'é 😀 text',
    bytes: Buffer.from('é 😀 text'),
    'an ArrayBuffer': new Uint8Array(Buffer.from('é 😀 text')).buffer,
    'a Blob': new Blob(['é 😀', ' text']),
  }
  for (const [form, content] of Object.entries(forms)) {
    test(`knows the size of ${form} in bytes, and reads any range of it, again and again`, async () => {
      const file = new VirtualFile(content, { name: 'a.txt', size: 7 })
      const stat = await file.stat()
      assert.deepEqual([stat.size, stat.seekable], [12, true])
      assert.equal(await textOf(file), 'é 😀 text')
      assert.equal(await textOf(file, { start: 0, end: 1 }), 'é')
      assert.equal(await textOf(file, { start: 3, end: 6 }), '😀')
      assert.equal(await textOf(file, { start: 8, end: 11 }), 'text')
      assert.equal(await textOf(file), 'é 😀 text')
    })
  }

  test('has no more than its name to let go of', () => {
    const file = new VirtualFile('text', { name: 'a.txt' })
    file.close()
    assert.equal(file.name, 'a.txt')
  })
})

describe('VirtualFile of content that comes in pieces', () => {
  test('knows no size but the one that was told, and offers no ranges', async () => {
    assert.deepEqual(withoutUndefined(await new VirtualFile(['a']).stat()), { seekable: false })
    assert.deepEqual(withoutUndefined(await new VirtualFile(['a'], { size: 1 }).stat()), { size: 1, seekable: false })
    assert.equal((await new VirtualFile(() => 'text').stat()).size, undefined)
  })

  test('gives each piece as soon as it is there', async () => {
    let made = 0
    async function* lines() {
      for (;;) yield `line ${made++}\n`
    }
    const pieces = new VirtualFile(lines()).open()
    assert.equal(String((await pieces.next()).value), 'line 0\n')
    assert.equal(made, 1)
    assert.equal(String((await pieces.next()).value), 'line 1\n')
    assert.equal(made, 2)
    await pieces.return?.()
  })

  test('opens nothing before it is read', () => {
    let isStarted = false
    function* content() {
      isStarted = true
      yield 'a'
    }
    const file = new VirtualFile(content())
    assert.notEqual(file.open(), undefined)
    assert.equal(isStarted, false)
  })

  test('lets a stream go that was never read', async () => {
    const node = new Readable({ read() {} })
    let isCancelled = false
    const web = new ReadableStream({
      cancel: () => {
        isCancelled = true
      },
    })
    const iterator = ['a'].values()
    const generator = (function* () {
      yield 'a'
    })()
    for (const content of [node, web, generator, iterator]) new VirtualFile(content).close()
    assert.equal(node.destroyed, true)
    assert.equal(isCancelled, true)
    assert.equal(generator.next().done, true)
  })

  test('closes the descriptor of a file stream that was never read', async () => {
    const stream = createReadStream('/dev/zero')
    await once(stream, 'open')
    new VirtualFile(stream).close()
    await once(stream, 'close')
    assert.equal(stream.closed, true)
  })

  test('can be closed after it was read, and twice', async () => {
    for (const content of [Readable.from(['a']), ReadableStream.from(['a']), ['a'].values()]) {
      const file = new VirtualFile(content)
      assert.equal(await textOf(file), 'a')
      file.close()
      file.close()
    }
  })

  test('ends a stream that waits for ever when the client has gone', async () => {
    const stream = new Readable({ read() {} })
    const controller = new AbortController()
    const next = new VirtualFile(stream).open(undefined, controller.signal).next()
    await new Promise(setImmediate)
    controller.abort()
    await assert.rejects(next, { name: 'AbortError' })
    assert.equal(stream.destroyed, true)
  })

  test('meets the error of a stream that failed before it was read', async () => {
    const stream = createReadStream('/nothing/there')
    const file = new VirtualFile(stream)
    await new Promise<void>((resolve) => stream.once('close', resolve))
    await assert.rejects(textOf(file), { code: 'ENOENT' })
  })

  test('a stream that fails and is never read does not end the process', async () => {
    const { output, errors, code } = await runChild(`
      import { Readable } from 'node:stream'
      import { createReadStream } from 'node:fs'
      import { VirtualFile } from './src/files/virtual.ts'
      const streams = [createReadStream('/nothing/there'), new Readable({ read() { this.destroy(new Error('early')) } })]
      for (const stream of streams) new VirtualFile(stream)
      streams[1].read()
      await Promise.all(streams.map((stream) => new Promise((resolve) => stream.once('close', resolve))))
      console.log('alive')
    `)
    assert.deepEqual({ output, errors, code }, { output: 'alive\n', errors: '', code: 0 })
  })
})

describe('VirtualFile of a function', () => {
  test('calls it when it is read, and not before', async () => {
    let calls = 0
    const file = new VirtualFile(
      () => {
        calls += 1
        return `made ${calls}`
      },
      { name: 'report.csv' },
    )
    await file.stat()
    const pieces = file.open()
    file.close()
    assert.equal(calls, 0)
    assert.equal(String((await pieces.next()).value), 'made 1')
    assert.equal(calls, 1)
  })

  test('takes every form of content from it, also later', async () => {
    const contents = ['a', Buffer.from('a'), new Blob(['a']), Readable.from(['a']), ReadableStream.from(['a']), ['a']]
    for (const content of contents) {
      assert.equal(await textOf(new VirtualFile(() => content)), 'a')
    }
    assert.equal(await textOf(new VirtualFile(async () => 'later')), 'later')
  })

  test('tells it when the client has gone', async () => {
    const controller = new AbortController()
    let seen: AbortSignal | undefined
    const pieces = new VirtualFile((signal) => {
      seen = signal
      return ['a', 'b']
    }).open(undefined, controller.signal)
    await pieces.next()
    assert.equal(seen?.aborted, false)
    controller.abort()
    assert.equal(seen?.aborted, true)
    await assert.rejects(pieces.next(), { name: 'AbortError' })
  })

  test('does not call it for a client that has gone already', async () => {
    let calls = 0
    const file = new VirtualFile(() => {
      calls += 1
      return 'a'
    })
    await assert.rejects(textOf(file, undefined, AbortSignal.abort()), { name: 'AbortError' })
    assert.equal(calls, 0)
  })

  test('lets the stream go that it gave, when the reader stops', async () => {
    const stream = Readable.from(['a', 'b'])
    const pieces = new VirtualFile(() => stream).open()
    await pieces.next()
    await pieces.return?.()
    assert.equal(stream.destroyed, true)
  })

  test('lets the stream go that it gave too late', async () => {
    const stream = new Readable({ read() {} })
    const controller = new AbortController()
    const file = new VirtualFile(async () => {
      controller.abort()
      return stream
    })
    await assert.rejects(textOf(file, undefined, controller.signal), { name: 'AbortError' })
    assert.equal(stream.destroyed, true)
  })

  test('passes on what it throws', async () => {
    const throwing = () => {
      throw failure
    }
    await assert.rejects(textOf(new VirtualFile(throwing)), failure)
    await assert.rejects(textOf(new VirtualFile(() => Promise.reject(failure))), failure)
  })
})

describe('VirtualFile', () => {
  test('tells what it was told', async () => {
    const modifiedTime = new Date(0)
    const wasModifiedSince = () => false
    const options = { name: 'x/a.txt', url: '/media/a.txt', modifiedTime, etag: 'W/"1"', contentType: 'text/csv' }
    const file = new VirtualFile('a', { ...options, wasModifiedSince })
    assert.deepEqual([file.name, file.url, file.wasModifiedSince], ['x/a.txt', '/media/a.txt', wasModifiedSince])
    assert.deepEqual(await file.stat(), {
      size: 1,
      modifiedTime,
      etag: 'W/"1"',
      contentType: 'text/csv',
      seekable: true,
    })
  })

  test('has neither name nor address nor time unless they are told', async () => {
    const file = new VirtualFile('')
    assert.deepEqual([file.name, file.url, file.wasModifiedSince], ['', undefined, undefined])
    assert.deepEqual(withoutUndefined(await file.stat()), { size: 0, seekable: true })
  })
})

async function textOf(file: VirtualFile, range?: ByteRange, signal?: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of file.open(range, signal)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function withoutUndefined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}
