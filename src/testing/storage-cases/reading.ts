import assert from 'node:assert/strict'
import { FileNotFoundError } from '../../errors.js'
import {
  assertBytes,
  errorOf,
  filled,
  LARGE,
  readBytes,
  readText,
  restOf,
  type StorageCase,
  saved,
  soon,
} from './storage-case.js'

export const readingCases: readonly StorageCase[] = [
  {
    title: 'knows nothing of a file that is not there',
    async run(storage) {
      assert.equal(await storage.stat('missing.txt'), undefined)
      assert.equal(await storage.exists('missing.txt'), false)
      await assert.rejects(readBytes(storage, 'missing.txt'), FileNotFoundError)
    },
  },
  {
    title: 'knows a file that is there',
    async run(storage) {
      const before = Date.now()
      const { modifiedTime } = await saved(storage, 'file.txt', 'text')
      assert.equal(await storage.exists('file.txt'), true)
      if (modifiedTime === undefined) return
      // A storage elsewhere has a clock of its own, and some count whole seconds.
      const distance = Math.abs(modifiedTime.getTime() - before)
      assert.ok(distance < 60_000, `modifiedTime is ${modifiedTime.toISOString()}, but it was saved now.`)
    },
  },
  {
    title: 'takes a folder for no file',
    async run(storage) {
      await storage.save('folder/file.txt', 'text')
      assert.equal(await storage.stat('folder'), undefined)
      assert.equal(await storage.exists('folder'), false)
      await assert.rejects(readBytes(storage, 'folder'), FileNotFoundError)
    },
  },
  ...[
    { name: 'from the start', start: 0, end: 3 },
    { name: 'from the middle', start: 4, end: 5 },
    { name: 'to the end', start: 6, end: 9 },
    { name: 'of one byte', start: 9, end: 9 },
    { name: 'of all bytes', start: 0, end: 9 },
  ].map(
    ({ name, start, end }): StorageCase => ({
      title: `reads a range ${name}`,
      async run(storage) {
        const seen = await saved(storage, 'digits.txt', '0123456789')
        const expected = '0123456789'.slice(start, end + 1)
        assert.equal(await readText(storage, 'digits.txt', { range: { start, end } }), expected)
        assert.equal(await readText(storage, 'digits.txt', { range: { start, end }, seen }), expected)
      },
    }),
  ),
  {
    title: 'reads a range of a large file',
    async run(storage) {
      const bytes = Buffer.concat([filled('a'), filled('b'), filled('c')])
      const range = { start: 1_000_000, end: bytes.length - 1_000_001 }
      await storage.save('large.bin', bytes)
      assertBytes(await readBytes(storage, 'large.bin', { range }), bytes.subarray(range.start, range.end + 1))
    },
  },
  {
    title: 'reads nothing before the first next()',
    async run(storage) {
      const early = storage.open('file.txt')
      const late = storage.open('file.txt')
      await storage.save('file.txt', 'saved after open()')
      assert.equal((await restOf(early[Symbol.asyncIterator]())).toString(), 'saved after open()')
      await storage.delete('file.txt')
      await assert.rejects(restOf(late[Symbol.asyncIterator]()), FileNotFoundError)
    },
  },
  {
    title: 'reads one file several times at once',
    async run(storage) {
      await storage.save('large.bin', filled('a'))
      const copies = await Promise.all([1, 2, 3, 4].map(() => readBytes(storage, 'large.bin')))
      for (const copy of copies) assertBytes(copy, filled('a'))
    },
  },
  {
    title: 'lets a reader stop early',
    async run(storage) {
      await storage.save('large.bin', filled('a'))
      for await (const piece of storage.open('large.bin')) {
        assert.equal(piece[0], 'a'.charCodeAt(0))
        break
      }
      await storage.delete('large.bin')
      assert.equal(await storage.exists('large.bin'), false)
    },
  },
  {
    title: 'does not read for a client that has gone',
    async run(storage) {
      await storage.save('file.txt', 'text')
      const reason = new Error('The client has gone.')
      const signal = AbortSignal.abort(reason)
      assert.equal(await errorOf(readBytes(storage, 'file.txt', { signal })), reason)
    },
  },
  {
    title: 'ends the reading when the client goes',
    async run(storage) {
      await storage.save('large.bin', filled('a', LARGE))
      const controller = new AbortController()
      const pieces = storage.open('large.bin', { signal: controller.signal })[Symbol.asyncIterator]()
      const { value: first } = await pieces.next()
      controller.abort()
      const rest = await soon(Promise.allSettled([restOf(pieces)]), 'The end of a reading that was aborted')
      // A storage may have given all in one piece; else what was given must not look whole.
      if (rest[0].status === 'fulfilled') assertBytes(Buffer.concat([first, rest[0].value]), filled('a', LARGE))
    },
  },
]
