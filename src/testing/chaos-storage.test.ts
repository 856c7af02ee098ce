import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { ConfigurationError, FileChangedError, FileNotFoundError, StorageError } from '../errors.js'
import { MemoryStorage } from '../storages/memory.js'
import type { FetchedFile, FetchOptions, FileStat, ReadOptions } from '../storages/storage.js'
import { ChaosStorage } from './chaos-storage.js'
import type { ChaosPlan } from './chaos-storage-plan.js'
import type { RandomChaosOptions } from './chaos-storage-random.js'
import { errorOf, keysOf, readText, soon } from './storage-cases/storage-case.js'
import { temporaryStorage } from './temporary-storage.js'
import { testStorage } from './test-storage.js'

const DIGITS = '0123456789'
const failure = new Error('Broken on purpose.')

describe('without a fault', () => {
  testStorage('ChaosStorage in memory', () => new ChaosStorage(new MemoryStorage({ baseUrl: '/media' })))
  testStorage('ChaosStorage on a folder', async () => {
    const folder = await temporaryStorage()
    return { storage: new ChaosStorage(folder), dispose: () => folder.remove() }
  })
  testStorage('ChaosStorage by chance, of which there is none', () =>
    ChaosStorage.random(new MemoryStorage(), { chance: 0, log: () => {} }),
  )
})

describe('with a plan for one key, the others', () => {
  const keys = 'not this one'
  testStorage(
    'ChaosStorage',
    () => new ChaosStorage(new MemoryStorage(), { open: { fault: 'fail', keys }, stat: { fault: 'missing', keys } }),
  )
})

describe('what the wrapped storage has', () => {
  test('is passed on: its addresses and paths', async () => {
    await using folder = await temporaryStorage({ baseUrl: '/media' })
    const storage = new ChaosStorage(folder)
    assert.equal(storage.path('a.txt'), folder.path('a.txt'))
    assert.equal(storage.url('a.txt'), '/media/a.txt')
  })

  test('decides whether it has fetch() and presignedUrl()', async () => {
    const without = new ChaosStorage(new MemoryStorage())
    assert.deepEqual([without.fetch, without.presignedUrl], [undefined, undefined])
    const remote = new ChaosStorage(await filled(new Remote()))
    assert.equal(await remote.presignedUrl?.('digits.txt'), 'https://store/digits.txt')
    assert.equal(await textOf((await remote.fetch?.('digits.txt'))?.body), DIGITS)
    assert.equal(await remote.fetch?.('missing.txt'), undefined)
  })

  test('can be planned for, and nothing else', () => {
    const plans: ChaosPlan[] = [{ fetch: { fault: 'stall' } }, { presignedUrl: { fault: 'fail' } }]
    for (const plan of plans) {
      assert.throws(() => new ChaosStorage(new MemoryStorage(), plan), ConfigurationError)
      assert.throws(() => new ChaosStorage(new MemoryStorage()).plan(plan), ConfigurationError)
    }
  })
})

test('a plan that makes no sense does not compile', () => {
  const plans = [
    // @ts-expect-error: there is no such method.
    { read: { fault: 'fail' } },
    // @ts-expect-error: there is no such fault.
    { stat: { fault: 'explode' } },
    // @ts-expect-error: stat() has no bytes that could end too early.
    { stat: { fault: 'truncate', after: 1 } },
    // @ts-expect-error: nor any that could pass before.
    { stat: { fault: 'fail', after: 1 } },
    // @ts-expect-error: open() tells no size.
    { open: { fault: 'size', by: 1 } },
    // @ts-expect-error: after how many bytes?
    { open: { fault: 'truncate' } },
    // @ts-expect-error: the end is no place to end too early.
    { open: { fault: 'truncate', after: 'end' } },
    // @ts-expect-error: by how many bytes?
    { stat: { fault: 'size' } },
    // @ts-expect-error: with which content?
    { open: { fault: 'replace' } },
    // @ts-expect-error: exists() tells nothing that could be missing.
    { exists: { fault: 'missing' } },
    // @ts-expect-error: a call is counted.
    { open: { fault: 'fail', calls: 'first' } },
  ] satisfies ChaosPlan[]
  assert.equal(plans.length, 11)
})

describe('a call', () => {
  test('fails with the error that was given, or with one of a storage', async () => {
    const storage = new ChaosStorage(await filled(), {
      stat: { fault: 'fail', error: failure },
      exists: { fault: 'fail' },
    })
    assert.equal(await errorOf(storage.stat('digits.txt')), failure)
    assert.ok((await errorOf(storage.exists('digits.txt'))) instanceof StorageError, 'Not a StorageError.')
  })

  test('stalls until the signal aborts, or for ever when there is none', async () => {
    const storage = new ChaosStorage(await filled(), { stat: { fault: 'stall' }, open: { fault: 'stall' } })
    let answered = false
    const answer = () => {
      answered = true
    }
    storage.stat('digits.txt').then(answer, answer)
    const controller = new AbortController()
    const reading = errorOf(readText(storage, 'digits.txt', { signal: controller.signal }))
    await new Promise(setImmediate)
    controller.abort(failure)
    assert.equal(await soon(reading, 'The end of a reading that was aborted'), failure)
    assert.equal(answered, false)
  })

  test('does its work and fails, when its answer is lost', async () => {
    const lost = { fault: 'lost-answer', error: failure } as const
    const storage = new ChaosStorage(await filled(), { save: lost, delete: lost })
    assert.equal(await errorOf(storage.save('new.txt', 'new')), failure)
    assert.equal(await readText(storage, 'new.txt'), 'new')
    assert.equal(await errorOf(storage.delete('digits.txt')), failure)
    assert.equal(await storage.exists('digits.txt'), false)
  })

  test('finds nothing of what is missing', async () => {
    const missing = { fault: 'missing' } as const
    const storage = new ChaosStorage(await filled(new Remote()), { stat: missing, open: missing, fetch: missing })
    assert.equal(await storage.stat('digits.txt'), undefined)
    assert.equal(await storage.fetch?.('digits.txt'), undefined)
    await assert.rejects(readText(storage, 'digits.txt'), FileNotFoundError)
  })

  test('tells a wrong size, and still knows the file again', async () => {
    const storage = new ChaosStorage(await filled(), { stat: { fault: 'size', by: -3 } })
    const seen = await storage.stat('digits.txt')
    assert.equal(seen?.size, 7)
    assert.equal(await readText(storage, 'digits.txt', { seen }), DIGITS)
    await storage.save('digits.txt', 'other text')
    await assert.rejects(readText(storage, 'digits.txt', { seen }), FileChangedError)
  })

  test('waits when it is to be late, but not for a client that has gone', async () => {
    const storage = new ChaosStorage(await filled(), {
      exists: { fault: 'delay', milliseconds: 1 },
      open: { fault: 'delay', milliseconds: 60_000 },
    })
    assert.equal(await storage.exists('digits.txt'), true)
    const reading = readText(storage, 'digits.txt', { signal: AbortSignal.abort(failure) })
    assert.equal(await soon(errorOf(reading), 'The end of a reading that was aborted'), failure)
  })

  test('of list() gives some keys before it fails', async () => {
    const storage = new ChaosStorage(await filled(), { list: { fault: 'fail', after: 1 } })
    await storage.save('second.txt', '')
    const keys: string[] = []
    await assert.rejects(async () => {
      for await (const key of storage.list()) keys.push(key)
    }, StorageError)
    assert.deepEqual(keys, ['digits.txt'])
  })
})

describe('the bytes', () => {
  for (const [title, plan, expected] of [
    ['fail before the first', { fault: 'fail', error: failure }, ['!']],
    ['fail after some', { fault: 'fail', error: failure, after: 4 }, ['0123', '!']],
    ['fail after the last', { fault: 'fail', error: failure, after: 'end' }, ['0123456789', '!']],
    ['end too early', { fault: 'truncate', after: 4 }, ['0123']],
    ['end before the first', { fault: 'truncate', after: 0 }, []],
    ['are too many', { fault: 'extend', by: 2 }, ['0123456789', '\0\0']],
    ['come one by one', { fault: 'single-bytes' }, [...DIGITS]],
    ['come between empty pieces', { fault: 'empty-pieces' }, ['', '0123456789', '']],
    ['are of an old version', { fault: 'replace', content: 'new', after: 4 }, ['0123', '456789']],
    ['are of a new version', { fault: 'replace', content: 'new' }, ['new']],
    ['are of a deleted file', { fault: 'vanish', after: 4 }, ['0123', '456789']],
  ] as const) {
    test(title, async () => {
      const storage = new ChaosStorage(await filled(new Remote()), { open: plan })
      assert.deepEqual(await piecesOf(storage.open('digits.txt')), expected)
      if (title === 'are of a new version') return
      await storage.storage.save('digits.txt', DIGITS)
      storage.plan({ fetch: 'after' in plan ? plan : { ...plan } })
      const fetched = await storage.fetch?.('digits.txt').catch(() => undefined)
      if (title !== 'fail before the first') assert.deepEqual(await piecesOf(fetched?.body), expected)
      else assert.equal(fetched, undefined)
    })
  }

  test('can be no bytes at all', async () => {
    for (const piece of ['text', null, 7, {}]) {
      const storage = new ChaosStorage(await filled(), { open: { fault: 'garbage', piece, after: 4 } })
      const pieces: unknown[] = []
      for await (const each of storage.open('digits.txt')) pieces.push(each)
      assert.deepEqual([pieces.length, pieces[1]], [3, piece])
    }
  })

  test('can have several faults at once', async () => {
    const storage = new ChaosStorage(await filled(), {
      open: [{ fault: 'single-bytes' }, { fault: 'fail', after: 2, error: failure }],
    })
    assert.deepEqual(await piecesOf(storage.open('digits.txt')), ['0', '1', '!'])
  })

  test('are counted within a range', async () => {
    const storage = new ChaosStorage(await filled(), { open: { fault: 'truncate', after: 2 } })
    assert.equal(await readText(storage, 'digits.txt', { range: { start: 5, end: 9 } }), '56')
  })

  test('that stall are let go of by return(), and so is their source', async () => {
    const files = await filled(new Watched())
    const pieces = new ChaosStorage(files, { open: { fault: 'stall', after: 4 } }).open('digits.txt')
    const reading = pieces[Symbol.asyncIterator]()
    await reading.next()
    const next = Promise.allSettled([reading.next()])
    await soon(reading.return?.() ?? Promise.reject(failure), 'The end of a reading')
    await next
    assert.equal(files.reading, 0)
  })

  test('that are deaf never hear that the client has gone', async () => {
    const storage = new ChaosStorage(await filled(), { open: { fault: 'deaf' } })
    assert.equal(await readText(storage, 'digits.txt', { signal: AbortSignal.abort() }), DIGITS)
  })

  test('fail when they are let go of', async () => {
    const close = { fault: 'close', error: failure } as const
    const storage = new ChaosStorage(await filled(new Remote()), { open: close, fetch: close })
    const reading = storage.open('digits.txt')[Symbol.asyncIterator]()
    await reading.next()
    assert.equal(await errorOf(reading.return?.() ?? Promise.resolve()), failure)
    assert.equal(await readText(storage, 'digits.txt'), DIGITS)
    const fetched = await storage.fetch?.('digits.txt')
    assert.throws(() => fetched?.body?.cancel(), failure)
  })

  test('of fetch() fail in the call or in the body, as `after` says', async () => {
    const storage = new ChaosStorage(await filled(new Remote()), { fetch: { fault: 'fail', error: failure } })
    assert.equal(await errorOf(storage.fetch?.('digits.txt') ?? Promise.resolve()), failure)
    storage.plan({ fetch: { fault: 'fail', error: failure, after: 0 } })
    assert.deepEqual(await piecesOf((await storage.fetch?.('digits.txt'))?.body), ['!'])
    storage.plan({ fetch: { fault: 'size', by: 5 } })
    assert.equal((await storage.fetch?.('digits.txt'))?.stat.size, 15)
  })
})

describe('save()', () => {
  for (const after of [0, 4, 'end'] as const) {
    test(`that fails after ${after} leaves the old file, and its content let go of`, async () => {
      await using folder = await temporaryStorage()
      await folder.save('digits.txt', 'old')
      const storage = new ChaosStorage(folder, { save: { fault: 'fail', error: failure, after } })
      const content = Readable.from([Buffer.from(DIGITS)])
      const error = await errorOf(storage.save('digits.txt', content))
      assert.ok(error === failure || error.cause === failure, String(error))
      assert.equal(await readText(folder, 'digits.txt'), 'old')
      assert.deepEqual(await keysOf(folder), ['digits.txt'])
      assert.equal(content.destroyed, true)
    })
  }

  test('keeps less than it was given, and says nothing', async () => {
    const storage = new ChaosStorage(new MemoryStorage(), { save: { fault: 'truncate', after: 4 } })
    await storage.save('digits.txt', DIGITS)
    assert.equal(await readText(storage, 'digits.txt'), '0123')
  })

  test('stalls until it is aborted', async () => {
    const storage = new ChaosStorage(new MemoryStorage(), { save: { fault: 'stall', after: 4 } })
    const controller = new AbortController()
    const saving = errorOf(storage.save('digits.txt', DIGITS, { signal: controller.signal }))
    await new Promise(setImmediate)
    controller.abort(failure)
    assert.equal(await soon(saving, 'The end of a save that was aborted'), failure)
    assert.deepEqual(await keysOf(storage), [])
  })

  test('does not hear an abort when it is deaf', async () => {
    const storage = new ChaosStorage(new MemoryStorage(), { save: { fault: 'deaf' } })
    await storage.save('digits.txt', DIGITS, { signal: AbortSignal.abort() })
    assert.equal(await readText(storage, 'digits.txt'), DIGITS)
  })
})

describe('an occasion', () => {
  for (const [title, keys, expected] of [
    ['a key', 'a.txt', [true, false, false]],
    ['a pattern', /\.txt$/g, [true, true, false]],
    ['a function', (key: string) => key.startsWith('c'), [false, false, true]],
    ['none', undefined, [true, true, true]],
  ] as const) {
    test(`of keys: ${title}`, async () => {
      const storage = new ChaosStorage(new MemoryStorage(), { exists: { fault: 'fail', keys } })
      for (let round = 0; round < 2; round++) {
        const struck = await Promise.allSettled(['a.txt', 'b.txt', 'c.bin'].map((key) => storage.exists(key)))
        assert.deepEqual(
          struck.map(({ status }) => status === 'rejected'),
          expected,
        )
      }
    })
  }

  for (const [title, calls, expected] of [
    ['one', 2, [2]],
    ['some', [1, 3], [1, 3]],
    ['all from one on', { from: 3 }, [3, 4]],
    ['all', undefined, [1, 2, 3, 4]],
  ] as const) {
    test(`of calls: ${title}`, async () => {
      const storage = new ChaosStorage(new MemoryStorage(), { exists: { fault: 'fail', calls, keys: 'a.txt' } })
      const struck: number[] = []
      for (let call = 1; call <= 4; call++) {
        await storage.exists('b.txt')
        await storage.exists('a.txt').catch(() => struck.push(call))
      }
      assert.deepEqual(struck, expected)
      assert.deepEqual(
        storage.struck.map(({ method, key }) => `${method} ${key}`),
        expected.map(() => 'exists a.txt'),
      )
    })
  }

  test('is counted anew with a new plan, and without one nothing goes wrong any more', async () => {
    const plan: ChaosPlan = { exists: { fault: 'fail', calls: 1 } }
    const storage = new ChaosStorage(new MemoryStorage(), plan)
    await assert.rejects(storage.exists('a.txt'))
    assert.equal(await storage.exists('a.txt'), false)
    storage.plan(plan)
    await assert.rejects(storage.exists('a.txt'))
    storage.plan()
    assert.equal(await storage.exists('a.txt'), false)
  })
})

describe('by chance', () => {
  test('the seed is printed, and another one each time', () => {
    const lines: string[] = []
    const log = (line: string) => void lines.push(line)
    const first = ChaosStorage.random(new MemoryStorage(), { log })
    ChaosStorage.random(new MemoryStorage(), { log })
    assert.equal(lines[0], `ChaosStorage: seed ${first.seed}`)
    assert.notEqual(lines[0], lines[1])
  })

  test('the same seed gives the same faults, in whatever order keys are asked for', async () => {
    const keys = Array.from({ length: 50 }, (_, index) => `${index}.txt`)
    const forth = await struckBy({ seed: 7 }, keys)
    assert.deepEqual(await struckBy({ seed: 7 }, keys.toReversed()), forth)
    assert.notDeepEqual(await struckBy({ seed: 8 }, keys), forth)
  })

  test('about as many calls go wrong as are to, each in one way of those that may', async () => {
    const keys = Array.from({ length: 2000 }, (_, index) => `${index}.txt`)
    const struck = await struckBy({ seed: 1, chance: 0.25, methods: ['stat'], faults: ['missing', 'truncate'] }, keys)
    assert.ok(struck.length > 400 && struck.length < 600, `${struck.length} of 2000 calls went wrong.`)
    assert.deepEqual([...new Set(struck.map((line) => line.split(' ')[2]))], ['{"fault":"missing"}'])
  })

  test('every fault comes to pass', async () => {
    const keys = Array.from({ length: 400 }, (_, index) => `${index}.txt`)
    const faults = ['fail', 'delay', 'truncate', 'extend', 'garbage', 'single-bytes', 'size', 'deaf', 'close'] as const
    const struck = (await struckBy({ seed: 3, chance: 1, faults }, keys)).join()
    for (const fault of faults) assert.ok(struck.includes(`"${fault}"`), fault)
  })
})

/** Asks for keys, and tells what went wrong. */
async function struckBy(options: RandomChaosOptions, keys: readonly string[]): Promise<string[]> {
  const storage = ChaosStorage.random(await filled(new Remote()), { log: () => {}, ...options })
  for (const key of keys) {
    await storage.stat(key).catch(() => {})
    storage.open(key)
  }
  return storage.struck.map(({ method, key, fault }) => `${method} ${key} ${JSON.stringify(fault)}`).sort()
}

async function filled<S extends MemoryStorage = MemoryStorage>(storage = new MemoryStorage() as S): Promise<S> {
  await storage.save('digits.txt', DIGITS)
  return storage
}

/** The pieces as texts, and a mark for the error. */
async function piecesOf(body: AsyncIterable<Uint8Array> | undefined): Promise<string[]> {
  const pieces: string[] = []
  try {
    for await (const piece of body ?? []) pieces.push(Buffer.from(piece).toString())
  } catch (error) {
    assert.equal(error, failure)
    pieces.push('!')
  }
  return pieces
}

async function textOf(body: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  return (await piecesOf(body)).join('')
}

/** A storage that seems to be elsewhere. */
class Remote extends MemoryStorage {
  async fetch(key: string, { signal }: FetchOptions = {}): Promise<FetchedFile | undefined> {
    const stat: FileStat | undefined = await this.stat(key)
    if (stat === undefined) return undefined
    const pieces = this.open(key, { seen: stat, signal })
    return { stat, body: { [Symbol.asyncIterator]: () => pieces, cancel: () => void pieces.return() } }
  }

  async presignedUrl(key: string): Promise<string> {
    return `https://store/${key}`
  }
}

/** Counts its readers. */
class Watched extends MemoryStorage {
  reading = 0

  override async *open(key: string, options?: ReadOptions): AsyncGenerator<Uint8Array, void, undefined> {
    this.reading++
    try {
      yield* super.open(key, options)
    } finally {
      this.reading--
    }
  }
}
