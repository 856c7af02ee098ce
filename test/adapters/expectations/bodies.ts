import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { type VirtualContent, VirtualFile, type VirtualFileOptions } from '../../../src/files/virtual.js'
import type { DownloadHandler } from '../../../src/handler.js'
import { PathDownloadView } from '../../../src/views/path.js'
import { VirtualDownloadView } from '../../../src/views/virtual.js'
import { eventually } from '../../support/eventually.js'
import { BIG, noise } from '../fixtures.js'
import type { Expected } from '../suite.js'
import { type UsedSite, useSite } from '../use.js'
import { createGate, sleep } from '../wait.js'

/** What is sent of a body, when, and how it ends if it cannot be whole. */
export function bodies({ adapter, fixtures }: Expected): void {
  describe('bodies', () => {
    const files = useSite(adapter, PathDownloadView.asView({ root: fixtures.root }), '/files/*path')
    /** Each test says what is served next. */
    let serve: () => VirtualFile = () => new VirtualFile('')
    const site = useSite(
      adapter,
      virtual(() => serve()),
    )

    test('a file larger than any buffer comes whole', async () => {
      const reply = await files.ask('/files/big.bin')
      assert.equal(reply.get('Content-Length'), String(BIG.length))
      assert.ok(reply.body.equals(BIG), 'The bytes differ.')
      assert.ok(reply.isComplete, 'The body is not whole.')
    })

    test('an empty file has a length', async () => {
      const reply = await files.ask('/files/empty.txt')
      assert.equal(reply.status, 200)
      assert.equal(reply.get('Content-Length'), '0')
      assert.ok(reply.isComplete, 'The body is not whole.')
    })

    test('many clients at once get their own bytes', async () => {
      const ranges = Array.from(
        { length: 30 },
        (_, index) => [index * 30_000, index * 30_000 + 200_000 + index] as const,
      )
      const replies = await Promise.all(
        ranges.map(([start, end]) => files.ask('/files/big.bin', { headers: { Range: `bytes=${start}-${end}` } })),
      )
      for (const [index, [start, end]] of ranges.entries()) {
        assert.ok(replies[index]?.body.equals(BIG.subarray(start, end + 1)), 'The bytes differ.')
      }
    })

    for (const [title, content, expected, length] of CONTENTS) {
      test(`${title}: sent as it is, ${length === undefined ? 'its length unknown' : 'with its length'}`, async () => {
        serve = () => new VirtualFile(content())
        const reply = await site.ask('/')
        assert.equal(reply.status, 200)
        assert.equal(reply.body.toString(), expected)
        assert.equal(reply.get('Content-Length'), length)
        assert.ok(reply.isComplete, 'The body is not whole.')
      })
    }

    test('a body that can only be read from its start offers no ranges', async () => {
      serve = () => new VirtualFile(pieces('abc', 'def'), { size: 6 })
      const reply = await site.ask('/', { headers: { Range: 'bytes=1-2' } })
      assert.equal(reply.status, 200)
      assert.equal(reply.get('Accept-Ranges'), 'none')
      assert.equal(reply.body.toString(), 'abcdef')
    })

    describe('a generator', () => {
      test('is not asked for a second piece before the first has left', async () => {
        const gate = createGate()
        serve = () =>
          new VirtualFile(async function* () {
            yield 'first'
            await gate.opened
            yield 'second'
          })
        const incoming = await site.begin('/')
        assert.equal((await incoming.next())?.toString(), 'first')
        gate.open()
        assert.equal((await incoming.next())?.toString(), 'second')
        assert.equal(await incoming.next(), undefined)
      })

      for (const [title, request, options] of NOT_READ) {
        test(`is not started for ${title}`, async () => {
          let started = false
          serve = () =>
            new VirtualFile(() => {
              started = true
              return 'content'
            }, options)
          const reply = await site.ask('/', request)
          assert.equal(reply.body.length, 0)
          assert.equal(started, false)
        })
      }

      test('that ends without a byte is an empty body', async () => {
        serve = () => new VirtualFile(pieces())
        const reply = await site.ask('/')
        assert.equal(reply.status, 200)
        assert.equal(reply.body.length, 0)
        assert.ok(reply.isComplete, 'The body is not whole.')
      })

      test('that gives empty pieces is not cut there', async () => {
        serve = () => new VirtualFile(pieces('', 'a', '', 'b', ''))
        const reply = await site.ask('/')
        assert.equal(reply.body.toString(), 'ab')
        assert.ok(reply.isComplete, 'The body is not whole.')
      })

      test('of a thousand small pieces comes whole', async () => {
        const all = Array.from({ length: 1000 }, (_, index) => `${index}\n`)
        serve = () => new VirtualFile(pieces(...all))
        assert.equal((await site.ask('/')).body.toString(), all.join(''))
      })
    })

    describe('a body that cannot be whole', () => {
      for (const [title, make] of BROKEN) {
        test(`${title}: it breaks off, and the application is told once`, async () => {
          site.forget()
          serve = make
          // The connection may be cut before even the headers have left.
          const outcome = await site.ask('/').catch(() => ({ isComplete: false }))
          assert.equal(outcome.isComplete, false)
          assert.equal(site.faults.length, 1)
          assert.deepEqual(site.handedOn, [])
          serve = () => new VirtualFile('well again')
          assert.equal((await site.ask('/')).body.toString(), 'well again')
        })
      }

      for (const [title, make] of HOPELESS) {
        test(`${title}: nothing has been sent yet, so it is a 500`, async () => {
          site.forget()
          serve = make
          const reply = await site.ask('/')
          assert.equal(reply.status, 500)
          assert.doesNotMatch(reply.body.toString(), /PRECIOUS/)
          assert.ok(reply.isComplete, 'The body is not whole.')
          assert.equal(site.faults.length + site.handedOn.length, 1)
        })
      }
    })

    describe('a client that leaves', () =>
      leaving(site, (next) => {
        serve = next
      }))
  })
}

function leaving(site: UsedSite, setServe: (serve: () => VirtualFile) => void): void {
  test('ends the generator', async () => {
    let ended = false
    setServe(
      () =>
        new VirtualFile(async function* () {
          try {
            for (;;) {
              yield 'x'.repeat(1000)
              await sleep(1)
            }
          } finally {
            ended = true
          }
        }),
    )
    await leaveAfterFirst(site)
    await eventually(() => ended)
  })

  test('ends a generator that waits for a client which does not read', async () => {
    let ended = false
    let made = 0
    setServe(
      () =>
        new VirtualFile(async function* () {
          try {
            for (;;) {
              yield 'x'.repeat(100_000)
              made++
            }
          } finally {
            ended = true
          }
        }),
    )
    const incoming = await site.begin('/')
    await sleep(50)
    assert.ok(made < 200, `${made} pieces for a client that reads none`)
    incoming.leave()
    await eventually(() => ended)
  })

  test('aborts the signal while the generator waits for something else', async () => {
    let reason = ''
    setServe(
      () =>
        new VirtualFile(async function* (signal: AbortSignal | undefined) {
          yield 'first'
          await new Promise((resolve) => signal?.addEventListener('abort', resolve))
          reason = 'aborted'
        }),
    )
    await leaveAfterFirst(site)
    await eventually(() => reason === 'aborted')
  })

  test('destroys a stream, also one that stalls', async () => {
    const stream = new Readable({ read() {} })
    stream.push('first')
    setServe(() => new VirtualFile(stream))
    await leaveAfterFirst(site)
    await eventually(() => stream.destroyed)
  })

  test('cancels a web stream, also one that stalls', async () => {
    let cancelled = false
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from('first')),
      cancel() {
        cancelled = true
      },
    })
    setServe(() => new VirtualFile(stream))
    await leaveAfterFirst(site)
    await eventually(() => cancelled)
  })

  test('is no fault of the application', async () => {
    site.forget()
    setServe(
      () =>
        new VirtualFile(async function* (signal: AbortSignal | undefined) {
          yield 'first'
          await new Promise((resolve) => signal?.addEventListener('abort', resolve))
          signal?.throwIfAborted()
        }),
    )
    await leaveAfterFirst(site)
    await sleep(30)
    assert.deepEqual(site.faults, [])
    assert.deepEqual(site.handedOn, [])
  })
}

async function leaveAfterFirst(site: UsedSite): Promise<void> {
  const incoming = await site.begin('/')
  assert.ok(await incoming.next(), 'The body did not begin.')
  incoming.leave()
}

function virtual(file: () => VirtualFile): DownloadHandler {
  return class extends VirtualDownloadView {
    override getFile(): VirtualFile {
      return file()
    }
  }.asView()
}

/** A generator of these pieces, made anew by each call. */
function pieces(...all: string[]): () => AsyncGenerator<string> {
  return async function* () {
    for (const piece of all) yield piece
  }
}

const CONTENTS: readonly (readonly [
  title: string,
  content: () => VirtualContent,
  expected: string,
  length: string | undefined,
])[] = [
  ['text', () => 'grüße', 'grüße', '7'],
  ['bytes', () => Buffer.from('bytes'), 'bytes', '5'],
  ['an ArrayBuffer', () => new TextEncoder().encode('buffer').buffer, 'buffer', '6'],
  ['a Blob', () => new Blob(['blob ', 'of parts']), 'blob of parts', '13'],
  ['no text', () => '', '', '0'],
  ['an array of pieces', () => ['a', 'b', 'c'], 'abc', undefined],
  ['a generator', pieces('a', 'b', 'c'), 'abc', undefined],
  [
    'a generator that is not async',
    () =>
      (function* () {
        yield 'a'
        yield 'b'
      })(),
    'ab',
    undefined,
  ],
  ['a stream of Node', () => Readable.from(['a', Buffer.from('b'), 'c']), 'abc', undefined],
  ['a web stream', () => new Blob(['web']).stream(), 'web', undefined],
  ['a function that gives text', () => () => 'late', 'late', undefined],
  ['a function that gives a promise', () => async () => 'later', 'later', undefined],
  ['a function that gives a stream', () => () => Readable.from(['s', 't']), 'st', undefined],
  ['halves of a character in two pieces', () => ['\uD83C', '\uDF89'], '🎉', undefined],
]

const NOT_READ: readonly (readonly [
  title: string,
  request: { method?: string; headers?: Record<string, string> },
  options: VirtualFileOptions,
])[] = [
  ['a HEAD', { method: 'HEAD' }, {}],
  ['an OPTIONS', { method: 'OPTIONS' }, {}],
  ['a POST', { method: 'POST' }, {}],
  ['a 304 by its tag', { headers: { 'If-None-Match': '"v1"' } }, { etag: '"v1"' }],
  [
    'a 304 by its date',
    { headers: { 'If-Modified-Since': 'Fri, 01 Jan 2021 00:00:00 GMT' } },
    { modifiedTime: new Date(0) },
  ],
  [
    'a 304 that it decides itself',
    { headers: { 'If-Modified-Since': 'Fri, 01 Jan 2021 00:00:00 GMT' } },
    { wasModifiedSince: () => false },
  ],
  ['a 412', { headers: { 'If-Match': '"other"' } }, { etag: '"v1"' }],
]

const BROKEN: readonly (readonly [title: string, make: () => VirtualFile])[] = [
  [
    'a generator that throws after its first piece',
    () =>
      new VirtualFile(async function* () {
        yield 'PRECIOUS'
        throw new Error('Broken on purpose.')
      }),
  ],
  [
    'a generator that throws once its first piece is with the client',
    () =>
      new VirtualFile(async function* () {
        yield 'PRECIOUS'
        await sleep(20)
        throw new Error('Broken on purpose.')
      }),
  ],
  [
    'a generator that throws once much of it is with the client',
    () =>
      new VirtualFile(async function* () {
        for (let count = 0; count < 20; count++) yield noise(10_000, count)
        await sleep(20)
        throw new Error('Broken on purpose.')
      }),
  ],
  [
    'a generator that throws where it should have ended',
    () =>
      new VirtualFile(
        async function* () {
          yield 'con'
          yield 'tent'
          throw new Error('Broken on purpose.')
        },
        { size: 7 },
      ),
  ],
  [
    'a stream that is destroyed half-way',
    () => {
      const stream = new Readable({ read() {} })
      stream.push('PRECIOUS')
      setTimeout(() => stream.destroy(new Error('Broken on purpose.')), 20)
      return new VirtualFile(stream)
    },
  ],
  [
    'a web stream that fails half-way',
    () => {
      let pulls = 0
      return new VirtualFile(
        new ReadableStream<Uint8Array>(
          {
            pull(controller) {
              if (pulls++ === 0) controller.enqueue(Buffer.from('PRECIOUS'))
              else controller.error(new Error('Broken on purpose.'))
            },
          },
          { highWaterMark: 0 },
        ),
      )
    },
  ],
  ['fewer bytes than announced', () => new VirtualFile(pieces('con', 'tent'), { size: 8 })],
  ['more bytes than announced', () => new VirtualFile(pieces('con', 'tent'), { size: 6 })],
  ['one piece more than announced', () => new VirtualFile(pieces('con', 'tent', 's'), { size: 7 })],
  [
    'something that is no bytes',
    () =>
      new VirtualFile(async function* () {
        yield 'PRECIOUS'
        yield 42 as unknown as string
      }),
  ],
]

const HOPELESS: readonly (readonly [title: string, make: () => VirtualFile])[] = [
  [
    'a generator that throws at once',
    () =>
      // biome-ignore lint/correctness/useYield: that is the point.
      new VirtualFile(async function* () {
        throw new Error('Broken on purpose.')
      }),
  ],
  [
    'a function that throws',
    () =>
      new VirtualFile(() => {
        throw new Error('Broken on purpose.')
      }),
  ],
  ['a function that rejects', () => new VirtualFile(() => Promise.reject(new Error('Broken on purpose.')))],
  ['a stream that fails before its first byte', () => new VirtualFile(failed())],
  ['a single piece that is too long', () => new VirtualFile(pieces('PRECIOUS'), { size: 3 })],
  ['no byte where some were announced', () => new VirtualFile(pieces(), { size: 3 })],
  ['a first piece that is no bytes', () => new VirtualFile([42] as unknown as string[])],
]

function failed(): Readable {
  const stream = new Readable({ read() {} })
  stream.destroy(new Error('Broken on purpose.'))
  return stream
}
