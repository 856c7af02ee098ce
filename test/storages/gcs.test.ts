import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Storage as GcsClient, type StorageOptions } from '@google-cloud/storage'
import { ConfigurationError, type Storage, UpstreamError } from '../../src/index.js'
import { GoogleCloudStorage, type GoogleCloudStorageOptions } from '../../src/storages/gcs/index.js'
import { testStorage } from '../../src/testing/index.js'
import { eventually } from '../support/eventually.js'
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.js'
import { type GcsServer, startGcsStandIn } from '../support/servers/gcs-stand-in.js'
import { expectRemoteStorage, type RemoteStorage } from './expectations.js'

let server: GcsServer
before(async () => {
  server = await startGcsStandIn()
})
after(() => server.close())

testStorage('GoogleCloudStorage', () => emptyStorage())
testStorage('GoogleCloudStorage in a folder', () =>
  emptyStorage({ prefix: 'a/folder', baseUrl: 'https://cdn.test/x/' }),
)

expectRemoteStorage({
  name: 'GoogleCloudStorage',
  // The JSON API has no HEAD: what is known of an object is a document of its own.
  costs: { head: ['GET'] },
  start: startRemote,
})

describe('GoogleCloudStorage', () => {
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
    const { etag, size, contentType, modifiedTime } = (await storage.stat('file.txt')) ?? {}
    assert.match(etag ?? '', /^"\d+"$/)
    for (const range of [undefined, { start: 2, end: 4 }, { start: 7 }, { suffix: 3 }, { suffix: 99 }]) {
      const fetched = await storage.fetch('file.txt', { range })
      fetched?.body?.cancel()
      assert.equal(fetched?.stat.etag, etag)
      assert.equal(fetched?.stat.size, size)
      assert.equal(fetched?.stat.contentType, contentType)
      assert.equal(fetched?.stat.modifiedTime?.toUTCString(), modifiedTime?.toUTCString())
    }
  })

  test('sees only what lies in its folder, and no object that stands for a folder', async () => {
    const bucket = await server.createBucket()
    const whole = storageOf(bucket)
    const part = storageOf(bucket, { prefix: 'a/b' })
    for (const key of ['c.txt', 'a/c.txt', 'a/bc.txt', 'a/b/c.txt']) await whole.save(key, key)
    await clientOf().bucket(bucket).file('a/b/').save('')
    assert.deepEqual(await keysOf(part), ['c.txt'])
    assert.equal(String(await readAll(part.open('c.txt'))), 'a/b/c.txt')
    await part.delete('c.txt')
    assert.deepEqual(await keysOf(whole), ['a/bc.txt', 'a/c.txt', 'c.txt'])
  })

  test('lists more keys than the service gives at a time', async () => {
    const storage = await emptyStorage()
    const keys = Array.from({ length: 1003 }, (_, index) => `${index}.txt`)
    await Promise.all(keys.map((key) => storage.save(key, key)))
    assert.deepEqual(await keysOf(storage), keys.sort())
  })

  test('gives the stored bytes of a packed object, and their size', async () => {
    const bucket = await server.createBucket()
    const packed = Buffer.from('H4sIAAAAAAAAA0vMSQQAxGyLgwMAAAA=', 'base64')
    const metadata = { contentEncoding: 'gzip', contentType: 'text/plain' }
    await clientOf().bucket(bucket).file('a.txt').save(packed, { metadata })
    const remote = await startRemote(bucket)
    try {
      const fetched = await remote.through().fetch?.('a.txt')
      assert.equal(fetched?.stat.size, packed.length)
      assert.ok(packed.equals(await readAll(fetched?.body ?? [])), 'packed as it was stored')
      // Google unpacks it for whoever does not say this.
      assert.equal(remote.faults.requests.at(-1)?.headers['accept-encoding'], 'gzip')
    } finally {
      await remote.close()
    }
  })

  test('reads what the SDK wrote, and writes what the SDK reads', async () => {
    const bucket = await server.createBucket()
    const storage = storageOf(bucket)
    await clientOf().bucket(bucket).file('é/1.txt').save('by the SDK', { resumable: false })
    assert.equal(String(await readAll(storage.open('é/1.txt'))), 'by the SDK')
    await storage.save('日本/2.txt', 'by us')
    assert.equal(String((await clientOf().bucket(bucket).file('日本/2.txt').download())[0]), 'by us')
  })

  test('calls a bucket that is missing a fault of the application', async () => {
    const storage = storageOf('there-is-none')
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
        assert.match(error.message, /not there/)
        return true
      })
    }
  })

  test('refuses options that cannot be', () => {
    assert.throws(() => storageOf(''), ConfigurationError)
    assert.throws(() => storageOf('bucket', { prefix: '/a' }), ConfigurationError)
  })

  test('bills the project that it is told', async () => {
    const remote = await startRemote(await server.createBucket(), { userProject: 'payer' })
    try {
      const storage = remote.through()
      await storage.save('file.txt', 'text')
      await readAll(storage.open('file.txt'))
      await storage.delete('file.txt')
      const projects = remote.faults.requests.map(({ path }) =>
        new URL(path, 'http://x').searchParams.get('userProject'),
      )
      assert.deepEqual(projects, ['payer', 'payer', 'payer'])
      const address = await storage.presignedUrl?.('file.txt')
      assert.equal(new URL(address ?? '').searchParams.get('userProject'), 'payer')
    } finally {
      await remote.close()
    }
  })
})

describe('asking with GoogleCloudStorage', () => {
  test('is repeated as often as the client of the SDK says', async () => {
    for (const [retryOptions, requests] of [
      [{ autoRetry: false }, 1],
      [{ maxRetries: 3, maxRetryDelay: 0.01 }, 4],
    ] as const) {
      const remote = await startRemote(undefined, {}, { retryOptions })
      try {
        remote.faults.use({ kind: 'answer', status: 500 })
        await assert.rejects(remote.through().stat('file.txt'), UpstreamError)
        assert.equal(remote.faults.requests.length, requests)
      } finally {
        await remote.close()
      }
    }
  })

  test('ends at once when the client goes between two attempts', async () => {
    const remote = await startRemote(undefined, {}, { retryOptions: { maxRetries: 3 } })
    try {
      remote.faults.use({ kind: 'answer', status: 500 })
      const controller = new AbortController()
      const reason = new Error('gone')
      const fetched = remote.through().fetch?.('file.txt', { signal: controller.signal })
      const rejected = assert.rejects(
        async () => fetched,
        (error) => error === reason,
      )
      await eventually(() => remote.faults.requests.length === 1)
      controller.abort(reason)
      await rejected
      assert.equal(remote.faults.requests.length, 1)
    } finally {
      await remote.close()
    }
  })

  test('ends when an answer that was begun does not go on', async () => {
    const remote = await startRemote()
    try {
      await remote.direct.save('file.txt', 'text')
      const storage = remote.through({ timeout: 200 })
      remote.faults.use({ kind: 'stall', after: 10 })
      for (const ask of [() => storage.stat('file.txt'), () => keysOf(storage)]) {
        await assert.rejects(ask, { code: 'UPSTREAM_TIMEOUT' })
      }
    } finally {
      await remote.close()
    }
  })

  test('takes no connection from another download when one is given up', async () => {
    const remote = await startRemote()
    try {
      const bytes = Buffer.alloc(3 * 1024 * 1024, 'x')
      await remote.direct.save('file.bin', bytes)
      const storage = remote.through()
      const [first, second] = await Promise.all([storage.fetch?.('file.bin'), storage.fetch?.('file.bin')])
      first?.body?.cancel()
      await eventually(() => remote.faults.sockets.client === 1)
      assert.ok(bytes.equals(await readAll(second?.body ?? [])), 'the whole file')
      assert.equal(remote.faults.requests.length, 2, 'nothing had to be asked for again')
    } finally {
      await remote.close()
    }
  })
})

describe('saving with GoogleCloudStorage', () => {
  let faults: FaultProxy
  let storage: GoogleCloudStorage

  /** How many of them have been begun and not been let go of. */
  let open = 0
  async function* endless(pieces = Number.POSITIVE_INFINITY) {
    open++
    try {
      for (let count = 0; count < pieces; count++) {
        yield Buffer.alloc(10_000)
        await new Promise(setImmediate)
      }
    } finally {
      open--
    }
  }

  before(async () => {
    const remote = await startRemote()
    faults = remote.faults
    storage = remote.through({ timeout: 200 }) as GoogleCloudStorage
  })
  after(() => faults.close())

  test('is one request', async () => {
    const first = faults.requests.length
    await storage.save('file.txt', 'text')
    assert.equal(faults.requests.length, first + 1)
  })

  test('waits for content for as long as it takes', async () => {
    const slow = async function* () {
      yield 'a'
      await new Promise((resolve) => setTimeout(resolve, 400))
      yield 'b'
    }
    await storage.save('slow.txt', slow())
    assert.equal((await storage.stat('slow.txt'))?.size, 2)
  })

  test('fails when the service says nothing, and lets go of the content', async () => {
    for (const content of ['text', endless(3)]) {
      faults.next({ kind: 'silence' })
      await assert.rejects(storage.save('silent.txt', content), { code: 'UPSTREAM_TIMEOUT', status: 504 })
    }
    await eventually(() => open === 0)
    assert.equal(await storage.stat('silent.txt'), undefined)
  })

  test('fails at once when the service refuses, however much content is left', async () => {
    faults.next({ kind: 'answer', status: 403, body: 'no' })
    await assert.rejects(storage.save('refused.txt', endless()), UpstreamError)
    faults.next({ kind: 'refuse' })
    await assert.rejects(storage.save('refused.txt', endless()), UpstreamError)
    await eventually(() => open === 0)
  })

  test('ends the request when it is aborted, and leaves nothing behind', async () => {
    const controller = new AbortController()
    const first = faults.requests.length
    const save = storage.save('aborted.txt', endless(), { signal: controller.signal })
    const reason = new Error('gone')
    const rejected = assert.rejects(save, (error) => error === reason)
    await eventually(() => faults.requests.length > first)
    controller.abort(reason)
    await rejected
    await eventually(() => open === 0)
    await eventually(() => faults.sockets.upstream === 0)
    assert.equal(await storage.stat('aborted.txt'), undefined)
  })
})

describe('the credentials of GoogleCloudStorage', () => {
  test('are those of the client, and go with every request', async () => {
    const remote = await startRemote(
      undefined,
      {},
      { useAuthWithCustomEndpoint: true, authClient: tokenClient('secret') },
    )
    try {
      const storage = remote.through()
      await storage.save('file.txt', 'text')
      await readAll(storage.open('file.txt'))
      const sent = remote.faults.requests.map(({ headers }) => headers.authorization)
      assert.deepEqual(sent, ['Bearer secret', 'Bearer secret'])
    } finally {
      await remote.close()
    }
  })

  test('are done without where there are none, as for a public bucket', async () => {
    const authClient = tokenClient(new Error('Could not load the default credentials. Browse to …'))
    const remote = await startRemote(undefined, {}, { useAuthWithCustomEndpoint: true, authClient })
    try {
      await remote.direct.save('file.txt', 'text')
      const storage = remote.through()
      assert.equal(String(await readAll(storage.open('file.txt'))), 'text')
      assert.equal(remote.faults.requests[0]?.headers.authorization, undefined)
      remote.faults.use({ kind: 'answer', status: 401 })
      await assert.rejects(storage.stat('file.txt'), (error) => {
        assert.ok(error instanceof UpstreamError, String(error))
        assert.match(String((error.cause as Error).cause), /default credentials/)
        return true
      })
    } finally {
      await remote.close()
    }
  })

  test('that the client cannot get are a fault of the application, and nothing is asked', async () => {
    const authClient = tokenClient(new Error('invalid_grant'))
    const remote = await startRemote(undefined, {}, { useAuthWithCustomEndpoint: true, authClient })
    try {
      await assert.rejects(remote.through().stat('file.txt'), (error) => {
        assert.ok(error instanceof UpstreamError, String(error))
        assert.match(error.message, /credentials/)
        assert.match(String(error.cause), /invalid_grant/)
        return true
      })
      assert.equal(remote.faults.requests.length, 0)
    } finally {
      await remote.close()
    }
  })
})

describe('an address of GoogleCloudStorage', () => {
  test('gives the file, with the headers that were asked for, and ranges of it', async () => {
    const storage = await emptyStorage()
    await storage.save('a folder/é #1.txt', '0123456789', { contentType: 'text/plain' })
    const contentDisposition = `attachment; filename="a b.txt"; filename*=UTF-8''%C3%A9.txt`
    const url = await storage.presignedUrl('a folder/é #1.txt', {
      contentType: 'application/x-test',
      contentDisposition,
      cacheControl: 'private, max-age=7',
    })
    const response = await fetch(url, { headers: { range: 'bytes=2-4' } })
    assert.equal(response.status, 206)
    assert.equal(await response.text(), '234')
    assert.equal(response.headers.get('content-type'), 'application/x-test')
    assert.equal(response.headers.get('content-disposition'), contentDisposition)
    assert.equal(new URL(url).searchParams.get('response-cache-control'), 'private, max-age=7')
  })

  test('is for the method that it was made for', async () => {
    const storage = await emptyStorage()
    await storage.save('file.txt', 'text')
    const url = await storage.presignedUrl('file.txt', { method: 'HEAD' })
    assert.equal((await fetch(url, { method: 'HEAD' })).status, 200)
    assert.equal((await fetch(url)).status, 403)
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
    assert.equal(new URL(url).searchParams.get('X-Goog-Expires'), '300')
    await assert.rejects(storage.presignedUrl('mine.txt', { expiresIn: 8 * 86_400 }), ConfigurationError)
  })

  test('cannot be made by a client that cannot sign', async () => {
    const storage = storageOf(await server.createBucket(), { client: clientOf({ authClient: tokenClient('secret') }) })
    await assert.rejects(storage.presignedUrl('file.txt'), (error) => {
      assert.ok(error instanceof ConfigurationError, String(error))
      assert.match(error.message, /cannot sign.*service account/)
      return true
    })
  })
})

async function emptyStorage(options: Partial<GoogleCloudStorageOptions> = {}): Promise<GoogleCloudStorage> {
  return storageOf(await server.createBucket(), options)
}

function storageOf(bucket: string, options: Partial<GoogleCloudStorageOptions> = {}): GoogleCloudStorage {
  return new GoogleCloudStorage({ client: clientOf(), bucket, ...options })
}

function clientOf(options: StorageOptions = {}): GcsClient {
  const { endpoint: apiEndpoint, projectId, credentials } = server
  return new GcsClient({ apiEndpoint, projectId, credentials, ...options })
}

async function startRemote(
  bucket?: string,
  options: Partial<GoogleCloudStorageOptions> = {},
  clientOptions: StorageOptions = {},
): Promise<RemoteStorage> {
  const { hostname: host, port } = new URL(server.endpoint)
  const faults = await startFaultProxy({ host, port: Number(port) })
  const retryOptions = { maxRetries: 1, maxRetryDelay: 0.01 }
  const client = clientOf({ apiEndpoint: faults.origin, retryOptions, ...clientOptions })
  const name = bucket ?? (await server.createBucket())
  return {
    direct: storageOf(name),
    through: (limits) => storageOf(name, { client, ...options, ...limits }),
    faults,
    close: () => faults.close(),
  }
}

/** Gives the client of the SDK a token of ours, in place of one of Google's. */
function tokenClient(token: string | Error): NonNullable<StorageOptions['authClient']> {
  const user = { type: 'authorized_user', client_id: 'x', client_secret: 'x', refresh_token: 'x' }
  const client = clientOf().authClient.fromJSON(user)
  return Object.assign(client, {
    async getRequestHeaders() {
      if (token instanceof Error) throw token
      return { Authorization: `Bearer ${token}` }
    },
  })
}

async function readAll(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}

async function keysOf(storage: Pick<Storage, 'list'>): Promise<string[]> {
  const keys: string[] = []
  for await (const key of storage.list()) keys.push(key)
  return keys.sort()
}
