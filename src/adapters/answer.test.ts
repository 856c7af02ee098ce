import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  BodyError,
  ConfigurationError,
  DownloadError,
  FileChangedError,
  FileExistsError,
  FileNotFoundError,
  InvalidKeyError,
  PermissionDeniedError,
} from '../errors.js'
import { ContentFile } from '../files/content.js'
import type { DownloadFile } from '../files/file.js'
import { StorageFile } from '../files/storage.js'
import type { Outcome } from '../handler.js'
import { DownloadResponse } from '../responses/download.js'
import { EmptyResponse } from '../responses/empty.js'
import { NotModifiedResponse } from '../responses/not-modified.js'
import { ProxiedDownloadResponse } from '../responses/proxied.js'
import { MemoryStorage } from '../storages/memory.js'
import { testRequest } from '../testing/test-request.js'
import { answer, errorReply, isFault } from './answer.js'

describe('answer', () => {
  test('negotiates a download with the request', async () => {
    const download = () => new DownloadResponse(new ContentFile('Hello world!\n', { etag: '"1"' }))
    const replyTo = async (headers: Record<string, string>) => (await answer(download, testRequest({ headers }))).reply
    assert.equal((await replyTo({})).status, 200)
    assert.equal((await replyTo({ Range: 'bytes=0-4' })).status, 206)
    assert.equal((await replyTo({ Range: 'bytes=99-' })).status, 416)
    assert.equal((await replyTo({ 'If-None-Match': '"1"' })).status, 304)
    assert.equal((await replyTo({ 'If-Match': '"2"' })).status, 412)
  })

  test('hands the request to the handler, and waits for its outcome', async () => {
    const request = testRequest()
    const { reply } = await answer(async (given) => {
      assert.equal(given, request)
      return new EmptyResponse(204)
    }, request)
    assert.equal(reply.status, 204)
  })

  for (const [method, status, length] of [
    ['GET', 200, '0'],
    ['GET', 302, '0'],
    ['GET', 404, '0'],
    ['POST', 405, '0'],
    ['OPTIONS', 204, null],
    ['GET', 304, null],
    ['HEAD', 200, null],
    ['HEAD', 404, null],
  ] as const) {
    test(`says ${length === null ? 'no length' : 'that nothing follows'} for an empty ${status} to ${method}`, async () => {
      const { reply } = await answer(() => new EmptyResponse(status), testRequest({ method }))
      assert.equal(reply.headers.get('Content-Length'), length)
      assert.equal(reply.body, undefined)
    })
  }

  test('leaves a length that is there, and that of a 304 out', async () => {
    const download = new DownloadResponse(new ContentFile('x'))
    const proxied = () => new ProxiedDownloadResponse(download, { 'Content-Length': '7' })
    assert.equal((await answer(proxied, testRequest())).reply.headers.get('Content-Length'), '7')
    const { reply } = await answer(() => new NotModifiedResponse(), testRequest())
    assert.equal(reply.headers.has('Content-Length'), false)
  })

  test('lets go of the file when told to: of a download, and of one that a proxy sends', async () => {
    for (const outcomeOf of [
      (file: DownloadFile): Outcome => new DownloadResponse(file),
      (file: DownloadFile): Outcome => new ProxiedDownloadResponse(new DownloadResponse(file), {}),
    ]) {
      let closed = 0
      const file = Object.assign(new ContentFile('x'), { close: () => closed++ })
      const found = await answer(() => outcomeOf(file), testRequest())
      assert.equal(closed, 0)
      found.close()
      assert.equal(closed, 1)
    }
    const found = await answer(() => new EmptyResponse(404), testRequest())
    found.close()
  })

  test('lets go of the file when it cannot be described', async () => {
    let closed = 0
    const failure = new Error('EIO')
    const stat = async (): Promise<never> => {
      throw failure
    }
    const file = Object.assign(new ContentFile('x'), { stat, close: () => closed++ })
    await assert.rejects(
      answer(() => new DownloadResponse(file), testRequest()),
      failure,
    )
    assert.equal(closed, 1)
  })

  test('throws what the handler throws, at once or later', async () => {
    const failure = new PermissionDeniedError()
    const throwing = () => {
      throw failure
    }
    await assert.rejects(answer(throwing, testRequest()), failure)
    await assert.rejects(
      answer(() => Promise.reject(failure), testRequest()),
      failure,
    )
  })

  test('decides anew for a file that has changed', async () => {
    const storage = new MemoryStorage()
    await storage.save('a.txt', 'old')
    const file = new StorageFile(storage, 'a.txt')
    const request = testRequest({ headers: { Range: 'bytes=4-' } })
    const found = await answer(() => new DownloadResponse(file), request)
    assert.equal(found.reply.status, 416)
    await file.save('changed')
    const { status, headers } = await found.again()
    assert.deepEqual([status, headers.get('Content-Range')], [206, 'bytes 4-6/7'])
  })
})

describe('errorReply', () => {
  for (const [error, status, text] of [
    [new FileNotFoundError(), 404, 'Not Found\n'],
    [new InvalidKeyError('Not a canonical key.'), 404, 'Not Found\n'],
    [new PermissionDeniedError('You are not the owner of /srv/a.'), 403, 'Forbidden\n'],
    [new FileExistsError('x'), 409, 'Conflict\n'],
    [new FileChangedError(), 503, 'Service Unavailable\n'],
    [new ConfigurationError('x'), 500, 'Internal Server Error\n'],
    [new DownloadError('x', { status: 429 }), 429, 'Too Many Requests\n'],
    [new DownloadError('x', { status: 599 }), 599, 'Error\n'],
    // No server could send these.
    [new DownloadError('x', { status: 200 }), 500, 'Internal Server Error\n'],
    [new DownloadError('x', { status: 404.5 }), 500, 'Internal Server Error\n'],
    [new DownloadError('x', { status: 1000 }), 500, 'Internal Server Error\n'],
    [new DownloadError('x', { status: Number.NaN }), 500, 'Internal Server Error\n'],
    [new Error('cannot read /srv/a'), 500, 'Internal Server Error\n'],
    [Object.assign(new Error('x'), { status: 404 }), 500, 'Internal Server Error\n'],
    ['text', 500, 'Internal Server Error\n'],
    [undefined, 500, 'Internal Server Error\n'],
  ] as const) {
    test(`says ${JSON.stringify(text)} for ${String(error)}, and nothing of its message`, () => {
      const reply = errorReply(error)
      assert.equal(reply.status, status)
      assert.equal(Buffer.from(reply.text).toString(), text)
      assert.equal(reply.headers.get('Content-Length'), String(text.length))
      assert.equal(reply.headers.get('Content-Type'), 'text/plain; charset=utf-8')
      assert.equal(reply.headers.get('X-Content-Type-Options'), 'nosniff')
      assert.equal(reply.headers.get('Cache-Control'), 'no-store')
    })
  }

  test('says when to try again, if that is known', () => {
    assert.equal(errorReply(new FileChangedError()).headers.get('Retry-After'), '1')
    assert.equal(errorReply(new DownloadError('x', { retryAfter: 0 })).headers.get('Retry-After'), '0')
    assert.equal(errorReply(new FileNotFoundError()).headers.get('Retry-After'), null)
  })

  test('has the headers that the error asks for, but for those of its text', () => {
    const headers = { 'WWW-Authenticate': 'Basic realm="files"', 'Content-Length': '1', 'content-type': 'a/b' }
    const { headers: sent, text } = errorReply(new DownloadError('Who are you?', { status: 401, headers }))
    assert.equal(sent.get('WWW-Authenticate'), 'Basic realm="files"')
    assert.equal(sent.get('Content-Length'), String(text.length))
    assert.equal(sent.get('Content-Type'), 'text/plain; charset=utf-8')
  })

  test('is there all the same when its headers cannot be sent', () => {
    const headers = { 'X-Own': 'a\r\nSet-Cookie: b' }
    assert.equal(errorReply(new DownloadError('x', { status: 401, headers })).status, 401)
  })
})

test('a fault is what the application has to hear of, and an answer is not', () => {
  for (const fault of [
    new Error('x'),
    new ConfigurationError('x'),
    new BodyError('x'),
    new FileChangedError(),
    new DownloadError('x', { status: 200 }),
    'text',
    undefined,
  ]) {
    assert.equal(isFault(fault), true)
  }
  for (const plain of [new FileNotFoundError(), new PermissionDeniedError(), new DownloadError('x', { status: 499 })]) {
    assert.equal(isFault(plain), false)
  }
})
