import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { FileExistsError } from '../../errors.js'
import type { Content } from '../../storages/content.js'
import { assertBytes, filled, keysOf, LARGE, readBytes, readText, type StorageCase, saved } from './storage-case.js'

const TEXT = 'é 日本 😀\n'

/** Every form of content, all with the same bytes. */
const FORMS: Readonly<Record<string, () => Content>> = {
  'a string': () => TEXT,
  'a Buffer': () => Buffer.from(TEXT),
  'a part of a larger array': () => new Uint8Array(Buffer.from(`<${TEXT}>`)).subarray(1, -1),
  'an ArrayBuffer': () => new Uint8Array(Buffer.from(TEXT)).buffer,
  'a Blob': () => new Blob([TEXT]),
  'a web stream of bytes': () => new Blob([TEXT]).stream(),
  'a web stream of text': () => ReadableStream.from([TEXT.slice(0, 1), TEXT.slice(1)]),
  'a Node stream of bytes': () => Readable.from([Buffer.from(TEXT)]),
  'a Node stream of text': () => Readable.from([TEXT.slice(0, 2), TEXT.slice(2)]),
  'an async generator of text and bytes': () => generated(),
  'an array of bytes': () => [Buffer.from(TEXT)],
}

async function* generated(): AsyncGenerator<string | Uint8Array> {
  yield TEXT.slice(0, 2)
  await new Promise(setImmediate)
  yield new Uint8Array()
  yield Buffer.from(TEXT.slice(2))
}

export const savingCases: readonly StorageCase[] = [
  ...Object.entries(FORMS).map(
    ([form, content]): StorageCase => ({
      title: `saves ${form}`,
      async run(storage) {
        const { size } = await saved(storage, 'file.txt', content())
        assert.equal(await readText(storage, 'file.txt'), TEXT)
        assert.equal(size, Buffer.byteLength(TEXT), 'stat() tells the size in bytes.')
      },
    }),
  ),
  {
    title: 'saves an empty file, which is there all the same',
    async run(storage) {
      const { size } = await saved(storage, 'empty.txt', '')
      assert.equal(size, 0)
      assert.equal(await storage.exists('empty.txt'), true)
      assertBytes(await readBytes(storage, 'empty.txt'), new Uint8Array())
    },
  },
  {
    title: 'saves a stream that gives nothing as an empty file',
    async run(storage) {
      await storage.save('empty.txt', Readable.from([]))
      assertBytes(await readBytes(storage, 'empty.txt'), new Uint8Array())
    },
  },
  {
    title: 'saves megabytes that come in pieces',
    async run(storage) {
      const bytes = Buffer.from(Array.from({ length: LARGE / 4 }, (_, index) => index % 251))
      await storage.save('large.bin', new Blob([bytes, bytes, bytes, bytes]).stream())
      assertBytes(await readBytes(storage, 'large.bin'), Buffer.concat([bytes, bytes, bytes, bytes]))
    },
  },
  {
    title: 'keeps its own copy of the bytes',
    async run(storage) {
      const bytes = Buffer.from('original')
      await storage.save('file.txt', bytes)
      bytes.fill('x')
      assert.equal(await readText(storage, 'file.txt'), 'original')
    },
  },
  {
    title: 'replaces a file, also by a shorter one',
    async run(storage) {
      await storage.save('file.txt', 'a long first version')
      const { size } = await saved(storage, 'file.txt', 'short')
      assert.equal(size, 5)
      assert.equal(await readText(storage, 'file.txt'), 'short')
      assert.deepEqual(await keysOf(storage), ['file.txt'])
    },
  },
  {
    title: 'shows nothing of a file before all of it is there',
    async run(storage) {
      await storage.save('old.txt', 'old')
      const seen: unknown[] = []
      async function* observed() {
        yield filled('n')
        seen.push(await storage.exists('new.txt'), await readText(storage, 'old.txt'), await keysOf(storage))
        yield 'end'
      }
      await storage.save('new.txt', observed())
      await storage.save('old.txt', observed())
      assert.deepEqual(seen, [false, 'old', ['old.txt'], true, 'old', ['new.txt', 'old.txt']])
    },
  },
  {
    title: 'refuses to replace a file with overwrite: false',
    async run(storage) {
      await storage.save('file.txt', 'first', { overwrite: false })
      await assert.rejects(storage.save('file.txt', 'second', { overwrite: false }), FileExistsError)
      assert.equal(await readText(storage, 'file.txt'), 'first')
      assert.deepEqual(await keysOf(storage), ['file.txt'])
    },
  },
  {
    title: 'lets one of several win with overwrite: false',
    async run(storage, lacks) {
      const texts = ['one', 'two', 'three', 'four']
      const results = await Promise.allSettled(
        texts.map((text) => storage.save('file.txt', text, { overwrite: false })),
      )
      const winners = texts.filter((_, index) => results[index]?.status === 'fulfilled')
      const kept = await readText(storage, 'file.txt')
      if (lacks.includes('exclusive-save')) assert.ok(winners.includes(kept), `"${kept}" is of none that won.`)
      else assert.deepEqual(winners, [kept])
    },
  },
  {
    title: 'keeps one of several files whole that are saved at once',
    async run(storage) {
      const versions = ['a', 'b', 'c'].map((letter) => filled(letter))
      await Promise.all(versions.map((bytes) => storage.save('file.bin', [bytes.subarray(0, 7), bytes.subarray(7)])))
      const bytes = await readBytes(storage, 'file.bin')
      assert.ok(
        versions.some((version) => version.equals(bytes)),
        'The file is a mix of several.',
      )
    },
  },
  {
    title: 'keeps the media type, or knows of none',
    async run(storage) {
      await storage.save('page', '<p>', { contentType: 'text/html' })
      const { contentType } = (await storage.stat('page')) ?? {}
      assert.ok(contentType === undefined || contentType === 'text/html', `It became ${contentType}.`)
    },
  },
]
