import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { FileChangedError, FileNotFoundError } from '../../errors.js'
import type { FileStat, ReadOptions, Storage } from '../../storages/storage.js'
import {
  assertBytes,
  filled,
  LARGE,
  readBytes,
  restOf,
  type StorageCase,
  type StorageLack,
  saved,
  statOf,
} from './storage-case.js'

/** What happens to a file behind a reader's back. */
const CHANGES: Readonly<Record<string, (storage: Storage) => Promise<void>>> = {
  replaced: (storage) => storage.save('file.bin', filled('n', LARGE)),
  'deleted and saved again': async (storage) => {
    await storage.delete('file.bin')
    await storage.save('file.bin', filled('n'))
  },
  'replaced by a shorter one': (storage) => storage.save('file.bin', filled('n', 9)),
  'replaced by a longer one': (storage) => storage.save('file.bin', [filled('n'), filled('n')]),
  deleted: (storage) => storage.delete('file.bin'),
}

export const versionCases: readonly StorageCase[] = [
  ...Object.entries(CHANGES).flatMap(([change, apply]) => [
    {
      title: `gives the old bytes or an error when a file is ${change} under way`,
      async run(storage: Storage, lacks: readonly StorageLack[]) {
        const old = await saved(storage, 'file.bin', filled('o', LARGE))
        const pieces = storage.open('file.bin')[Symbol.asyncIterator]()
        const { value: first } = await pieces.next()
        await changeVisibly(storage, old, apply, lacks)
        await assertOldOrError(async () => Buffer.concat([first, await restOf(pieces)]))
      },
    },
    {
      title: `reads the version that was seen, or none, when a file is ${change} before`,
      async run(storage: Storage, lacks: readonly StorageLack[]) {
        const seen = await saved(storage, 'file.bin', filled('o'))
        await changeVisibly(storage, seen, apply, lacks)
        await assertPinned(storage, { seen })
        await assertPinned(storage, { seen, range: { start: 2, end: 5 } })
      },
    },
  ]),
  {
    title: 'reads the version that was seen while it is still there',
    async run(storage) {
      const seen = await saved(storage, 'file.bin', filled('o'))
      assertBytes(await readBytes(storage, 'file.bin', { seen }), filled('o'))
    },
  },
  {
    title: 'gives a whole entity-tag, if any',
    async run(storage) {
      const { etag } = await saved(storage, 'file.txt', 'text')
      if (etag !== undefined) assert.match(etag, /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/)
    },
  },
  {
    title: 'gives the same entity-tag as long as nothing changes',
    async run(storage) {
      const { etag } = await saved(storage, 'file.txt', 'text')
      await storage.save('other.txt', 'other')
      assert.equal((await statOf(storage, 'file.txt')).etag, etag)
    },
  },
  {
    title: 'gives another entity-tag to every other content, however fast it follows',
    async run(storage, lacks) {
      const contents = Array.from({ length: 20 }, (_, index) => String(index).padStart(2, '0'))
      const tags: (string | undefined)[] = []
      for (const content of contents) tags.push((await saved(storage, 'file.txt', content)).etag)
      if (lacks.includes('exact-versions')) {
        assert.ok(!tags.some((tag) => tag?.startsWith('"')), `A strong tag promises the very same bytes: ${tags[0]}`)
      } else if (tags[0] !== undefined) assert.equal(new Set(tags).size, contents.length, tags.join(' '))
    },
  },
]

/** Where versions are not exact, the change is made anew until it shows, as the next moment's does. */
async function changeVisibly(
  storage: Storage,
  old: FileStat,
  apply: (storage: Storage) => Promise<void>,
  lacks: readonly StorageLack[],
): Promise<void> {
  const until = Date.now() + 5_000
  for (;;) {
    await apply(storage)
    if (!lacks.includes('exact-versions')) return
    const now = await storage.stat('file.bin')
    if (now === undefined || !isDeepStrictEqual(versionOf(now), versionOf(old))) return
    assert.ok(Date.now() < until, 'A change does not show in the size, the time or the entity-tag.')
  }
}

function versionOf({ size, modifiedTime, etag }: FileStat): unknown {
  return [size, modifiedTime?.getTime(), etag]
}

async function assertOldOrError(read: () => Promise<Buffer>): Promise<void> {
  const [result] = await Promise.allSettled([read()])
  if (result.status === 'fulfilled') assertBytes(result.value, filled('o', LARGE))
}

async function assertPinned(storage: Storage, options: ReadOptions): Promise<void> {
  const { start, end } = options.range ?? { start: 0, end: filled('o').length - 1 }
  try {
    assertBytes(await readBytes(storage, 'file.bin', options), filled('o').subarray(start, end + 1))
  } catch (error) {
    if (!(error instanceof FileChangedError || error instanceof FileNotFoundError)) throw error
  }
}
