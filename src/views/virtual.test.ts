import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { toFetchHandler } from '../adapters/fetch/handler.js'
import type { Awaitable } from '../awaitable.js'
import { BodyError } from '../errors.js'
import { ContentFile } from '../files/content.js'
import { type VirtualContent, VirtualFile, type VirtualFileOptions } from '../files/virtual.js'
import type { DownloadHandler } from '../handler.js'
import { DownloadView } from './base.js'
import { VirtualDownloadView } from './virtual.js'

function* generateHello(): Generator<string> {
  yield 'Hello '
  yield 'world!'
  yield '\n'
}

describe('VirtualDownloadView', () => {
  for (const [kind, content] of [
    ['text', 'Hello world!\n'],
    ['bytes', Buffer.from('Hello world!\n')],
    ['a Blob', new Blob(['Hello world!\n'])],
    ['a Node stream', () => Readable.from(['Hello ', 'world!\n'])],
    ['a web stream', () => new Blob(['Hello world!\n']).stream()],
    ['a generator', generateHello()],
    ['a function that makes a generator', () => generateHello()],
    ['a function that makes text, later', async () => 'Hello world!\n'],
  ] as [string, VirtualContent][]) {
    test(`serves ${kind}`, async () => {
      const response = await fetchFrom(viewOf(() => new VirtualFile(content, { name: 'hello-world.txt' })))
      assert.equal(response.headers.get('Content-Disposition'), 'attachment; filename="hello-world.txt"')
      assert.equal(response.headers.get('Content-Type'), 'text/plain; charset=utf-8')
      assert.equal(await response.text(), 'Hello world!\n')
    })
  }

  test('counts bytes, not characters (U14)', async () => {
    for (const file of [new ContentFile('é\n'), new VirtualFile('é\n')]) {
      const response = await fetchFrom(viewOf(() => file))
      assert.equal(response.headers.get('Content-Length'), '3')
      assert.equal(await response.text(), 'é\n')
    }
  })

  test('reads text and bytes from a generator alike', async () => {
    function* mixed() {
      yield 'é'
      yield Buffer.from('é')
      yield ''
    }
    const response = await fetchFrom(viewOf(() => new VirtualFile(mixed())))
    assert.equal(await response.text(), 'éé')
  })

  test('says no length that it does not know, and no zero (U15)', async () => {
    const response = await fetchFrom(viewOf(() => new VirtualFile(generateHello())))
    assert.equal(response.headers.get('Content-Length'), null)
    assert.equal(response.headers.get('Accept-Ranges'), 'none')
    assert.equal(await response.text(), 'Hello world!\n')
    const sized = await fetchFrom(viewOf(() => new VirtualFile(generateHello(), { size: 13 })))
    assert.equal(sized.headers.get('Content-Length'), '13')
    assert.equal(await sized.text(), 'Hello world!\n')
  })

  test('passes a piece on before the next one is made (U16)', async () => {
    let made = 0
    async function* slow() {
      for (; made < 1000; made++) yield `line ${made}\n`
    }
    const response = await fetchFrom(viewOf(() => new VirtualFile(() => slow())))
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const { value } = await reader.read()
    assert.equal(Buffer.from(value as Uint8Array).toString(), 'line 0\n')
    assert.ok(made < 5, `${made} pieces were made for one`)
    await reader.cancel()
  })

  test('makes nothing for a HEAD and a 304 (U32)', async () => {
    let made = 0
    const make = () => {
      made++
      return generateHello()
    }
    const view = viewOf(() => new VirtualFile(make, { etag: '"1"', modifiedTime: new Date(0) }))
    assert.equal((await fetchFrom(view, { method: 'HEAD' })).status, 200)
    assert.equal((await fetchFrom(view, { headers: { 'If-None-Match': '"1"' } })).status, 304)
    assert.equal(made, 0)
    await (await fetchFrom(view)).text()
    assert.equal(made, 1)
  })

  test('lets a stream go that nobody reads', async () => {
    for (const init of [{ method: 'HEAD' }, { headers: { 'If-None-Match': '"1"' } }]) {
      const stream = Readable.from(['x'])
      await fetchFrom(
        viewOf(() => new VirtualFile(stream, { etag: '"1"' })),
        init,
      )
      await delay(1)
      assert.equal(stream.destroyed, true)
    }
  })

  test('lets a stream go when a hook fails after it was opened', async () => {
    const stream = Readable.from(['x'])
    class DeniedView extends VirtualDownloadView {
      override getFile() {
        return new VirtualFile(stream)
      }
      override getBasename(): string {
        throw new Error('no name')
      }
    }
    const serve = toFetchHandler(DeniedView.asView(), { onError: () => {} })
    assert.equal((await serve(new Request('http://localhost/'))).status, 500)
    await delay(1)
    assert.equal(stream.destroyed, true)
  })

  test('answers If-Modified-Since with the hook of the file', async () => {
    const asked: Date[] = []
    const since = 'Mon, 06 May 2024 07:08:09 GMT'
    const statusOf = async (wasModified: boolean) => {
      const wasModifiedSince = (date: Date) => asked.push(date) > 0 && wasModified
      const view = viewOf(() => new VirtualFile('x', { wasModifiedSince }))
      return (await fetchFrom(view, { headers: { 'If-Modified-Since': since } })).status
    }
    assert.equal(await statusOf(true), 200)
    assert.equal(await statusOf(false), 304)
    assert.deepEqual(asked, [new Date(since), new Date(since)])
  })

  test('is always modified as long as nothing tells otherwise, and nothing is made to find out', async () => {
    let made = 0
    const make = () => {
      made++
      return 'x'
    }
    const headers = { 'If-Modified-Since': new Date(Date.now() + 1e9).toUTCString() }
    assert.equal(
      (
        await fetchFrom(
          viewOf(() => new VirtualFile(make)),
          { method: 'HEAD', headers },
        )
      ).status,
      200,
    )
    assert.equal(made, 0)
  })

  test('can say in the view that nothing ever changes', async () => {
    class TextView extends VirtualDownloadView {
      override getFile() {
        return new ContentFile('Hello world!', { name: 'hello-world.txt' })
      }
      override async wasModifiedSince() {
        return false
      }
    }
    const headers = { 'If-Modified-Since': 'Fri, 04 Jan 1980 00:00:00 GMT' }
    assert.equal((await fetchFrom(TextView.asView(), { headers })).status, 304)
    assert.equal((await fetchFrom(TextView.asView())).status, 200)
  })

  test('offers a file without a name as bytes of unknown type (U28)', async () => {
    const { headers } = await fetchFrom(viewOf(() => new ContentFile('x')))
    assert.equal(headers.get('Content-Disposition'), 'attachment')
    assert.equal(headers.get('Content-Type'), 'application/octet-stream')
  })

  test('tells the same bytes by the same tag, and gives ranges of them', async () => {
    const view = viewOf(() => new ContentFile('Hello world!\n', { name: 'a.txt' }))
    const etag = (await fetchFrom(view)).headers.get('ETag') as string
    assert.equal((await fetchFrom(view, { headers: { 'If-None-Match': etag } })).status, 304)
    const part = await fetchFrom(view, { headers: { Range: 'bytes=-7', 'If-Range': etag } })
    assert.equal(part.status, 206)
    assert.equal(await part.text(), 'world!\n')
  })

  test('believes the media type that the file is given', async () => {
    const options: VirtualFileOptions = { name: 'a.txt', contentType: 'application/json' }
    const { headers } = await fetchFrom(viewOf(() => new VirtualFile('{}', options)))
    assert.equal(headers.get('Content-Type'), 'application/json')
  })

  test('breaks off when content is neither text nor bytes', async () => {
    const faults: unknown[] = []
    const view = viewOf(() => new VirtualFile([1, 2] as unknown as string[]))
    const serve = toFetchHandler(view, { onError: (fault) => faults.push(fault) })
    assert.equal((await serve(new Request('http://localhost/'))).status, 500)
    assert.ok(faults[0] instanceof BodyError, String(faults[0]))
  })

  test('needs a getFile of its own', () => {
    // @ts-expect-error: the class is abstract
    assert.equal(new VirtualDownloadView() instanceof DownloadView, true)
  })
})

function viewOf(getFile: () => Awaitable<VirtualFile>): DownloadHandler {
  class TestView extends VirtualDownloadView {
    override getFile() {
      return getFile()
    }
  }
  return TestView.asView()
}

function fetchFrom(handler: DownloadHandler, init: RequestInit = {}) {
  return toFetchHandler(handler)(new Request('http://localhost/', init))
}
