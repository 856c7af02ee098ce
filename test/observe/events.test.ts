import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { after, describe, test } from 'node:test'
import { promisify } from 'node:util'
import {
  type DownloadEvent,
  type DownloadHandler,
  DownloadResponse,
  EmptyResponse,
  LocalFile,
  observeDownloads,
  SmartDownloadMiddleware,
  StorageError,
  VirtualFile,
} from '../../src/index.js'
import { createFixtures, noise } from '../adapters/fixtures.js'
import { eventually } from '../support/eventually.js'
import { STARTS, startHttp2, startNode } from './servers.js'

const run = promisify(execFile)
const SIZE = 64 * 1024 * 1024
const fixtures = createFixtures()
fixtures.write('digits.txt', '0123456789')
fixtures.write('large.bin', noise(SIZE))
after(() => fixtures.remove())

const view: DownloadHandler = ({ url }) =>
  new DownloadResponse(LocalFile.at(url.slice(1).split('?', 1)[0] as string, { root: fixtures.root }))

for (const [name, start] of Object.entries(STARTS)) {
  describe(`a download by ${name}`, () => {
    test('begins and is completed once its last byte was taken', async () => {
      const events = await eventsOf(view, async (origin) => {
        assert.equal(await (await fetch(`${origin}/digits.txt?signature=secret`)).text(), '0123456789')
      })
      const [started, completed] = events as [DownloadEvent, DownloadEvent]
      assert.deepEqual(stages(events), ['started', 'completed'])
      assert.deepEqual(pick(started), { ...DIGITS_WHOLE, bytesSent: 0 })
      assert.deepEqual(pick(completed), { ...DIGITS_WHOLE, bytesSent: 10 })
      assert.equal(started.id, completed.id)
      assert.equal('rule' in completed, false)
      assert.ok(completed.milliseconds >= started.milliseconds, 'Time went backwards.')
    })

    test('tells every byte of a large file', async () => {
      const events = await eventsOf(view, async (origin) => {
        assert.equal((await (await fetch(`${origin}/large.bin`)).arrayBuffer()).byteLength, SIZE)
      })
      assert.deepEqual(stages(events), ['started', 'completed'])
      assert.equal(events[1]?.bytesSent, SIZE)
    })

    test('is aborted when its client leaves, with the bytes that were taken', async () => {
      const events = await eventsOf(view, leave)
      assert.deepEqual(stages(events), ['started', 'aborted'])
      const { bytesSent, bytesAnnounced } = events[1] as DownloadEvent
      assert.equal(bytesAnnounced, SIZE)
      assert.ok(bytesSent > 0 && bytesSent < SIZE, `${bytesSent} bytes`)
    })

    test('is completed with no bytes where the reply has none of the file', async () => {
      const events = await eventsOf(
        view,
        async (origin) => {
          const etag = (await fetch(`${origin}/digits.txt`, { method: 'HEAD' })).headers.get('etag') as string
          await fetch(`${origin}/digits.txt`, { headers: { 'If-None-Match': etag } })
          await fetch(`${origin}/digits.txt`, { headers: { Range: 'bytes=99-' } })
          await fetch(`${origin}/digits.txt`, { headers: { 'If-Match': '"other"' } })
        },
        8,
      )
      const ends = events.filter(({ stage }) => stage !== 'started')
      assert.deepEqual(
        ends.map(({ stage, method, status, bytesSent, isFirst }) => [stage, method, status, bytesSent, isFirst]),
        [
          ['completed', 'HEAD', 200, 0, false],
          ['completed', 'GET', 304, 0, false],
          ['completed', 'GET', 416, 0, false],
          ['completed', 'GET', 412, 0, false],
        ],
      )
    })

    test('tells of several ranges', async () => {
      const events = await eventsOf(view, async (origin) => {
        await (await fetch(`${origin}/digits.txt`, { headers: { Range: 'bytes=1-2,5-6' } })).text()
      })
      assert.deepEqual(events[1]?.ranges, [
        { start: 1, end: 2 },
        { start: 5, end: 6 },
      ])
      assert.equal(events[1]?.bytesSent, events[1]?.bytesAnnounced)
      assert.equal(events[1]?.isFirst, false)
    })

    test('fails with a code and no path when there is no file', async () => {
      const events = await eventsOf(
        view,
        async (origin) => {
          assert.equal((await fetch(`${origin}/none.txt`)).status, 404)
        },
        1,
      )
      assert.deepEqual(stages(events), ['failed'])
      assert.equal(events[0]?.status, 404)
      assert.equal(events[0]?.code, 'FILE_NOT_FOUND')
      assert.ok(events[0]?.error instanceof Error, 'The error itself is missing.')
      assert.ok(!JSON.stringify(events).includes(fixtures.root), 'A path of the server is told.')
    })

    test('fails when its source does, with the bytes that were taken', async () => {
      const broken = () => new DownloadResponse(new VirtualFile(pieces, { name: 'a.txt', size: 100_000 }))
      const events = await eventsOf(broken, async (origin) => {
        // A server that looks at what comes next before it writes the head makes an error of it, which is as honest.
        const isWhole = async () => {
          const reply = await fetch(`${origin}/a.txt`)
          await reply.text()
          return reply.status === 200
        }
        assert.equal(await isWhole().catch(() => false), false)
      })
      assert.deepEqual(stages(events), ['started', 'failed'])
      assert.equal(events[1]?.status, 200)
      assert.equal(events[1]?.code, 'STORAGE_FAILED')
      assert.ok((events[1]?.bytesSent as number) <= 5, 'More than there was.')
    })

    test('is handed over when a server in front sends it', async () => {
      const middleware = new SmartDownloadMiddleware({
        backend: 'nginx',
        rules: [
          { sourceDir: '/nowhere', destinationUrl: '/none/' },
          { sourceDir: fixtures.root, destinationUrl: '/internal/' },
        ],
      })
      const events = await eventsOf(
        view,
        async (origin) => {
          await fetch(`${origin}/digits.txt`)
          await fetch(`${origin}/digits.txt`, { headers: { Range: 'bytes=5-' } })
        },
        4,
        { middleware },
      )
      assert.deepEqual(stages(events), ['started', 'handed-over', 'started', 'handed-over'])
      assert.deepEqual(
        events.map(({ isFirst }) => isFirst),
        [true, true, false, false],
      )
      assert.equal(events[1]?.bytesSent, 0)
      assert.equal(events[1]?.name, 'digits.txt')
      assert.equal(events[1]?.rule, 2)
    })

    test('counts once however it is resumed', async () => {
      const target = fixtures.path('resumed.bin')
      writeFileSync(target, noise(SIZE).subarray(0, 1_000_000))
      const events = await eventsOf(view, (origin) =>
        run('curl', ['-sS', '-C', '-', '-o', target, `${origin}/large.bin`]),
      )
      assert.deepEqual(stages(events), ['started', 'completed'])
      assert.deepEqual(events[1]?.ranges, [{ start: 1_000_000, end: SIZE - 1 }])
      assert.equal(events[1]?.bytesSent, SIZE - 1_000_000)
      assert.equal(events[1]?.isFirst, false)
      assert.deepEqual(readFileSync(target), noise(SIZE))
    })

    test('counts once however a player asks for it', async () => {
      const asked = ['bytes=0-1', 'bytes=0-', 'bytes=60000000-', 'bytes=65536-131071', 'bytes=-1000']
      const events = await eventsOf(
        view,
        async (origin) => {
          for (const Range of asked) await (await fetch(`${origin}/large.bin`, { headers: { Range } })).arrayBuffer()
        },
        asked.length * 2,
      )
      const starts = events.filter(({ stage }) => stage === 'started')
      assert.deepEqual(
        starts.map(({ isFirst }) => isFirst),
        [false, true, false, false, false],
      )
    })

    test('goes on whatever its listener throws', async (t) => {
      const logged = t.mock.method(console, 'error', () => {})
      const server = await start(view, {
        onDownload() {
          throw new Error('listener')
        },
      })
      try {
        assert.equal(await (await fetch(`${server.origin}/digits.txt`)).text(), '0123456789')
        await eventually(() => logged.mock.callCount() === 2)
      } finally {
        await server.close()
      }
    })
  })

  async function eventsOf(
    served: DownloadHandler,
    work: (origin: string) => Promise<unknown>,
    count = 2,
    options = {},
  ): Promise<DownloadEvent[]> {
    const events: DownloadEvent[] = []
    const server = await start(served, { ...options, onError() {}, onDownload: (event) => void events.push(event) })
    try {
      await work(server.origin)
      await eventually(() => events.length >= count)
    } finally {
      await server.close()
    }
    assert.equal(events.length, count, JSON.stringify(events))
    return events
  }
}

describe('a download by HTTP/2', () => {
  test('tells every byte that its stream took, and that a client has reset it', async () => {
    const events: DownloadEvent[] = []
    const server = await startHttp2(view, { onDownload: (event) => void events.push(event) })
    const session = connectHttp2(server.origin)
    try {
      const whole = session.request({ ':path': '/digits.txt' }).resume()
      await once(whole, 'close')
      await eventually(() => events.length === 2)
      const left = session.request({ ':path': '/large.bin' })
      await once(left, 'data')
      left.close(8)
      await eventually(() => events.length === 4)
    } finally {
      session.destroy()
      await server.close()
    }
    assert.deepEqual(stages(events), ['started', 'completed', 'started', 'aborted'])
    assert.equal(events[1]?.bytesSent, 10)
    const { bytesSent } = events[3] as DownloadEvent
    assert.ok(bytesSent > 0 && bytesSent < SIZE, `${bytesSent} bytes`)
  })
})

describe('the channels', () => {
  test('tell of every download of the process, each stage on its own', async () => {
    const heard: DownloadEvent[] = []
    const hear = (event: unknown) => void heard.push(event as DownloadEvent)
    subscribe('downloadview:completed', hear)
    const server = await startNode(view, {})
    try {
      await (await fetch(`${server.origin}/digits.txt`)).text()
      await eventually(() => heard.length === 1)
      assert.equal(heard[0]?.bytesSent, 10)
      unsubscribe('downloadview:completed', hear)
      await (await fetch(`${server.origin}/digits.txt`)).text()
      assert.equal(heard.length, 1)
    } finally {
      await server.close()
    }
  })

  test('are all heard by one listener until it has enough', async () => {
    const heard: DownloadEvent[] = []
    const end = observeDownloads((event) => void heard.push(event))
    const server = await startNode(() => new EmptyResponse(204), {})
    try {
      await fetch(`${server.origin}/`)
      await eventually(() => heard.length === 2)
      end()
      await fetch(`${server.origin}/`)
      assert.deepEqual(stages(heard), ['started', 'completed'])
    } finally {
      end()
      await server.close()
    }
  })
})

const DIGITS_WHOLE = {
  method: 'GET',
  urlPath: '/digits.txt',
  status: 200,
  name: 'digits.txt',
  ranges: [],
  isFirst: true,
  bytesAnnounced: 10,
  code: undefined,
}

function pick({ method, urlPath, status, name, ranges, isFirst, bytesAnnounced, bytesSent, code }: DownloadEvent) {
  return { method, urlPath, status, name, ranges, isFirst, bytesAnnounced, bytesSent, code }
}

function stages(events: readonly DownloadEvent[]): string[] {
  return events.map(({ stage }) => stage)
}

async function* pieces(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('01234')
  throw new StorageError('The disk is gone.')
}

/** Takes the first bytes of a large file, and goes. */
async function leave(origin: string): Promise<void> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  socket.write('GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n')
  await once(socket, 'data')
  socket.pause()
  socket.destroy()
}
