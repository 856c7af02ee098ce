import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, mock, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { BodyError } from '../errors.js'
import { type BodyPiece, BodyReader } from './body-reader.js'

describe('BodyReader', () => {
  test('gives the first piece as soon as it is there, and asks for no other before it is asked itself', async () => {
    const source = new Source(['ab', 'c', 'd'])
    const reader = readerOf(source, undefined)
    assert.equal(source.asked, 0)
    assert.deepEqual(await read(reader), ['ab', false])
    await delay(5)
    assert.equal(source.asked, 1)
    assert.deepEqual(await read(reader), ['c', false])
    assert.deepEqual(await read(reader), ['d', false])
    assert.equal(await reader.next(), undefined)
    assert.equal(await reader.next(), undefined)
  })

  test('marks the piece that completes the length, and only gives it once the source has ended', async () => {
    const source = new Source(['ab', 'c'])
    const reader = readerOf(source, 3)
    assert.deepEqual(await read(reader), ['ab', false])
    assert.equal(source.ended, false)
    assert.deepEqual(await read(reader), ['c', true])
    assert.equal(source.ended, true)
    assert.equal(await reader.next(), undefined)
  })

  test('passes over empty pieces', async () => {
    const reader = readerOf(new Source(['', 'ab', '', '', 'c', '', '']), 3)
    assert.deepEqual(await read(reader), ['ab', false])
    assert.deepEqual(await read(reader), ['c', true])
  })

  test('takes no piece for an empty body', async () => {
    assert.equal(await readerOf(new Source([]), 0).next(), undefined)
    assert.equal(await readerOf(new Source(['']), 0).next(), undefined)
    assert.equal(await readerOf(new Source([]), undefined).next(), undefined)
  })

  test('fails where a body ends too early', async () => {
    const reader = readerOf(new Source(['ab']), 3)
    assert.deepEqual(await read(reader), ['ab', false])
    await assert.rejects(reader.next(), wrongLength('its source ended after 2.'))
    await assert.rejects(readerOf(new Source([]), 3).next(), wrongLength('its source ended after 0.'))
  })

  test('fails where a body is too long, and does not give the piece that would complete it', async () => {
    for (const pieces of [['abcd'], ['abc', 'd'], ['abc', '', 'd'], ['ab', 'cd']]) {
      const reader = readerOf(new Source(pieces), 3)
      if (pieces[0] === 'ab') await reader.next()
      await assert.rejects(reader.next(), wrongLength('its source has more than 3.'), pieces.join())
    }
    await assert.rejects(readerOf(new Source(['a']), 0).next(), wrongLength('its source has more than 0.'))
  })

  test('fails where the source fails, be it after the last byte', async () => {
    const failure = new Error('EIO')
    for (const pieces of [[], ['ab'], ['ab', 'c']]) {
      const reader = readerOf(new Source(pieces, failure), 3)
      const received: string[] = []
      await assert.rejects(async () => {
        for (let piece = await reader.next(); piece !== undefined; piece = await reader.next()) {
          received.push(textOf(piece))
        }
      }, failure)
      assert.ok(received.join('').length < 3, 'the body looked whole')
    }
  })

  test('refuses pieces that are no bytes', async () => {
    for (const piece of ['text', 7, null, [1], undefined]) {
      const open = async function* () {
        yield piece as unknown as Uint8Array
      }
      const reader = new BodyReader({ length: undefined, open }, new AbortController().signal)
      await assert.rejects(reader.next(), { name: 'BodyError', message: /^A file must give Uint8Array, got / })
    }
  })

  test('gives just the bytes that were read, however they were cut', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 5 }), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(pieces, fc.integer({ min: -3, max: 3 }), async (chunks, lie) => {
        const whole = Buffer.concat(chunks)
        const length = whole.length + lie
        fc.pre(length >= 0)
        const { received, lasts, error } = await readAll(chunks, length)
        if (lie !== 0) {
          assert.ok(error instanceof BodyError, String(error))
          assert.ok(received.length < Math.max(length, 1), 'a wrong body looked whole')
        } else {
          assert.equal(error, undefined)
          assert.deepEqual(received, whole)
          assert.equal(lasts, length === 0 ? 0 : 1)
        }
      }),
    )
  })
})

describe('small pieces of BodyReader', () => {
  // How long they are gathered for must not depend on who else uses the processor: each test turns the clock itself.
  let clock = 0
  beforeEach(() => mock.method(performance, 'now', () => clock))
  afterEach(() => mock.restoreAll())

  test('are given together where they are ready, and as the last where the source has ended', async () => {
    for (const length of [undefined, 4]) {
      const reader = readerOfReady(['a', 'b', '', 'cd'].map(Buffer.from), length)
      assert.deepEqual(await read(reader), ['a', false])
      assert.deepEqual(await read(reader), ['bcd', true])
      assert.equal(await reader.next(), undefined)
    }
  })

  test('are given as they came where the source fails after them, and then the failure', async () => {
    const failure = new Error('EIO')
    async function* open() {
      yield Buffer.from('a')
      yield Buffer.from('b')
      yield Buffer.from('c')
      throw failure
    }
    const unknown = new BodyReader({ length: undefined, open }, new AbortController().signal)
    assert.deepEqual(await read(unknown), ['a', false])
    assert.deepEqual(await read(unknown), ['bc', false])
    await assert.rejects(unknown.next(), failure)
    const known = new BodyReader({ length: 3, open }, new AbortController().signal)
    assert.deepEqual(await read(known), ['a', false])
    assert.deepEqual(await read(known), ['b', false])
    await assert.rejects(known.next(), failure)
  })

  test('come to no more than a large write', async () => {
    const pieces = Array.from({ length: 300 }, (_, index) => Buffer.alloc(1000, index))
    const reader = readerOfReady(pieces, undefined)
    const received: Uint8Array[] = []
    for (let piece = await reader.next(); piece !== undefined; piece = await reader.next()) received.push(piece.bytes)
    assert.deepEqual(Buffer.concat(received), Buffer.concat(pieces))
    assert.ok(received.length < 25, `${received.length} writes`)
    assert.ok(
      received.every(({ length }) => length <= 17_000),
      'A write is too large.',
    )
  })

  test('wait for no source that has nothing to give', async () => {
    async function* open() {
      yield Buffer.from('a')
      yield Buffer.from('b')
      yield Buffer.from('c')
      await new Promise(() => {})
    }
    const reader = new BodyReader({ length: undefined, open }, new AbortController().signal)
    assert.deepEqual(await read(reader), ['a', false])
    assert.deepEqual(await read(reader), ['bc', false])
    reader.close()
  })

  test('wait for the next one alone where the source works hard for each', async () => {
    async function* open() {
      for (const text of 'abcdefgh') {
        clock += 3
        yield Buffer.from(text)
      }
    }
    const reader = new BodyReader({ length: undefined, open }, new AbortController().signal)
    const received: number[] = []
    for (let piece = await reader.next(); piece !== undefined; piece = await reader.next())
      received.push(piece.bytes.length)
    assert.ok(Math.max(...received) <= 2, received.join())
  })

  test('are not put together with large ones, which are not copied', async () => {
    const large = Buffer.alloc(64 * 1024, 'x')
    const reader = readerOfReady([Buffer.from('a'), Buffer.from('b'), large, Buffer.from('c')], undefined)
    assert.deepEqual(await read(reader), ['a', false])
    assert.deepEqual(await read(reader), ['b', false])
    assert.equal((await reader.next())?.bytes, large)
    assert.deepEqual(await read(reader), ['c', true])
  })
})

describe('close of BodyReader', () => {
  test('lets the source go, once', async () => {
    const source = new Source(['ab', 'c'])
    const reader = readerOf(source, 3)
    await reader.next()
    reader.close()
    reader.close()
    assert.equal(source.returned, 1)
  })

  test('lets a source go that nobody has read', () => {
    const source = new Source(['ab'])
    readerOf(source, 2).close()
    assert.deepEqual([source.asked, source.returned], [0, 1])
  })

  test('does not end a source a second time that has ended or failed by itself', async () => {
    const ended = new Source(['ab'])
    const reader = readerOf(ended, 2)
    await reader.next()
    reader.close()
    const failed = new Source([], new Error('EIO'))
    const failing = readerOf(failed, 2)
    await assert.rejects(failing.next())
    failing.close()
    assert.deepEqual([ended.returned, failed.returned], [0, 0])
  })

  test('ends a reading that is under way, even of a source that never answers', async () => {
    const never = { next: () => new Promise<never>(() => {}), [Symbol.asyncIterator]: () => never }
    const reader = new BodyReader({ length: 1, open: () => never }, new AbortController().signal)
    const reading = reader.next()
    await delay(1)
    reader.close()
    await assert.rejects(reading, aborted)
  })

  test('leaves nothing to read', async () => {
    const reader = readerOf(new Source(['ab']), 2)
    reader.close()
    await assert.rejects(reader.next(), aborted)
  })

  test('is deaf to a source that fails while it is let go of', async () => {
    const source = new Source(['ab', 'c'])
    source.onReturn = () => Promise.reject(new Error('too late'))
    const reader = readerOf(source, 3)
    await reader.next()
    reader.close()
    await delay(1)
    assert.equal(source.returned, 1)
  })

  test('is deaf to a source that throws at once while it is let go of', async () => {
    const { signal, abort } = abortable()
    const pieces: AsyncIterator<Uint8Array> = {
      next: () => new Promise(() => {}),
      return() {
        throw new Error('no end')
      },
    }
    const reader = new BodyReader({ length: undefined, open: () => ({ [Symbol.asyncIterator]: () => pieces }) }, signal)
    const reading = reader.next()
    abort()
    await assert.rejects(reading, aborted)
  })

  test('works for a source that cannot be ended', () => {
    const source = {
      next: async () => ({ done: true as const, value: undefined }),
      [Symbol.asyncIterator]: () => source,
    }
    new BodyReader({ length: 0, open: () => source }, new AbortController().signal).close()
  })
})

describe('the signal of BodyReader', () => {
  test('is handed to the source, and closes the reading', async () => {
    const controller = new AbortController()
    const source = new Source(['ab', 'c'])
    const reader = readerOf(source, 3, controller.signal)
    assert.equal(source.signal, controller.signal)
    await reader.next()
    controller.abort()
    assert.equal(source.returned, 1)
    await assert.rejects(reader.next(), aborted)
  })

  test('ends a piece that is awaited', async () => {
    const controller = new AbortController()
    const never = { next: () => new Promise<never>(() => {}), [Symbol.asyncIterator]: () => never }
    const reading = new BodyReader({ length: 1, open: () => never }, controller.signal).next()
    controller.abort()
    await assert.rejects(reading, aborted)
  })

  test('has one listener however many pieces there are, and none after the reading is closed', async () => {
    const { signal } = new AbortController()
    const reader = readerOf(new Source(Array.from({ length: 100 }, () => 'a')), 100, signal)
    for (let piece = await reader.next(); piece?.isLast === false; piece = await reader.next()) {
      assert.equal(getEventListeners(signal, 'abort').length, 1)
    }
    reader.close()
    assert.equal(getEventListeners(signal, 'abort').length, 0)
  })
})

/** A source that takes a turn of the loop for each piece, and tells what was done to it. */
class Source implements AsyncIterableIterator<Uint8Array> {
  asked = 0
  returned = 0
  ended = false
  signal: AbortSignal | undefined
  onReturn: () => Promise<unknown> = async () => {}
  readonly #pieces: string[]
  readonly #failure: Error | undefined

  constructor(pieces: string[], failure?: Error) {
    this.#pieces = [...pieces]
    this.#failure = failure
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    this.asked++
    await new Promise(setImmediate)
    const piece = this.#pieces.shift()
    if (piece !== undefined) return { done: false, value: Buffer.from(piece) }
    if (this.#failure !== undefined) throw this.#failure
    this.ended = true
    return { done: true, value: undefined }
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    this.returned++
    await this.onReturn()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

function readerOf(source: Source, length: number | undefined, signal = new AbortController().signal): BodyReader {
  const open = (given: AbortSignal) => {
    source.signal = given
    return source
  }
  return new BodyReader({ length, open }, signal)
}

function readerOfReady(pieces: Uint8Array[], length: number | undefined): BodyReader {
  const open = async function* () {
    yield* pieces
  }
  return new BodyReader({ length, open }, new AbortController().signal)
}

async function readAll(chunks: Uint8Array[], length: number) {
  const open = async function* () {
    yield* chunks
  }
  const reader = new BodyReader({ length, open }, new AbortController().signal)
  const received: Uint8Array[] = []
  let lasts = 0
  let error: unknown
  try {
    for (let piece = await reader.next(); piece !== undefined; piece = await reader.next()) {
      received.push(piece.bytes)
      if (piece.isLast) lasts++
    }
  } catch (caught) {
    error = caught
  }
  return { received: Buffer.concat(received), lasts, error }
}

async function read(reader: BodyReader): Promise<[text: string, isLast: boolean]> {
  const piece = (await reader.next()) as BodyPiece
  return [textOf(piece), piece.isLast]
}

function textOf({ bytes }: BodyPiece): string {
  return Buffer.from(bytes).toString()
}

function abortable() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}

const aborted = { name: 'BodyError', code: 'ABORTED' }

function wrongLength(what: string) {
  return (error: unknown) => {
    assert.ok(error instanceof BodyError, String(error))
    assert.match(error.message, /^A body of \d+ bytes was announced, but /)
    assert.ok(error.message.includes(what), error.message)
    return true
  }
}
