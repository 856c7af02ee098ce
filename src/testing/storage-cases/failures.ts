import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { BodyError } from '../../errors.js'
import type { Content } from '../../storages/content.js'
import type { Storage } from '../../storages/storage.js'
import { errorOf, filled, keysOf, readText, type StorageCase, soon } from './storage-case.js'

const failure = new Error('The content failed.')

/** Content that breaks off after a megabyte. */
const BROKEN: Readonly<Record<string, () => Content>> = {
  'a generator': () => broken(),
  'a Node stream': () => Readable.from(broken()),
  'a web stream': () => ReadableStream.from(broken()),
}

async function* broken(): AsyncGenerator<Uint8Array> {
  yield filled('b')
  throw failure
}

/** Content that waits for ever after its first piece. */
const STALLED: Readonly<Record<string, () => Content>> = {
  'a generator': () => stalled(),
  'a Node stream': () => stalledNodeStream(),
  'a Node stream of a generator': () => Readable.from(stalled()),
  'a web stream': () => new ReadableStream({ start: (controller) => controller.enqueue('s') }),
}

async function* stalled(): AsyncGenerator<string> {
  yield 's'
  await new Promise(() => {})
}

function stalledNodeStream(): Readable {
  const stream = new Readable({ read() {} })
  stream.push('s')
  return stream
}

export const failureCases: readonly StorageCase[] = [
  ...Object.entries(BROKEN).map(
    ([form, content]): StorageCase => ({
      title: `keeps the old file, and nothing else, when ${form} fails`,
      async run(storage) {
        await assertNothingChanges(storage, async (key) => {
          const error = await errorOf(storage.save(key, content()))
          assert.ok(error === failure || error.cause === failure, 'The error of the content is lost.')
        })
      },
    }),
  ),
  {
    title: 'keeps the old file, and nothing else, when a stream has failed before it is read',
    async run(storage) {
      await assertNothingChanges(storage, async (key) => {
        const stream = new Readable({ read() {} })
        let listeners = 0
        stream.on('error', () => {
          listeners = stream.listenerCount('error')
        })
        stream.destroy(failure)
        await assert.rejects(storage.save(key, stream))
        // Counts the one above as well.
        assert.ok(listeners > 1, 'Nobody listened to the error of the stream: without this test it ends the process.')
      })
    },
  },
  {
    title: 'refuses pieces that are neither text nor bytes',
    async run(storage) {
      await assertNothingChanges(storage, async (key) => {
        for (const piece of [1, null, undefined, {}, ['a']]) {
          await assert.rejects(storage.save(key, ['first', piece] as Content), BodyError)
        }
      })
    },
  },
  ...Object.entries(STALLED).map(
    ([form, content]): StorageCase => ({
      title: `ends at once, and leaves nothing behind, when saving ${form} is aborted`,
      async run(storage) {
        await assertNothingChanges(storage, async (key) => {
          const controller = new AbortController()
          const reason = new Error('Nobody waits for it.')
          const save = errorOf(storage.save(key, content(), { signal: controller.signal }))
          setTimeout(() => controller.abort(reason), 20)
          assert.equal(await soon(save, 'The end of a save that was aborted'), reason)
        })
      },
    }),
  ),
  {
    title: 'reads nothing when saving was aborted before',
    async run(storage) {
      await assertNothingChanges(storage, async (key) => {
        const reason = new Error('Nobody waits for it.')
        for (const content of ['text', ...Object.values(STALLED).map((create) => create())]) {
          const save = errorOf(storage.save(key, content, { signal: AbortSignal.abort(reason) }))
          assert.equal(await soon(save, 'The end of a save that was aborted before'), reason)
        }
      })
    },
  },
  {
    title: 'saves after a failure as before',
    async run(storage) {
      await errorOf(storage.save('file.txt', broken()))
      await storage.save('file.txt', 'mended')
      assert.equal(await readText(storage, 'file.txt'), 'mended')
    },
  },
]

/** Tries it on a key that has a file, and on one that has none. */
async function assertNothingChanges(storage: Storage, attempt: (key: string) => Promise<void>): Promise<void> {
  await storage.save('folder/old.txt', 'old')
  await attempt('folder/old.txt')
  await attempt('folder/new.txt')
  assert.deepEqual(await keysOf(storage), ['folder/old.txt'])
  assert.equal(await readText(storage, 'folder/old.txt'), 'old')
  assert.equal(await storage.stat('folder/new.txt'), undefined)
}
