import assert from 'node:assert/strict'
import { EventEmitter, getEventListeners, once } from 'node:events'
import { createReadStream } from 'node:fs'
import { PassThrough, Readable } from 'node:stream'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { BodyError } from '../errors.js'
import { type Content, chunksOf, discard, expectErrors, isWhole, type StreamedContent, toBytes } from './content.js'

const failure = new Error('The source failed.')
const reason = new Error('Nobody waits for it.')

describe('chunksOf', () => {
  const forms: Readonly<Record<string, () => Content>> = {
    'a string': () => 'é😀',
    'a Uint8Array': () => new TextEncoder().encode('é😀'),
    'a part of a Buffer': () => Buffer.from('<é😀>').subarray(1, -1),
    'an ArrayBuffer': () => new TextEncoder().encode('é😀').buffer,
    'a Blob': () => new Blob(['é', '😀']),
    'a web stream': () => ReadableStream.from(['é', Buffer.from('😀')]),
    'a Node stream of bytes': () => Readable.from([Buffer.from('é😀')]),
    'a Node stream of text': () => Readable.from(['é', '😀']),
    'a Node stream with an encoding': () => new PassThrough().setEncoding('utf8').end('é😀'),
    'an async generator': () => asyncGenerator('é', '😀'),
    'a generator': () => generator('é', '😀'),
    'an array': () => ['é', '', Buffer.from('😀')],
    'an iterable of its own making': () => ({ [Symbol.iterator]: () => generator('é', '😀') }),
  }
  for (const [form, content] of Object.entries(forms)) {
    test(`reads ${form}`, async () => {
      assert.equal(await textOf(content()), 'é😀')
    })
  }

  test('reads nothing of empty content', async () => {
    const empty = ['', new Uint8Array(), new Blob([]), [], Readable.from([]), ReadableStream.from([]), asyncGenerator()]
    for (const content of empty) assert.equal(await textOf(content), '')
  })

  test('joins a character whose halves come in two pieces', async () => {
    assert.equal(await textOf(['a\uD83D', '\uDE00b']), 'a😀b')
    assert.equal(await textOf(['\uD83D', '', '\uDE00']), '😀')
    assert.equal(await textOf(['\uD83D', '\uD83D', '\uDE00']), '\uFFFD😀')
  })

  test('replaces half a character that stays alone, in its place', async () => {
    assert.equal(await textOf(['a\uD83D']), 'a\uFFFD')
    assert.equal(await textOf(['\uD83D', 'b']), '\uFFFDb')
    assert.equal(await textOf(['a\uD83D', Buffer.from('<'), '\uDE00b']), 'a\uFFFD<\uFFFDb')
  })

  test('gives the same bytes wherever text is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.array(fc.nat(40)), async (text, cuts) => {
        const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length]
        const pieces = places.slice(1).map((place, index) => text.slice(places[index], place))
        assert.equal(await textOf(pieces), Buffer.from(text).toString())
      }),
    )
  })

  for (const piece of [1, null, undefined, true, {}, ['a'], new ArrayBuffer(1), new Uint16Array(1)]) {
    test(`refuses ${Object.prototype.toString.call(piece)} as a piece, and lets the source go`, async () => {
      const { content, isClosed } = observed('first', piece as string)
      await assert.rejects(textOf(content), BodyError)
      assert.equal(isClosed(), true)
    })
  }

  for (const content of [1, null, undefined, true, {}, () => 'text']) {
    test(`refuses ${Object.prototype.toString.call(content)} as content`, async () => {
      await assert.rejects(textOf(content as unknown as Content), BodyError)
    })
  }

  test('asks for a piece only when one is wanted', async () => {
    const { content, given } = observed('a', 'b', 'c')
    const chunks = chunksOf(content)
    assert.equal(given(), 0)
    await chunks.next()
    assert.equal(given(), 1)
    await chunks.next()
    assert.equal(given(), 2)
    await chunks.return()
    assert.equal(given(), 2)
  })

  test('lets the source go when the reader stops early', async () => {
    const node = Readable.from(asyncGenerator('a', 'b'))
    const { stream: web, wasCancelled } = webStream('a', 'b')
    const { content, isClosed } = observed('a', 'b')
    for (const each of [node, web, content]) {
      const chunks = chunksOf(each)
      await chunks.next()
      await chunks.return()
    }
    assert.equal(node.destroyed, true)
    assert.equal(wasCancelled(), true)
    assert.equal(isClosed(), true)
  })

  test('passes on what the source fails with', async () => {
    const sources = [brokenGenerator(), Readable.from(brokenGenerator()), ReadableStream.from(brokenGenerator())]
    for (const content of sources) {
      const chunks = chunksOf(content)
      assert.equal(String((await chunks.next()).value), 'a')
      await assert.rejects(chunks.next(), failure)
    }
  })

  test('does not end as if all was there when a Node stream is destroyed', async () => {
    const stream = stalledNodeStream()
    const chunks = chunksOf(stream)
    await chunks.next()
    stream.destroy()
    await assert.rejects(chunks.next(), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
  })
})

describe('chunksOf, when the signal aborts', () => {
  test('ends a waiting Node stream at once and destroys it', async () => {
    const stream = stalledNodeStream()
    await assertEndsAtOnce(stream)
    assert.equal(stream.destroyed, true)
  })

  test('ends a Node stream that cannot even be destroyed, since its generator waits', async () => {
    const stream = Readable.from(stalledGenerator())
    await assertEndsAtOnce(stream)
    assert.equal(stream.destroyed, true)
  })

  test('ends a waiting web stream at once and cancels it', async () => {
    const { stream, wasCancelled } = webStream('a')
    await assertEndsAtOnce(stream)
    assert.equal(wasCancelled(), true)
  })

  test('ends a waiting generator at once, and its work as soon as it can be', async () => {
    let open = () => {}
    let isClosed = false
    async function* waiting() {
      try {
        yield 'a'
        await new Promise<void>((resolve) => {
          open = resolve
        })
        yield 'b'
        yield 'c'
      } finally {
        isClosed = true
      }
    }
    await assertEndsAtOnce(waiting())
    assert.equal(isClosed, false)
    open()
    await new Promise(setImmediate)
    assert.equal(isClosed, true)
  })

  test('ends a waiting iterable that is neither stream nor generator', async () => {
    let returned = 0
    const pieces = ['a']
    await assertEndsAtOnce({
      [Symbol.asyncIterator]: () => ({
        next: () => (pieces.length > 0 ? Promise.resolve({ value: pieces.pop() as string }) : new Promise(() => {})),
        return: async () => ({ done: true, value: returned++ }),
      }),
    })
    assert.equal(returned, 1)
  })

  test('ends between two pieces as well, and asks for no other', async () => {
    const { content, given, isClosed } = observed('a', 'b')
    const controller = new AbortController()
    const chunks = chunksOf(content, controller.signal)
    await chunks.next()
    controller.abort(reason)
    assert.equal(isClosed(), true)
    await assert.rejects(chunks.next(), reason)
    assert.equal(given(), 1)
  })

  test('fails with the reason between two pieces, whatever the source fails with then', async () => {
    const failing = {
      async *[Symbol.asyncIterator]() {
        yield 'a'
        throw failure
      },
    }
    const sources = [stalledNodeStream(), Readable.from(['a', 'b']), webStream('a', 'b').stream, failing]
    for (const content of sources) {
      const controller = new AbortController()
      const chunks = chunksOf(content, controller.signal)
      await chunks.next()
      controller.abort(reason)
      await assert.rejects(chunks.next(), reason)
    }
  })

  test('lets a source go that was to be read only after the abort', async () => {
    const node = stalledNodeStream()
    const { stream: web, wasCancelled } = webStream('a')
    const { content, given } = observed('a')
    const signal = AbortSignal.abort(reason)
    for (const each of [node, web, content, 'text', new Uint8Array(1), new Blob(['a']), ['a']]) {
      await assert.rejects(chunksOf(each, signal).next(), reason)
    }
    assert.equal(node.destroyed, true)
    assert.equal(wasCancelled(), true)
    assert.equal(given(), 0)
  })

  test('closes the descriptor of a file stream', async () => {
    const stream = createReadStream('/dev/zero')
    const controller = new AbortController()
    const chunks = chunksOf(stream, controller.signal)
    await chunks.next()
    controller.abort(reason)
    await once(stream, 'close')
    assert.equal(stream.closed, true)
    await assert.rejects(chunks.next(), reason)
  })

  test('leaves no listener on the signal, however the reading ends', async () => {
    const { signal } = new AbortController()
    await textOf(['a', 'b'], signal)
    await textOf(ReadableStream.from(['a']), signal)
    await assert.rejects(textOf(brokenGenerator(), signal), failure)
    const chunks = chunksOf(asyncGenerator('a', 'b'), signal)
    await chunks.next()
    await chunks.return()
    assert.equal(getEventListeners(signal, 'abort').length, 0)
  })

  async function assertEndsAtOnce(content: StreamedContent): Promise<void> {
    const controller = new AbortController()
    const chunks = chunksOf(content, controller.signal)
    assert.equal(String((await chunks.next()).value), 'a')
    const next = chunks.next()
    await new Promise(setImmediate)
    controller.abort(reason)
    const timeout = new Promise((resolve) => setTimeout(resolve, 2000, 'too late').unref())
    assert.equal(await Promise.race([next.catch((error) => error), timeout]), reason)
  }
})

describe('discard', () => {
  test('destroys, cancels or ends what nobody will read', async () => {
    const node = stalledNodeStream()
    const { stream: web, wasCancelled } = webStream('a')
    const iterator = generator('a')
    for (const content of [node, web, iterator]) discard(content)
    assert.equal(node.destroyed, true)
    assert.equal(wasCancelled(), true)
    assert.equal(iterator.next().done, true)
  })

  test('has nothing to do for content that holds nothing', () => {
    for (const content of ['text', new Uint8Array(1), new ArrayBuffer(1), new Blob(['a']), ['a']]) discard(content)
  })

  test('leaves a web stream alone that somebody reads', async () => {
    const { stream, wasCancelled } = webStream('a')
    const reader = stream.getReader()
    discard(stream)
    assert.equal(wasCancelled(), false)
    assert.equal((await reader.read()).value, 'a')
  })

  test('survives a source that fails while it is let go of', async () => {
    const node = new Readable({ read() {}, destroy: (_, done) => done(failure) })
    const web = new ReadableStream({ cancel: () => Promise.reject(failure) })
    const started = failsWhenEnded()
    started.next()
    for (const content of [node, web, started]) discard(content)
    await new Promise(setImmediate)
    assert.equal(node.errored, failure)
  })

  test('destroys a stream of another library, which is none of ours by its class', () => {
    const foreign = new ForeignStream()
    discard(foreign)
    assert.equal(foreign.destroyed, true)
  })
})

describe('expectErrors', () => {
  test('a Node stream that fails before it is read does not end the process, and fails when it is', async () => {
    const stream = new Readable({ read() {} })
    expectErrors(stream)
    stream.destroy(failure)
    await new Promise((resolve) => stream.once('close', resolve))
    await assert.rejects(textOf(stream), failure)
  })

  test('holds for the stream of another library', () => {
    const foreign = new ForeignStream()
    expectErrors(foreign)
    assert.doesNotThrow(() => foreign.emit('error', failure))
  })
})

test('isWhole tells what has a size from what comes in pieces', () => {
  for (const content of ['', new Uint8Array(), Buffer.from(''), new ArrayBuffer(0), new Blob([])]) {
    assert.equal(isWhole(content), true)
  }
  for (const content of [[], Readable.from([]), ReadableStream.from([]), generator()]) {
    assert.equal(isWhole(content), false)
  }
})

test('toBytes copies no bytes', () => {
  const bytes = new Uint8Array(3)
  assert.equal(toBytes(bytes), bytes)
  assert.equal(toBytes(bytes.buffer).buffer, bytes.buffer)
  assert.deepEqual([...toBytes('é')], [0xc3, 0xa9])
})

async function textOf(content: Content, signal?: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of chunksOf(content, signal)) {
    assert.equal(chunk instanceof Uint8Array, true)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function* generator(...pieces: string[]): Generator<string> {
  yield* pieces
}

async function* asyncGenerator(...pieces: string[]): AsyncGenerator<string> {
  yield* pieces
}

async function* brokenGenerator(): AsyncGenerator<string> {
  yield 'a'
  throw failure
}

async function* stalledGenerator(): AsyncGenerator<string> {
  yield 'a'
  await new Promise(() => {})
}

function* failsWhenEnded(): Generator<string> {
  try {
    yield 'a'
  } finally {
    throwFailure()
  }
}

function throwFailure(): void {
  throw failure
}

function stalledNodeStream(): Readable {
  const stream = new Readable({ read() {} })
  stream.push('a')
  return stream
}

/** A web stream that stays open after its pieces. */
function webStream(...pieces: string[]) {
  let cancelled = false
  const stream = new ReadableStream<string>({
    start: (controller) => {
      for (const piece of pieces) controller.enqueue(piece)
    },
    cancel: () => {
      cancelled = true
    },
  })
  return { stream, wasCancelled: () => cancelled }
}

/** A generator that counts what it gave and knows whether it was ended. */
function observed(...pieces: string[]) {
  let count = 0
  let closed = false
  function* give(): Generator<string> {
    try {
      for (const piece of pieces) {
        count += 1
        yield piece
      }
    } finally {
      closed = true
    }
  }
  return { content: give(), given: () => count, isClosed: () => closed }
}

/** Streams of npm's "readable-stream", which archivers use, are no instances of Node's own class. */
class ForeignStream extends EventEmitter implements AsyncIterable<string> {
  destroyed = false

  destroy(): void {
    this.destroyed = true
  }

  [Symbol.asyncIterator](): AsyncGenerator<string> {
    return asyncGenerator('a')
  }
}
