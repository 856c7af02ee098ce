import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { toNodeHandler } from '../../src/adapters/node/index.js'
import type { DownloadFile } from '../../src/files/file.js'
import type { DownloadHandler } from '../../src/handler.js'
import { MemoryStorage } from '../../src/storages/memory.js'
import { ChaosStorage } from '../../src/testing/index.js'
import { DownloadView } from '../../src/views/base.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { listen } from '../adapters/servers.js'
import { watchForStrayErrors } from '../adapters/use.js'
import { RawConnection, rawRequest, writeRequest } from '../http/raw.js'
import { serve } from '../http/serve.js'
import { eventually } from '../support/eventually.js'

watchForStrayErrors()

const failure = new Error('Broken on purpose: /secret/path')
const storage = new MemoryStorage()
await storage.save('file.txt', '0123456789')

const FAILURES = {
  'that throws': (): never => {
    throw failure
  },
  'that rejects': (): never => Promise.reject(failure) as never,
} as const

/** A view of which one hook does something else. */
function viewWith(hook: string, work: () => never): DownloadHandler {
  const View = class extends StorageDownloadView {
    override storage = storage
    override path = 'file.txt'
  }
  Object.defineProperty(View.prototype, hook, { value: work })
  return View.asView()
}

const HOOKS = [
  ...['dispatch', 'renderToResponse', 'getFile', 'getStorage', 'getPath', 'downloadResponse'],
  ...['getBasename', 'getMimeType', 'getCharset', 'getEncoding', 'getDelivery'],
]

for (const [how, work] of Object.entries(FAILURES)) {
  for (const hook of HOOKS) {
    test(`a hook ${how} is a 500, told once: ${hook}()`, async () => {
      const served = await serve(viewWith(hook, work))
      await expectRefused(served.origin)
      assert.deepEqual(served.faults, [failure])
    })
  }

  test(`wasModifiedSince() ${how} is a 500, told once`, async () => {
    const served = await serve(viewWith('wasModifiedSince', work))
    await expectRefused(served.origin, { 'If-Modified-Since': 'Mon, 01 Jan 2024 00:00:00 GMT' })
    assert.deepEqual(served.faults, [failure])
  })

  test(`notModifiedResponse() ${how} is a 500, told once`, async () => {
    const served = await serve(viewWith('notModifiedResponse', work))
    await expectRefused(served.origin, { 'If-None-Match': '*' })
    assert.deepEqual(served.faults, [failure])
  })

  test(`fileNotFoundResponse() ${how} is a 500, told once`, async () => {
    const View = class extends StorageDownloadView {
      override fileNotFoundResponse = work
    }
    const served = await serve(View.asView({ storage, path: 'missing.txt' } as never))
    await expectRefused(served.origin)
    assert.deepEqual(served.faults, [failure])
  })
}

describe('a file', () => {
  for (const [how, work] of Object.entries(FAILURES)) {
    for (const [title, file, status] of [
      [`whose stat() is one ${how}`, { stat: work }, 500],
      // One that rejects does not compile: open() gives no promise.
      ...(how === 'that throws' ? [[`whose open() is one ${how}`, { open: work }, 500] as const] : []),
      [`whose next() is one ${how}`, { open: () => iterator({ next: work }) }, 500],
      [`whose close() is one ${how}`, { close: work }, 200],
    ] as const) {
      test(`${title} is a ${status}, and let go of once`, async () => {
        let closed = 0
        const whole: DownloadFile = {
          name: 'file.txt',
          stat: async () => ({ size: 10 }),
          open: () => storage.open('file.txt'),
          ...file,
        }
        const close = () => {
          closed++
          return whole.close?.()
        }
        const served = await serve(showing({ ...whole, close }))
        if (status === 500) await expectRefused(served.origin)
        else assert.equal((await rawRequest(served.origin, { target: '/' })).body.toString(), '0123456789')
        assert.equal(closed, 1)
        assert.equal(served.faults.length, status === 500 ? 1 : 0)
      })
    }
  }
})

for (const [title, view] of [
  ['a hook', viewWith('getFile', () => new Promise(() => {}) as never)],
  [
    'a stat()',
    StorageDownloadView.asView({ storage: new ChaosStorage(storage, { stat: { fault: 'stall' } }), path: 'file.txt' }),
  ],
  [
    'a first piece',
    StorageDownloadView.asView({
      storage: new ChaosStorage(storage, { open: [{ fault: 'stall' }, { fault: 'deaf' }] }),
      path: 'file.txt',
    }),
  ],
] as const) {
  test(`${title} that never comes keeps nothing of clients that have left`, async () => {
    const requests: WeakRef<object>[] = []
    const signals: boolean[] = []
    const handler = toNodeHandler((request) => {
      const index = signals.push(false) - 1
      request.signal.addEventListener('abort', () => {
        signals[index] = true
      })
      return view(request)
    })
    const server = await listen((req, res) => {
      requests.push(new WeakRef(req), new WeakRef(res), new WeakRef(req.socket))
      handler(req, res)
    })
    after(() => server.close())
    for (let round = 0; round < 10; round++) {
      const connection = await RawConnection.open(server.origin)
      connection.send(writeRequest({ target: '/' }))
      await eventually(() => signals.length === round + 1)
      connection.reset()
    }
    await eventually(() => signals.every(Boolean), { what: 'A handler was not told that its client has gone.' })
    await eventually(
      () => {
        collectGarbage()
        // The last ones may still be on the stack of the server.
        return requests.filter((each) => each.deref() !== undefined).length <= 3
      },
      { what: 'Requests stay in memory.' },
    )
  })
}

async function expectRefused(origin: string, headers: Record<string, string> = {}): Promise<void> {
  const reply = await rawRequest(origin, { target: '/', headers })
  assert.deepEqual([reply.status, reply.body.toString()], [500, 'Internal Server Error\n'])
  assert.equal(reply.get('Content-Disposition'), undefined)
}

function showing(file: DownloadFile): DownloadHandler {
  return class extends DownloadView {
    override getFile(): DownloadFile {
      return file
    }
  }.asView()
}

function iterator(pieces: { next(): never }): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => ({ next: async () => pieces.next() }) }
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
