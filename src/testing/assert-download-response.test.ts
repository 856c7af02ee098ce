import assert, { AssertionError } from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { toFetchHandler } from '../adapters/fetch/handler.js'
import { toNodeHandler } from '../adapters/node/handler.js'
import { FileNotFoundError } from '../errors.js'
import { ContentFile } from '../files/content.js'
import { StorageFile } from '../files/storage.js'
import { VirtualFile } from '../files/virtual.js'
import type { DownloadHandler, Outcome } from '../handler.js'
import { DownloadResponse, type DownloadResponseOptions } from '../responses/download.js'
import { EmptyResponse } from '../responses/empty.js'
import { NotModifiedResponse } from '../responses/not-modified.js'
import { ProxiedDownloadResponse } from '../responses/proxied.js'
import { MemoryStorage } from '../storages/memory.js'
import { assertDownloadResponse, type ExpectedDownload } from './assert-download-response.js'
import { testRequest } from './test-request.js'

const TEXT = 'Héllo 😀\n'

/** Each way in which a test can have come to a response, all for the same download. */
const SOURCES: Readonly<Record<string, (options?: DownloadResponseOptions) => Promise<Outcome | Response>>> = {
  'an outcome of a handler': async (options) => handlerWith(options)(testRequest()),
  'a Response of toFetchHandler': (options) => toFetchHandler(handlerWith(options))(new Request('http://localhost/')),
  'a Response of a server': (options) => fetchFromServer(handlerWith(options)),
}

/** For each key a value that holds, and some that do not. */
const EXPECTATIONS: { [Name in keyof ExpectedDownload]-?: [Required<ExpectedDownload>[Name], ...unknown[]] } = {
  attachment: [true, false],
  basename: ['naïve "b".txt', 'naive _b_.txt', 'naïve', ''],
  content: [TEXT, '', TEXT.slice(0, -1), `${TEXT} `, 'Hèllo 😀\n', Buffer.from(TEXT).subarray(1), new Uint8Array(12)],
  contentType: ['text/plain; charset=utf-8', 'text/plain', 'text/plain;charset=utf-8', 'TEXT/PLAIN; charset=utf-8', ''],
  mimeType: ['text/plain', 'text/html', 'text/plain; charset=utf-8', 'text', ''],
  status: [200, 206, 404],
}

for (const [source, respond] of Object.entries(SOURCES)) {
  describe(`assertDownloadResponse with ${source}`, () => {
    for (const [name, [right, ...wrong]] of Object.entries(EXPECTATIONS)) {
      test(`passes for the right ${name}`, async () => {
        await assertDownloadResponse(await respond(), { [name]: right })
      })

      test(`fails for a wrong ${name}`, async () => {
        for (const value of wrong) {
          const error = await failureOf(respond(), { [name]: value } as ExpectedDownload)
          assert.match(error.message, new RegExp(`^The ${name} of the download is `))
          assert.notDeepEqual(error.actual, error.expected)
        }
      })
    }

    test('compares everything at once', async () => {
      const right = Object.fromEntries(Object.entries(EXPECTATIONS).map(([name, [value]]) => [name, value]))
      await assertDownloadResponse(respond(), right)
    })

    test('compares nothing but the status when nothing is expected', async () => {
      await assertDownloadResponse(await respond())
      await assertDownloadResponse(await respond(), {})
    })

    test('tells inline from attachment, also without a name', async () => {
      await assertDownloadResponse(await respond({ attachment: false }), {
        attachment: false,
        basename: 'naïve "b".txt',
      })
      await failureOf(respond({ attachment: false }), { attachment: true })
      const bare = { headers: { 'Content-Disposition': 'attachment' } }
      await assertDownloadResponse(await respond(bare), { attachment: true, basename: '' })
      await failureOf(respond(bare), { attachment: false })
    })

    test('takes bytes as they are', async () => {
      await assertDownloadResponse(await respond(), { content: Buffer.from(TEXT) })
      await assertDownloadResponse(await respond(), { content: new TextEncoder().encode(TEXT) })
      await assertDownloadResponse(await respond(), { content: Buffer.from(`<${TEXT}`).subarray(1) })
    })

    test('refuses to check what it does not know', async () => {
      await assert.rejects(
        assertDownloadResponse(respond(), { body: TEXT } as ExpectedDownload),
        new TypeError(
          'assertDownloadResponse() cannot check "body". It checks: attachment, basename, content, contentType, mimeType, status.',
        ),
      )
    })

    test('refuses an expectation that is undefined, which could not fail', async () => {
      const misspelled: { name?: string } = {}
      await assert.rejects(
        assertDownloadResponse(respond(), { basename: misspelled.name } as ExpectedDownload),
        new TypeError('assertDownloadResponse(): "basename" is undefined. Leave it out, or say what is expected.'),
      )
    })
  })
}

describe('assertDownloadResponse', () => {
  test('fails for what is no download, unless its status is expected', async () => {
    const outcomes = [new NotModifiedResponse(), new EmptyResponse(405), new Response('no', { status: 404 })]
    for (const outcome of outcomes) {
      const { status } = outcome
      const error = await failureOf(outcome, {})
      assert.equal(error.message, `The reply is no download: its status is ${status}.`)
      assert.deepEqual([error.actual, error.expected], [status, 200])
      await assertDownloadResponse(outcome, { status })
      await failureOf(outcome, { status: 200 })
    }
  })

  test('takes a part of a file for a download', async () => {
    const request = new Request('http://localhost/', { headers: { Range: 'bytes=0-1' } })
    const response = await toFetchHandler(handlerWith())(request)
    await assertDownloadResponse(response, { status: 206, content: Buffer.from(TEXT).subarray(0, 2) })
    await assertDownloadResponse(response)
  })

  test('sees the headers of a download that a proxy sends, which has no content here', async () => {
    const download = new DownloadResponse(new ContentFile(TEXT, { name: 'a.txt' }))
    const headers = {
      'X-Accel-Redirect': '/x',
      'Content-Type': 'text/plain',
      'Content-Disposition': 'inline; filename="a.txt"',
    }
    const proxied = new ProxiedDownloadResponse(download, headers)
    await assertDownloadResponse(proxied, { basename: 'a.txt', attachment: false, mimeType: 'text/plain', content: '' })
    await failureOf(proxied, { content: TEXT })
  })

  test('leaves a web response to be read', async () => {
    const response = await toFetchHandler(handlerWith())(new Request('http://localhost/'))
    await assertDownloadResponse(response, { content: TEXT })
    await assertDownloadResponse(response, { content: TEXT })
    assert.equal(response.bodyUsed, false)
    assert.equal(await response.text(), TEXT)
  })

  test('reads nothing of a download whose content is not compared, nor when something else is wrong', async () => {
    let reads = 0
    const file = new VirtualFile(
      () => {
        reads += 1
        return TEXT
      },
      { name: 'a.txt' },
    )
    await assertDownloadResponse(new DownloadResponse(file), { basename: 'a.txt', attachment: true })
    await failureOf(new DownloadResponse(file), { basename: 'b.txt', content: TEXT })
    assert.equal(reads, 0)
    await assertDownloadResponse(new DownloadResponse(file), { content: TEXT })
    assert.equal(reads, 1)
  })

  test('waits for an outcome that is still on its way', async () => {
    await assertDownloadResponse(Promise.resolve(handlerWith()(testRequest())), { content: TEXT })
    await assert.rejects(assertDownloadResponse(Promise.reject(new FileNotFoundError())), FileNotFoundError)
  })

  test('passes on that the file is missing', async () => {
    const missing = new DownloadResponse(new StorageFile(new MemoryStorage(), 'missing.txt'))
    await assert.rejects(assertDownloadResponse(missing), FileNotFoundError)
  })

  test('refuses what is no response', async () => {
    for (const wrong of [undefined, null, 'text', {}, new ContentFile('text'), handlerWith()]) {
      await assert.rejects(assertDownloadResponse(wrong as unknown as Response), TypeError)
    }
  })
})

describe('a failure of assertDownloadResponse', () => {
  test('tells what is and what was expected', async () => {
    const error = await failureOf(SOURCES['an outcome of a handler']?.(), { mimeType: 'text/html' })
    assert.equal(error.message, 'The mimeType of the download is "text/plain", expected "text/html".')
    assert.deepEqual([error.actual, error.expected, error.code], ['text/plain', 'text/html', 'ERR_ASSERTION'])
  })

  test('leads to the test, and not into what it called', async () => {
    try {
      await assertDownloadResponse(textResponse('a'), { content: 'b' })
    } catch (error) {
      const [place] = String((error as Error).stack).match(/[\w-]+(?:\.test)?\.ts/) ?? []
      return assert.equal(place, 'assert-download-response.test.ts')
    }
    assert.fail('It must fail.')
  })

  test('shows text as text', async () => {
    const error = await failureOf(textResponse('Hello world!\n'), { content: 'Hello wörld!\n' })
    assert.equal(
      error.message,
      'The content of the download is "Hello world!\\n", expected "Hello wörld!\\n" (13 bytes, expected 14).',
    )
    assert.deepEqual([error.actual, error.expected], ['"Hello world!\\n"', '"Hello wörld!\\n"'])
  })

  test('shows bytes in hexadecimal, from near where they differ', async () => {
    const bytes = Buffer.from([0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    const other = Buffer.from(bytes)
    other[10] = 0xee
    const error = await failureOf(textResponse(bytes), { content: other })
    assert.deepEqual(
      [error.actual, error.expected],
      ['bytes 2…: 02 03 04 05 06 07 08 09 0a 0b', 'bytes 2…: 02 03 04 05 06 07 08 09 ee 0b'],
    )
  })

  test('tells bytes that are no text from the text that they would be shown as', async () => {
    const error = await failureOf(textResponse(Buffer.from([0x61, 0xff])), { content: 'a\uFFFD' })
    assert.deepEqual([error.actual, error.expected], ['bytes 0…: 61 ff', 'bytes 0…: 61 ef bf bd'])
  })

  test('stays short for megabytes', async () => {
    const long = 'x'.repeat(5_000_000)
    const started = performance.now()
    const error = await failureOf(textResponse(`${long}a${long}`), { content: `${long}b${long}` })
    assert.equal(performance.now() - started < 5000, true)
    assert.ok(error.message.length < 500, error.message)
    assert.match(String(error.actual), /^…"x{30}ax{89}"…$/)
    assert.match(String(error.expected), /^…"x{30}bx{89}"…$/)
    const short = await failureOf(textResponse(Buffer.alloc(5_000_000, 0xff)), {
      content: Buffer.alloc(4_999_999, 0xff),
    })
    assert.equal(short.expected, 'bytes 4999991…: ff ff ff ff ff ff ff ff')
    assert.equal(short.actual, 'bytes 4999991…: ff ff ff ff ff ff ff ff ff')
  })
})

function handlerWith(options: DownloadResponseOptions = {}): DownloadHandler {
  const file = new ContentFile(TEXT, { name: 'folder/naïve "b".txt' })
  return () => new DownloadResponse(file, { attachment: true, ...options })
}

function textResponse(content: string | Uint8Array): DownloadResponse {
  return new DownloadResponse(new ContentFile(content, { name: 'a.txt' }))
}

async function fetchFromServer(handler: DownloadHandler): Promise<Response> {
  const server = createServer(toNodeHandler(handler))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    // Read now: the server ends before the test does.
    return new Response(await response.arrayBuffer(), response)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

async function failureOf(
  response: Parameters<typeof assertDownloadResponse>[0] | undefined,
  expected: ExpectedDownload,
): Promise<AssertionError> {
  assert.ok(response !== undefined, 'There is a response.')
  const [result] = await Promise.allSettled([assertDownloadResponse(response, expected)])
  if (result.status === 'fulfilled') assert.fail(`It must fail for ${JSON.stringify(expected)}.`)
  assert.ok(result.reason instanceof AssertionError, String(result.reason))
  return result.reason
}
