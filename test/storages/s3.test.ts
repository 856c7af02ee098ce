import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, readlinkSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  type MultipartUpload,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { ConfigurationError, FileExistsError, FileNotFoundError, UpstreamError } from '../../src/errors.js'
import { contentDisposition } from '../../src/headers/content-disposition.js'
import { type S3ConnectOptions, S3Storage } from '../../src/storages/s3/index.js'
import { testStorage } from '../../src/testing/index.js'
import { runChild } from '../support/child.js'
import { eventually } from '../support/eventually.js'
import { startFaultProxy } from '../support/fault-proxy.js'
import { freePorts } from '../support/servers/program.js'
import type { S3Server } from '../support/servers/s3.js'
import { startSwift } from '../support/servers/swift.js'
import { expectRemoteStorage } from './expectations.js'
import { addressOf, portOf, startRemote, withDefaultClient } from './s3-remote.js'

const MIB = 1024 * 1024

let server: S3Server
let socketsBefore: number
before(async () => {
  server = await startSwift()
  socketsBefore = openSockets()
})
after(() => server.close())

testStorage('S3Storage', () => withDefaultClient(server, { prefix: 'pre/fix/' }), {
  // Swift knows no conditions on uploads, and without them nobody can keep this promise. radosgw does.
  lacks: ['exclusive-save'],
})

expectRemoteStorage({ name: 'S3Storage', start: () => startRemote(server) })

describe('saving to S3Storage', () => {
  test('uploads what is large in parts, also with a client of the SDK’s defaults', async () => {
    const { storage, client, bucket } = await opened()
    await storage.save('large.bin', pieces(20 * MIB))
    assert.equal((await storage.stat('large.bin'))?.size, 20 * MIB)
    assert.deepEqual(await digest(storage.open('large.bin')), await digest(pieces(20 * MIB)))
    await storage.save('exact.bin', pieces(8 * MIB))
    assert.equal((await storage.stat('exact.bin'))?.size, 8 * MIB)
    assert.deepEqual(await unfinished(client, bucket), [])
  })

  test('sends each request with a length and no trailer', async () => {
    const faults = await startFaultProxy(portOf(server))
    const { storage } = await opened({ endpoint: faults.origin })
    await storage.save(
      'small.txt',
      (async function* () {
        yield 'text of '
        yield 'unknown length'
      })(),
    )
    await storage.save('large.bin', pieces(9 * MIB))
    const puts = faults.requests.filter(({ method }) => method === 'PUT')
    assert.equal(puts.length, 3)
    for (const { headers } of puts) {
      assert.match(headers['content-length'] ?? '', /^\d+$/)
      assert.equal(headers['transfer-encoding'], undefined)
      assert.equal(headers['x-amz-trailer'], undefined)
      assert.equal(headers['content-encoding'], undefined)
    }
    await faults.close()
  })

  test('takes an upload back when the content fails after some parts, and keeps the old file', async () => {
    const { storage, client, bucket } = await opened()
    const failure = new Error('The content failed.')
    await storage.save('old.bin', 'old')
    for (const key of ['old.bin', 'new.bin']) {
      const content = async function* () {
        yield* pieces(17 * MIB)
        throw failure
      }
      await assert.rejects(storage.save(key, content()), (error) => error === failure)
    }
    assert.equal(String(await bytesOf(storage.open('old.bin'))), 'old')
    assert.equal(await storage.stat('new.bin'), undefined)
    assert.deepEqual(await unfinished(client, bucket), [])
  })

  test('takes an upload back when it is aborted while a part is on its way', async () => {
    const faults = await startFaultProxy(portOf(server))
    const { storage, client, bucket } = await opened({ endpoint: faults.origin })
    const controller = new AbortController()
    const reason = new Error('Nobody waits for it.')
    // Begins the upload; the answer to the first part never comes.
    faults.next({ kind: 'pass' }, { kind: 'silence' })
    const saving = storage.save('file.bin', pieces(20 * MIB), { signal: controller.signal })
    const result = assert.rejects(saving, (error) => error === reason)
    await eventually(() => faults.requests.length === 2)
    controller.abort(reason)
    await result
    assert.deepEqual(
      faults.requests.map(({ method }) => method),
      ['POST', 'PUT', 'DELETE'],
    )
    assert.deepEqual(await unfinished(client, bucket), [])
    assert.equal(await storage.stat('file.bin'), undefined)
    await faults.close()
  })

  test('takes an upload back when the server fails for good', async () => {
    const faults = await startFaultProxy(portOf(server))
    const { storage, client, bucket } = await opened({ endpoint: faults.origin })
    const failed = { kind: 'answer', status: 500 } as const
    faults.next({ kind: 'pass' }, failed, failed, failed)
    await assert.rejects(storage.save('file.bin', pieces(20 * MIB)), UpstreamError)
    assert.deepEqual(await unfinished(client, bucket), [])
    await faults.close()
  })

  test('sends a part again after a failure of the server, and the same bytes', async () => {
    const faults = await startFaultProxy(portOf(server))
    const { storage } = await opened({ endpoint: faults.origin })
    faults.next({ kind: 'pass' }, { kind: 'answer', status: 500 }, { kind: 'pass' }, { kind: 'refuse' })
    await storage.save('file.bin', pieces(20 * MIB))
    assert.deepEqual(await digest(storage.open('file.bin')), await digest(pieces(20 * MIB)))
    await faults.close()
  })

  test('refuses to replace a large file, also on a server without conditions on uploads', async () => {
    const { storage, client, bucket } = await opened()
    await storage.save('file.bin', pieces(9 * MIB), { overwrite: false })
    let isRead = false
    const content = async function* () {
      isRead = true
      yield 'x'
    }
    await assert.rejects(storage.save('file.bin', content(), { overwrite: false }), FileExistsError)
    assert.equal(isRead, false, 'nothing is read in vain')
    const overtaken = async function* () {
      yield* pieces(9 * MIB)
      await storage.save('other.bin', 'first')
    }
    await assert.rejects(storage.save('other.bin', overtaken(), { overwrite: false }), FileExistsError)
    assert.equal(String(await bytesOf(storage.open('other.bin'))), 'first')
    assert.deepEqual(await unfinished(client, bucket), [])
  })

  test('keeps the media type that is told, else that of the name, and what the options add', async () => {
    const { storage, client, bucket } = await opened({ saveParams: { CacheControl: 'max-age=7' } })
    await storage.save('a.pdf', 'x')
    await storage.save('page', 'x', { contentType: 'text/html' })
    await storage.save('large.png', pieces(9 * MIB))
    assert.equal((await storage.stat('a.pdf'))?.contentType, 'application/pdf')
    assert.equal((await storage.fetch('page'))?.stat.contentType, 'text/html')
    assert.equal((await storage.stat('large.png'))?.contentType, 'image/png')
    const stored = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'a.pdf' }))
    assert.equal(stored.CacheControl, 'max-age=7')
  })
})

describe('reading from S3Storage', () => {
  test('asks for no checksum, and gives the very stream of the socket, also with a client of the SDK’s defaults', async () => {
    const faults = await startFaultProxy(portOf(server))
    const { storage } = await opened({ endpoint: faults.origin, params: { RequestPayer: 'requester' } })
    await storage.save('file.txt', 'text')
    await storage.stat('file.txt')
    assert.equal(String(await bytesOf(storage.open('file.txt', { range: { start: 1, end: 2 } }))), 'ex')
    assert.deepEqual(
      faults.requests.map(({ method }) => method),
      ['PUT', 'HEAD', 'GET'],
    )
    for (const { headers } of faults.requests) {
      assert.equal(headers['x-amz-checksum-mode'], undefined)
      assert.equal(headers['x-amz-request-payer'], 'requester')
    }
    await faults.close()
  })

  test('tells the same of a file whether it is asked about it, read, or read in part', async () => {
    const { storage } = await opened()
    await storage.save('file.txt', '0123456789')
    const stat = await storage.stat('file.txt')
    assert.match(stat?.etag ?? '', /^"[^"]+"$/)
    for (const range of [undefined, { start: 2, end: 4 }, { start: 7 }, { suffix: 3 }, { suffix: 99 }]) {
      const fetched = await storage.fetch('file.txt', { range })
      fetched?.body?.cancel()
      const { modifiedTime, ...known } = fetched?.stat ?? {}
      assert.deepEqual(known, { size: 10, etag: stat?.etag, contentType: 'text/plain' })
      // Swift rounds it up for a HEAD, and down for a GET.
      assert.ok(
        Math.abs((modifiedTime?.getTime() ?? 0) - (stat?.modifiedTime?.getTime() ?? 0)) <= 1000,
        'the same date',
      )
    }
  })

  test('asks nothing before the first next(), and nothing for a client that has gone', async () => {
    const faults = await startFaultProxy(portOf(server))
    const { storage } = await opened({ endpoint: faults.origin })
    storage.open('file.txt')
    const signal = AbortSignal.abort(new Error('gone'))
    await assert.rejects(storage.fetch('file.txt', { signal }), /gone/)
    assert.deepEqual(faults.requests, [])
    await faults.close()
  })

  test('calls a bucket that is missing, or that refuses us, a fault of the application', async () => {
    const { bucket } = await opened()
    const credentials = { accessKeyId: 'test:tester', secretAccessKey: 'wrong' }
    const missing = connected({ bucket: 'there-is-none' })
    const refused = connected({ bucket, credentials })
    for (const [storage, message] of [
      [missing, /"there-is-none" is not there/],
      [refused, /refused the request \(403 .*credentials/],
    ] as const) {
      const attempts = [
        () => storage.fetch('file.txt'),
        () => bytesOf(storage.open('file.txt')),
        () => storage.save('file.txt', 'text'),
        () => storage.save('file.txt', pieces(9 * MIB)),
        () => keysOf(storage),
      ]
      for (const attempt of attempts) {
        await assert.rejects(attempt, (error) => {
          assert.ok(error instanceof UpstreamError, String(error))
          assert.equal(error.status, 502)
          assert.equal(error.expose, false, 'the client learns nothing of it')
          assert.match(error.message, message)
          return true
        })
      }
    }
    await assert.rejects(refused.stat('file.txt'), UpstreamError)
    await assert.rejects(refused.delete('file.txt'), UpstreamError)
    // A HEAD has no body that could say what it is that is missing.
    assert.equal(await missing.stat('file.txt'), undefined)
    await missing.delete('file.txt')
  })

  test('tells the application what to do about a wrong region, and about an upload that was dropped', async () => {
    const faults = await startFaultProxy(portOf(server))
    const { storage } = await opened({ endpoint: faults.origin })
    const headers = { 'x-amz-bucket-region': 'eu-west-1' }
    faults.use({ kind: 'answer', status: 301, headers })
    const elsewhere = (error: unknown) =>
      error instanceof UpstreamError && /in the region "eu-west-1"/.test(error.message)
    await assert.rejects(storage.stat('file.txt'), elsewhere)
    await assert.rejects(storage.fetch('file.txt'), elsewhere)
    const body = '<Error><Code>NoSuchUpload</Code><Message>The upload is not there.</Message></Error>'
    faults.next({ kind: 'pass' }, { kind: 'answer', status: 404, body })
    faults.use({ kind: 'pass' })
    await assert.rejects(
      storage.save('file.bin', pieces(9 * MIB)),
      (error) => error instanceof UpstreamError && /dropped an upload/.test(error.message),
    )
    await faults.close()
  })

  test('calls a server that is not there a fault of another server', async () => {
    const [port] = await freePorts(1)
    const storage = connected({ bucket: 'bucket', endpoint: `http://127.0.0.1:${port}` })
    for (const attempt of [() => storage.stat('a'), () => storage.fetch('a'), () => storage.save('a', 'text')]) {
      await assert.rejects(attempt, (error) => error instanceof UpstreamError && error.status === 502)
    }
  })

  test('opens what is not there with FileNotFoundError', async () => {
    const { storage } = await opened()
    await assert.rejects(bytesOf(storage.open('file.txt')), FileNotFoundError)
  })
})

describe('the files of S3Storage', () => {
  test('lie in its folder, and it sees no others', async () => {
    const { storage: whole, bucket } = await opened()
    const part = connected({ bucket, prefix: 'a/b' })
    for (const key of ['c.txt', 'a/c.txt', 'a/bc.txt', 'a/b/c.txt']) await whole.save(key, key)
    assert.deepEqual(await keysOf(part), ['c.txt'])
    assert.equal(String(await bytesOf(part.open('c.txt'))), 'a/b/c.txt')
    await part.delete('c.txt')
    assert.deepEqual(await keysOf(whole), ['a/bc.txt', 'a/c.txt', 'c.txt'])
  })

  test('are listed under their keys, whatever letters these have, and what is no key is left out', async () => {
    const { storage, client, bucket } = await opened()
    const keys = [
      'a+b c.txt',
      '%2B%20.txt',
      'line\nbreak\r.txt',
      'tab\t.txt',
      '\u0001.txt',
      '<&>"\'.txt',
      '\ufffe.txt',
      '😀',
    ]
    for (const key of keys) await storage.save(key, key)
    for (const Key of ['folder/', 'a//b']) await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: '' }))
    assert.deepEqual(await keysOf(storage), keys.sort())
    for (const key of keys) assert.equal(String(await bytesOf(storage.open(key))), key)
  })

  test('are all listed, page by page', async () => {
    const { storage, client } = await opened()
    let pages = 0
    client.middlewareStack.add((next) => (args) => {
      if ('EncodingType' in args.input) pages++
      // The server's own page has a thousand.
      return next({ ...args, input: 'EncodingType' in args.input ? { ...args.input, MaxKeys: 2 } : args.input })
    })
    const keys = ['a b', 'c+d', 'e/f', 'ü', '日本']
    for (const key of keys) await storage.save(key, '')
    assert.deepEqual(await keysOf(storage), keys.sort())
    assert.equal(pages, 3)
  })

  test('have an address when the storage has one', async () => {
    const { bucket } = await opened()
    assert.equal(connected({ bucket }).url('a b.txt'), undefined)
    assert.equal(
      connected({ bucket, baseUrl: 'https://cdn.test/x' }).url('é/a b.txt'),
      'https://cdn.test/x/%C3%A9/a%20b.txt',
    )
  })

  test('need a bucket, and parts that the protocol allows', () => {
    assert.throws(() => connected({ bucket: '' }), ConfigurationError)
    for (const partSize of [0, MIB, 5.5 * MIB + 0.5, Number.NaN]) {
      assert.throws(() => connected({ bucket: 'bucket', partSize }), ConfigurationError)
    }
  })
})

describe('an address of S3Storage', () => {
  const DISPOSITIONS = [
    contentDisposition('attachment', 'report.pdf'),
    contentDisposition('attachment', `it's a "quoted" name; 100% ünï 日本 😀.txt`),
    contentDisposition('inline', 'a b+c&d=e#f?.txt'),
  ]
  for (const disposition of DISPOSITIONS) {
    test(`brings back ${disposition}`, async () => {
      const { storage } = await opened()
      await storage.save('a folder/é #1?.txt', '0123456789', { contentType: 'text/plain' })
      const url = await storage.presignedUrl('a folder/é #1?.txt', {
        contentType: 'application/x-test; charset=utf-8',
        contentDisposition: disposition,
        cacheControl: 'private, max-age=7',
      })
      const reply = curl(url, '--range', '2-4')
      assert.equal(reply.status, 206)
      assert.equal(reply.body, '234')
      assert.equal(reply.get('content-type'), 'application/x-test; charset=utf-8')
      assert.equal(reply.get('content-disposition'), disposition)
      assert.equal(reply.get('cache-control'), 'private, max-age=7')
    })
  }

  test('allows HEAD, and leaves the headers as they are stored when nothing is asked for', async () => {
    const { storage } = await opened()
    await storage.save('file.txt', 'text', { contentType: 'text/plain' })
    const reply = curl(await storage.presignedUrl('file.txt', { method: 'HEAD' }), '--head')
    assert.equal(reply.status, 200)
    assert.match(reply.get('content-type') ?? '', /^text\/plain/)
    assert.equal(reply.get('content-disposition'), undefined)
    const asked = await storage.presignedUrl('file.txt', { method: 'HEAD', contentType: 'text/x-other' })
    assert.match(curl(asked, '--head').get('content-type') ?? '', /^text\/x-other/)
  })

  test('opens neither another file nor other headers, changes nothing, and ends', async () => {
    const { storage } = await opened()
    await storage.save('mine.txt', 'mine')
    await storage.save('other.txt', 'other')
    const url = await storage.presignedUrl('mine.txt', { contentType: 'text/plain' })
    assert.equal(curl(url).status, 200)
    assert.equal(curl(url.replace('mine.txt', 'other.txt')).status, 403)
    assert.equal(curl(url.replace('text%2Fplain', 'text%2Fhtml')).status, 403)
    assert.equal(curl(url, '--request', 'DELETE').status, 403)
    const short = await storage.presignedUrl('mine.txt', { expiresIn: 1 })
    await eventually(() => curl(short).status === 403)
    assert.equal(new URL(await storage.presignedUrl('mine.txt')).searchParams.get('X-Amz-Expires'), '300')
  })

  test('needs a package, and tells which', async () => {
    const { code, output, errors } = await runChild(WITHOUT_PRESIGNER)
    assert.equal(code, 0, errors)
    assert.deepEqual(JSON.parse(output), {
      name: 'ConfigurationError',
      message: 'S3Storage needs a package to sign addresses: npm install @aws-sdk/s3-request-presigner',
    })
  })

  test('ends within seven days, and not before it begins', async () => {
    const { storage } = await opened()
    for (const expiresIn of [0, -5, Number.NaN, 604_801]) {
      await assert.rejects(storage.presignedUrl('file.txt', { expiresIn }), ConfigurationError)
    }
    assert.ok(await storage.presignedUrl('file.txt', { expiresIn: 604_800 }), 'seven days')
  })

  test('has nothing in it that the application did not ask for', async () => {
    const { storage } = await opened()
    const names = [...new URL(await storage.presignedUrl('file.txt')).searchParams.keys()]
    assert.deepEqual(names.filter((name) => !name.startsWith('X-Amz-')).sort(), ['x-id'])
  })
})

describe('the connections of S3Storage', () => {
  test('are closed when it is, and a client of the application stays open', async () => {
    const faults = await startFaultProxy(portOf(server))
    const bucket = await server.createBucket()
    const own = S3Storage.connect({ ...addressOf(server), endpoint: faults.origin, bucket })
    await own.save('file.txt', 'text')
    assert.equal(faults.sockets.client, 1)
    own.close()
    await eventually(() => faults.sockets.client === 0)
    const { storage } = await opened({ endpoint: faults.origin })
    await storage.save('file.txt', 'text')
    storage.close()
    assert.equal(String(await bytesOf(storage.open('file.txt'))), 'text')
    await faults.close()
  })

  test('serve more downloads at once than the SDK has sockets', async () => {
    const bucket = await server.createBucket()
    const storage = connected({ bucket })
    await storage.save('file.bin', Buffer.alloc(MIB))
    const bodies = await Promise.all(Array.from({ length: 60 }, () => storage.fetch('file.bin')))
    for (const fetched of bodies) fetched?.body?.cancel()
    assert.equal(bodies.length, 60)
  })

  test('are no more than the fifty of the SDK for any number of downloads that were given up', async () => {
    const faults = await startFaultProxy(portOf(server))
    const { storage } = await opened({ endpoint: faults.origin, timeout: 5000 })
    await storage.save('file.bin', Buffer.alloc(3 * MIB))
    for (let round = 0; round < 3; round++) {
      const bodies = await Promise.all(Array.from({ length: 50 }, () => storage.fetch('file.bin')))
      assert.ok(faults.sockets.client <= 50, `${faults.sockets.client} connections`)
      for (const fetched of bodies) fetched?.body?.cancel()
    }
    await eventually(() => faults.sockets.upstream === 0)
    assert.equal((await bytesOf(storage.open('file.bin'))).length, 3 * MIB)
    await faults.close()
  })

  test('are all gone in the end', async () => {
    for (const dispose of opened.toDispose.splice(0)) dispose()
    await eventually(() => openSockets() <= socketsBefore)
  })
})

test('a file of 256 MiB goes through memory a part at a time, both ways', async () => {
  const { endpoint, region, credentials } = server
  const options = { endpoint, region, credentials, bucket: await server.createBucket() }
  const { code, output, errors } = await runChild(THROUGH_MEMORY, [JSON.stringify(options)])
  assert.equal(code, 0, errors)
  const { saved, read, saving, reading } = JSON.parse(output)
  assert.equal(read, saved, 'SHA-256')
  // Parts of 8 MiB, each twice while it is put together, and what the collector has not looked at yet.
  assert.ok(saving < 128 * MIB, `saving took ${saving} bytes of memory`)
  assert.ok(reading < 64 * MIB, `reading took ${reading} bytes of memory`)
})

/** As if the package had not been installed. */
const WITHOUT_PRESIGNER = `
  import { register } from 'node:module'
  const hooks = \`export function resolve(specifier, context, next) {
    if (specifier === '@aws-sdk/s3-request-presigner') throw new Error('Cannot find package')
    return next(specifier, context)
  }\`
  register('data:text/javascript,' + encodeURIComponent(hooks))
  const { S3Storage } = await import('./src/storages/s3/index.js')
  const storage = S3Storage.connect({ bucket: 'bucket', region: 'eu-central-1', credentials: { accessKeyId: 'a', secretAccessKey: 's' } })
  await storage.presignedUrl('file.txt').catch(({ name, message }) => console.log(JSON.stringify({ name, message })))
`

const THROUGH_MEMORY = `
  import { createHash, randomBytes } from 'node:crypto'
  import { S3Storage } from './src/storages/s3/index.js'
  const storage = S3Storage.connect(JSON.parse(process.argv[1]))
  const block = randomBytes(1024 * 1024)
  let base = process.memoryUsage.rss()
  let peak = 0
  const look = () => { peak = Math.max(peak, process.memoryUsage.rss() - base) }
  const made = createHash('sha256')
  async function* content() {
    for (let count = 0; count < 256; count++) {
      block.writeUInt32BE(count)
      made.update(block)
      look()
      yield block
    }
  }
  await storage.save('large.bin', content())
  const saving = peak
  globalThis.gc?.()
  base = process.memoryUsage.rss()
  peak = 0
  const got = createHash('sha256')
  const { body } = await storage.fetch('large.bin')
  for await (const chunk of body) {
    got.update(chunk)
    look()
  }
  storage.close()
  console.log(JSON.stringify({ saved: made.digest('hex'), read: got.digest('hex'), saving, reading: peak }))
`

/** A storage in an empty bucket, with a client of the SDK's own defaults. */
async function opened(options?: Parameters<typeof withDefaultClient>[1]) {
  const created = await withDefaultClient(server, options)
  opened.toDispose.push(created.dispose)
  return created
}
opened.toDispose = [] as (() => void)[]

function connected(options: S3ConnectOptions): S3Storage {
  const storage = S3Storage.connect({ ...addressOf(server), ...options })
  opened.toDispose.push(() => storage.close())
  return storage
}

/** Megabytes that can be told apart. */
async function* pieces(size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; at += MIB) yield Buffer.alloc(Math.min(MIB, size - at), `${at} `)
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}

async function digest(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', await bytesOf(chunks))).toString('hex')
}

async function keysOf(storage: S3Storage): Promise<string[]> {
  const keys: string[] = []
  for await (const key of storage.list()) keys.push(key)
  return keys.sort()
}

async function unfinished(client: S3Client, bucket: string): Promise<readonly MultipartUpload[]> {
  return (await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []
}

/** Another client than ours, and another idea of addresses. */
function curl(url: string, ...args: string[]): { status: number; body: string; get(name: string): string | undefined } {
  const output = execFileSync('curl', ['--silent', '--show-error', '--include', ...args, url], { encoding: 'utf8' })
  const end = output.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = output.slice(0, end).split('\r\n')
  const get = (name: string) => lines.find((line) => line.toLowerCase().startsWith(`${name}: `))?.slice(name.length + 2)
  return { status: Number(statusLine.split(' ')[1]), body: output.slice(end + 4), get }
}

function openSockets(): number {
  return readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith('socket:')
    } catch {
      return false
    }
  }).length
}
