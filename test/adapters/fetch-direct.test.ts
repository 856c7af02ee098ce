import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toFetchHandler } from '../../src/adapters/fetch/index.js'
import { ContentFile } from '../../src/files/content.js'
import type { DownloadFile } from '../../src/files/file.js'
import { type VirtualContent, VirtualFile } from '../../src/files/virtual.js'
import type { DownloadContext, DownloadHandler, Params } from '../../src/handler.js'
import { DownloadResponse } from '../../src/responses/download.js'
import { PathDownloadView } from '../../src/views/path.js'
import { VirtualDownloadView } from '../../src/views/virtual.js'
import { runChild } from '../support/child.js'
import { eventually } from '../support/eventually.js'
import { BIG } from './fixtures.js'
import { useFixtures, watchForStrayErrors } from './use.js'
import { sleep } from './wait.js'

const fixtures = useFixtures()
watchForStrayErrors()

const URL_OF = 'http://localhost'

/** A handler for content, and what it was told of faults. */
function handlerOf(content: VirtualContent, options = {}) {
  const faults: unknown[] = []
  const view: DownloadHandler = async () => new DownloadResponse(new VirtualFile(content, options))
  return { handle: toFetchHandler(view, { onError: (error) => void faults.push(error) }), faults }
}

test('a request becomes a response', async () => {
  const handle = toFetchHandler(PathDownloadView.asView({ root: fixtures.root }), { route: '/files/*path' })
  const response = await handle(new Request(`${URL_OF}/files/big.bin`))
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('Content-Length'), String(BIG.length))
  assert.ok(Buffer.from(await response.arrayBuffer()).equals(BIG), 'The bytes differ.')
})

test('replies without a body have none', async () => {
  const handle = toFetchHandler(PathDownloadView.asView({ path: fixtures.path('digits.txt') }))
  for (const [init, status] of [
    [{ method: 'HEAD' }, 200],
    [{ headers: { 'If-None-Match': '*' } }, 304],
    [{ method: 'OPTIONS' }, 204],
  ] as const) {
    const response = await handle(new Request(URL_OF, init))
    assert.equal(response.status, status)
    assert.equal(response.body, null)
  }
})

test('a response can be cloned and read twice', async () => {
  const { handle } = handlerOf(['a', 'b', 'c'])
  const response = await handle(new Request(URL_OF))
  const copy = response.clone()
  assert.equal(await response.text(), 'abc')
  assert.equal(await copy.text(), 'abc')
})

test('nothing is read before the client reads', async () => {
  let pieces = 0
  const { handle } = handlerOf(async function* () {
    for (;;) {
      pieces++
      // Large enough to be sent alone: small ones that are ready go together.
      yield 'x'.repeat(16 * 1024)
    }
  })
  const response = await handle(new Request(URL_OF))
  await sleep(20)
  // The first one tells whether there will be a body at all.
  assert.equal(pieces, 1)
  const reader = response.body?.getReader()
  await reader?.read()
  await reader?.read()
  await sleep(20)
  assert.equal(pieces, 2)
  await reader?.cancel()
})

test('a response that nobody reads lets its file go when it is garbage', async () => {
  const { code, output, errors } = await runChild(unreadResponses, [fixtures.path('big.bin')])
  assert.equal(code, 0, errors)
  assert.deepEqual(JSON.parse(output), { isHeld: true, aborted: 3, afterwards: 0 })
})

for (const [title, leave] of [
  ['that cancels the body', (response: Response) => response.body?.cancel()],
  [
    'that stops reading',
    async (response: Response) => {
      for await (const piece of response.body ?? []) return void piece
    },
  ],
] as const) {
  test(`a client ${title} ends the source`, async () => {
    let ended = false
    let aborted = false
    const { handle, faults } = handlerOf(async function* (signal: AbortSignal | undefined) {
      signal?.addEventListener('abort', () => {
        aborted = true
      })
      try {
        for (;;) {
          yield 'x'
          await sleep(1)
        }
      } finally {
        ended = true
      }
    })
    await leave(await handle(new Request(URL_OF)))
    await eventually(() => ended && aborted)
    assert.deepEqual(faults, [])
  })
}

test('a request that is aborted ends the source, and is no fault', async () => {
  let ended = false
  const client = new AbortController()
  const { handle, faults } = handlerOf(async function* () {
    try {
      for (;;) {
        yield 'x'
        await sleep(1)
      }
    } finally {
      ended = true
    }
  })
  const response = await handle(new Request(URL_OF, { signal: client.signal }))
  client.abort()
  await eventually(() => ended)
  await assert.rejects(response.text())
  assert.deepEqual(faults, [])
})

test('a request that was aborted before opens nothing', async () => {
  let opened = false
  const faults: unknown[] = []
  // One that never asks for the signal itself.
  const careless: DownloadFile = {
    name: 'careless.txt',
    stat: async () => ({ size: 7 }),
    async *open() {
      opened = true
      yield Buffer.from('content')
    },
  }
  const handle = toFetchHandler(async () => new DownloadResponse(careless), {
    onError: (error) => void faults.push(error),
  })
  await handle(new Request(URL_OF, { signal: AbortSignal.abort() }))
  assert.equal(opened, false)
  assert.deepEqual(faults, [])
})

test('a body that breaks fails where it is read, and the application is told once', async () => {
  const { handle, faults } = handlerOf(async function* () {
    yield 'first'
    throw new Error('Broken on purpose.')
  })
  const response = await handle(new Request(URL_OF))
  assert.equal(response.status, 200)
  await assert.rejects(response.text(), ({ message, cause }: Error) => {
    assert.deepEqual([message, String(cause)], ['The body broke off.', 'Error: Broken on purpose.'])
    return true
  })
  assert.equal(faults.length, 1)
})

test('a response that cannot be made lets its source go', async () => {
  let ended = false
  const faults: unknown[] = []
  const content = async function* () {
    try {
      yield 'never sent'
    } finally {
      ended = true
    }
  }
  // A web Response with this status may not have a body, and only a class of the application's own gets as far.
  class OddResponse extends DownloadResponse {
    override readonly status = 204
  }
  const view: DownloadHandler = async () => new OddResponse(new VirtualFile(content))
  const handle = toFetchHandler(view, { onError: (error) => void faults.push(error) })
  assert.equal((await handle(new Request(URL_OF))).status, 500)
  await eventually(() => ended)
  assert.equal(faults.length, 1)
})

class EchoView extends VirtualDownloadView<Params> {
  override getFile(): ContentFile {
    const { params, context, url } = this.request
    return new ContentFile(JSON.stringify({ params, context, url }))
  }
}

async function echo(response: Response): Promise<unknown> {
  return JSON.parse(await response.text())
}

test('parameters and context come with the call, also as a promise', async () => {
  const handle = toFetchHandler(EchoView.asView(), { context: () => ({ from: 'option' }) as DownloadContext })
  const request = () => new Request(`${URL_OF}/a/b?q=1`)
  const url = '/a/b?q=1'
  assert.deepEqual(await echo(await handle(request())), { params: {}, context: { from: 'option' }, url })
  assert.deepEqual(await echo(await handle(request(), { params: { id: '1' } })), {
    params: { id: '1' },
    context: { from: 'option' },
    url,
  })
  const args = { params: Promise.resolve({ path: ['a', 'b'] }), context: { from: 'call' } as DownloadContext }
  assert.deepEqual(await echo(await handle(request(), args)), {
    params: { path: ['a', 'b'] },
    context: { from: 'call' },
    url,
  })
})

test('parameters of a framework that hold separators are refused by the address', async () => {
  const handle = toFetchHandler(PathDownloadView.asView({ root: fixtures.root }))
  const response = await handle(new Request(`${URL_OF}/files/folder%2Finner.txt`), {
    params: { path: ['folder/inner.txt'] },
  })
  assert.equal(response.status, 404)
  const split = await handle(new Request(`${URL_OF}/x`), { params: { path: ['folder/inner.txt'] } })
  assert.equal(split.status, 404)
  const plain = await handle(new Request(`${URL_OF}/x`), { params: { path: ['folder', 'inner.txt'] } })
  assert.equal(await plain.text(), 'inner')
})

test('it never rejects', async (context) => {
  context.mock.method(console, 'error', () => {})
  const failing = [
    () => {
      throw new Error('Broken on purpose.')
    },
    () => Promise.reject(undefined),
    () => undefined as never,
    () => ({}) as never,
  ]
  for (const view of failing) {
    const response = await toFetchHandler(view)(new Request(URL_OF))
    assert.equal(response.status, 500)
    assert.equal(await response.text(), 'Internal Server Error\n')
  }
  const params = Promise.reject(new Error('Broken on purpose.'))
  assert.equal((await toFetchHandler(EchoView.asView())(new Request(URL_OF), { params })).status, 500)
})

/** Answers three requests that live on, reads one of the replies in part, and forgets all three. */
const unreadResponses = `
  import { dirname } from 'node:path'
  import { setFlagsFromString } from 'node:v8'
  import { runInNewContext } from 'node:vm'
  import { toFetchHandler } from './src/adapters/fetch/index.ts'
  import { LocalFile } from './src/files/local.ts'
  import { DownloadResponse } from './src/responses/download.ts'
  import { openFiles } from './src/storages/disk/open-files.ts'
  import { openBelow } from './test/support/descriptors.ts'

  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc')
  const path = process.argv[1]
  const signals = []
  const handle = toFetchHandler(({ signal }) => {
    signals.push(signal)
    return new DownloadResponse(LocalFile.at(path))
  })
  const requests = Array.from({ length: 3 }, () => new Request('http://localhost/'))
  let kept = await Promise.all(requests.map((request) => handle(request)))
  await kept[0].body.getReader().read()
  const isHeld = (await descriptors()) > 0
  kept = undefined
  const isOver = () => signals.every(({ aborted }) => aborted)
  for (let round = 0; round < 50 && !isOver(); round++) await descriptors()
  const aborted = signals.filter(({ aborted }) => aborted).length
  console.log(JSON.stringify({ isHeld, aborted, afterwards: await descriptors() }))

  async function descriptors() {
    collectGarbage()
    // What was found to be garbage is told in a task of its own.
    await new Promise((resolve) => setTimeout(resolve))
    await openFiles.closeIdle()
    return openBelow(dirname(path)).length
  }
`
