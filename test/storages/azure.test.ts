import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { AnonymousCredential, BlobServiceClient, StorageSharedKeyCredential } from '@azure/storage-blob'
import { ConfigurationError, FileExistsError, UpstreamError } from '../../src/index.js'
import { AzureBlobStorage, type AzureBlobStorageOptions } from '../../src/storages/azure/index.js'
import { testStorage } from '../../src/testing/index.js'
import { eventually } from '../support/eventually.js'
import { startFaultProxy } from '../support/fault-proxy.js'
import { type AzureServer, startAzurite } from '../support/servers/azurite.js'
import { expectRemoteStorage, type RemoteStorage } from './expectations.js'

const KIB = 1024

let server: AzureServer
before(async () => {
  server = await startAzurite()
})
after(() => server.close())

testStorage('AzureBlobStorage', () => emptyStorage())
testStorage('AzureBlobStorage in a folder', () =>
  emptyStorage({ prefix: 'some/folder/', baseUrl: 'https://cdn.test/x' }),
)

expectRemoteStorage({
  name: 'AzureBlobStorage',
  // The service knows no range of the last bytes, and Azurite's 304 tells nothing of the file.
  costs: { lastBytes: ['HEAD', 'GET'], notModified: ['GET', 'HEAD'] },
  start: startRemote,
})

describe('AzureBlobStorage', () => {
  test('saves a file of many blocks, and replaces it by one of a single block', async () => {
    const storage = await emptyStorage({ blockSize: 64 * KIB })
    const bytes = numbered(64 * KIB * 3 + 5)
    await storage.save('large.bin', [bytes.subarray(0, 100_000), bytes.subarray(100_000)])
    assert.ok(bytes.equals(await readAll(storage.open('large.bin'))), 'the bytes of four blocks, in their order')
    await storage.save('exact.bin', bytes.subarray(0, 128 * KIB))
    assert.equal((await storage.stat('exact.bin'))?.size, 128 * KIB)
    await storage.save('large.bin', 'small')
    assert.equal(String(await readAll(storage.open('large.bin'))), 'small')
  })

  test('keeps the old file when the content fails after some blocks, and lists nothing of the new one', async () => {
    const storage = await emptyStorage({ blockSize: 64 * KIB })
    const failure = new Error('The content failed.')
    const broken = async function* () {
      yield numbered(300 * KIB)
      throw failure
    }
    await storage.save('old.bin', 'old')
    for (const key of ['old.bin', 'new.bin']) {
      await assert.rejects(storage.save(key, broken()), (error) => error === failure)
    }
    assert.equal(String(await readAll(storage.open('old.bin'))), 'old')
    assert.deepEqual(await keysOf(storage), ['old.bin'])
    assert.equal(await storage.stat('new.bin'), undefined)
  })

  test('refuses to replace a file also with one of many blocks', async () => {
    const storage = await emptyStorage({ blockSize: 64 * KIB })
    await storage.save('file.bin', numbered(200 * KIB), { overwrite: false })
    const before = await storage.stat('file.bin')
    await assert.rejects(storage.save('file.bin', numbered(300 * KIB), { overwrite: false }), FileExistsError)
    assert.deepEqual(await storage.stat('file.bin'), before)
  })

  test('keeps one of two files whole whose blocks were sent at the same time, and tells who lost', async () => {
    const storage = await emptyStorage({ blockSize: 64 * KIB })
    const winner = numbered(100 * KIB)
    const loser = async function* () {
      yield numbered(100 * KIB)
      await storage.save('file.bin', winner)
      yield 'more'
    }
    await assert.rejects(storage.save('file.bin', loser()), (error) => {
      assert.ok(error instanceof UpstreamError, String(error))
      assert.match(error.message, /saved by another one/)
      return true
    })
    assert.ok(winner.equals(await readAll(storage.open('file.bin'))), 'the one that was done first')
  })

  test('guesses the media type from the key unless it is told, and gives it to the service', async () => {
    const storage = await emptyStorage()
    await storage.save('report.pdf', 'x')
    await storage.save('page', 'x', { contentType: 'text/html' })
    assert.equal((await storage.stat('report.pdf'))?.contentType, 'application/pdf')
    assert.equal((await storage.fetch('page'))?.stat.contentType, 'text/html')
  })

  test('tells the same of a file whether it is asked about it, read, or read in part', async () => {
    const storage = await emptyStorage()
    await storage.save('file.txt', '0123456789')
    const stat = await storage.stat('file.txt')
    assert.match(stat?.etag ?? '', /^"[^"]+"$/)
    for (const range of [undefined, { start: 2, end: 4 }, { start: 7 }, { suffix: 3 }, { suffix: 99 }]) {
      const fetched = await storage.fetch('file.txt', { range })
      fetched?.body?.cancel()
      assert.deepEqual(fetched?.stat, stat)
    }
  })

  test('sees only what lies in its folder', async () => {
    const container = await server.createContainer()
    const whole = storageOf(container.containerName)
    const part = storageOf(container.containerName, { prefix: 'a/b' })
    for (const key of ['c.txt', 'a/c.txt', 'a/bc.txt', 'a/b/c.txt']) await whole.save(key, key)
    assert.deepEqual(await keysOf(part), ['c.txt'])
    assert.equal(String(await readAll(part.open('c.txt'))), 'a/b/c.txt')
    await part.delete('c.txt')
    assert.deepEqual(await keysOf(whole), ['a/bc.txt', 'a/c.txt', 'c.txt'])
  })

  test('takes no folder for a file, however it is kept', async () => {
    const container = await server.createContainer()
    const storage = storageOf(container.containerName)
    await container.getBlockBlobClient('marked').upload('', 0, { metadata: { hdi_isfolder: 'true' } })
    await container.getBlockBlobClient('empty/').upload('', 0)
    await storage.save('marked/file.txt', 'text')
    assert.deepEqual(await keysOf(storage), ['marked/file.txt'])
    assert.equal(await storage.stat('marked'), undefined)
    assert.equal(await storage.fetch('marked'), undefined)
    assert.equal(await storage.fetch('marked', { range: { suffix: 5 } }), undefined)
  })

  test('gives the stored bytes of a file with a Content-Encoding, and their size', async () => {
    const container = await server.createContainer()
    const storage = storageOf(container.containerName)
    const packed = Buffer.from('H4sIAAAAAAAAA0vMSQQAxGyLgwMAAAA=', 'base64')
    const blobHTTPHeaders = { blobContentEncoding: 'gzip' }
    await container.getBlockBlobClient('a.gz').upload(packed, packed.length, { blobHTTPHeaders })
    const fetched = await storage.fetch('a.gz')
    assert.equal(fetched?.stat.size, packed.length)
    assert.ok(packed.equals(await readAll(fetched?.body ?? [])), 'packed as it was stored')
  })

  test('calls a container that is missing, or that refuses us, a fault of the application', async () => {
    const wrongKey = new StorageSharedKeyCredential(server.accountName, Buffer.alloc(32).toString('base64'))
    const missing = storageOf('there-is-none')
    const { containerName } = await server.createContainer()
    const refused = storageOf(containerName, { client: new BlobServiceClient(server.endpoint, wrongKey) })
    for (const [storage, message] of [
      [missing, /not there/],
      [refused, /refused the request \(403 .*credential/],
    ] as const) {
      const attempts = [
        () => storage.stat('file.txt'),
        () => storage.fetch('file.txt'),
        () => readAll(storage.open('file.txt')),
        () => storage.save('file.txt', 'text'),
        () => storage.delete('file.txt'),
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
  })

  test('refuses options that cannot be', async () => {
    const { containerName } = await server.createContainer()
    assert.throws(() => storageOf(''), ConfigurationError)
    assert.throws(() => storageOf(containerName, { prefix: '../other' }), ConfigurationError)
    for (const blockSize of [0, -1, Number.NaN, 5000 * KIB * KIB]) {
      assert.throws(() => storageOf(containerName, { blockSize }), ConfigurationError)
    }
  })
})

describe('saving with AzureBlobStorage', () => {
  test('fails when the service says nothing', async () => {
    const remote = await startRemote()
    try {
      const storage = remote.through({ timeout: 200 })
      for (const content of ['text', numbered(5 * KIB * KIB)]) {
        remote.faults.use({ kind: 'silence' })
        await assert.rejects(storage.save('file.bin', content), { code: 'UPSTREAM_TIMEOUT', status: 504 })
      }
      assert.equal(await remote.direct.stat('file.bin'), undefined)
    } finally {
      await remote.close()
    }
  })

  test('ends the request, and the content, when it is aborted', async () => {
    const remote = await startRemote()
    try {
      let isOpen = false
      const content = async function* () {
        isOpen = true
        try {
          for (;;) yield Buffer.alloc(KIB * KIB)
        } finally {
          isOpen = false
        }
      }
      remote.faults.use({ kind: 'silence' })
      const controller = new AbortController()
      const reason = new Error('gone')
      const save = remote.through().save('file.bin', content(), { signal: controller.signal })
      const rejected = assert.rejects(save, (error) => error === reason)
      await eventually(() => remote.faults.requests.length === 1)
      controller.abort(reason)
      await rejected
      await eventually(() => !isOpen && remote.faults.sockets.client === 0)
    } finally {
      await remote.close()
    }
  })

  test('asks again when the service fails once, and sends the same bytes', async () => {
    const remote = await startRemote()
    try {
      const bytes = numbered(5 * KIB * KIB)
      remote.faults.next({ kind: 'answer', status: 500 })
      await remote.through().save('file.bin', [bytes])
      assert.ok(bytes.equals(await readAll(remote.direct.open('file.bin'))), 'the bytes that were saved')
      assert.equal(remote.faults.requests.length, 4, 'two blocks, the first one twice, and their list')
    } finally {
      await remote.close()
    }
  })
})

describe('an address of AzureBlobStorage', () => {
  test('gives the file, with the headers that were asked for, and ranges of it', async () => {
    const storage = await emptyStorage()
    await storage.save('a folder/é #1.txt', '0123456789', { contentType: 'text/plain' })
    const url = await storage.presignedUrl('a folder/é #1.txt', {
      contentType: 'application/x-test',
      contentDisposition: `attachment; filename="a b.txt"; filename*=UTF-8''%C3%A9.txt`,
      cacheControl: 'private, max-age=7',
    })
    const response = await fetch(url, { headers: { range: 'bytes=2-4' } })
    assert.equal(response.status, 206)
    assert.equal(await response.text(), '234')
    assert.equal(response.headers.get('content-type'), 'application/x-test')
    assert.equal(
      response.headers.get('content-disposition'),
      `attachment; filename="a b.txt"; filename*=UTF-8''%C3%A9.txt`,
    )
    assert.equal(response.headers.get('cache-control'), 'private, max-age=7')
  })

  test('allows HEAD, and leaves the headers as they are stored when nothing is asked for', async () => {
    const storage = await emptyStorage()
    await storage.save('file.txt', 'text', { contentType: 'text/plain' })
    const response = await fetch(await storage.presignedUrl('file.txt', { method: 'HEAD' }), { method: 'HEAD' })
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-type'), 'text/plain')
    assert.equal(response.headers.get('content-disposition'), null)
  })

  test('opens neither another file nor other headers, changes nothing, and ends', async () => {
    const storage = await emptyStorage()
    await storage.save('mine.txt', 'mine')
    await storage.save('other.txt', 'other')
    const url = await storage.presignedUrl('mine.txt', { contentType: 'text/plain' })
    assert.equal((await fetch(url)).status, 200)
    assert.equal((await fetch(url.replace('mine.txt', 'other.txt'))).status, 403)
    assert.equal((await fetch(url.replace('text%2Fplain', 'text%2Fhtml'))).status, 403)
    assert.equal((await fetch(url, { method: 'DELETE' })).status, 403)
    assert.equal((await fetch(await storage.presignedUrl('mine.txt', { expiresIn: -5 }))).status, 403)
    const expiry = Date.parse(new URL(await storage.presignedUrl('mine.txt')).searchParams.get('se') ?? '')
    assert.ok(Math.abs(expiry - Date.now() - 300_000) < 60_000, `${expiry}: five minutes by default`)
  })

  test('cannot be made by a client that cannot sign', async () => {
    const { containerName } = await server.createContainer()
    const client = new BlobServiceClient(server.endpoint, new AnonymousCredential())
    await assert.rejects(storageOf(containerName, { client }).presignedUrl('file.txt'), (error) => {
      assert.ok(error instanceof ConfigurationError, String(error))
      assert.match(error.message, /cannot sign.*StorageSharedKeyCredential/)
      return true
    })
  })
})

async function emptyStorage(options: Partial<AzureBlobStorageOptions> = {}): Promise<AzureBlobStorage> {
  return storageOf((await server.createContainer()).containerName, options)
}

function storageOf(container: string, options: Partial<AzureBlobStorageOptions> = {}): AzureBlobStorage {
  const client = BlobServiceClient.fromConnectionString(server.connectionString, { retryOptions: { maxTries: 1 } })
  return new AzureBlobStorage({ client, container, ...options })
}

async function startRemote(): Promise<RemoteStorage> {
  const { containerName } = await server.createContainer()
  const { hostname: host, port } = new URL(server.endpoint)
  const faults = await startFaultProxy({ host, port: Number(port) })
  const credential = new StorageSharedKeyCredential(server.accountName, server.accountKey)
  const retryOptions = { maxTries: 2, retryDelayInMs: 10, maxRetryDelayInMs: 10 }
  const client = new BlobServiceClient(`${faults.origin}/${server.accountName}`, credential, { retryOptions })
  return {
    direct: storageOf(containerName),
    through: (limits) => storageOf(containerName, { client, ...limits }),
    faults,
    close: () => faults.close(),
  }
}

/** Bytes that tell where they are. */
function numbered(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => index % 251))
}

async function readAll(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}

async function keysOf(storage: AzureBlobStorage): Promise<string[]> {
  const keys: string[] = []
  for await (const key of storage.list()) keys.push(key)
  return keys.sort()
}
