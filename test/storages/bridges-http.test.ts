import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { AwsS3StorageAdapter } from '@flystorage/aws-s3'
import { FileStorage } from '@flystorage/file-storage'
import { LocalStorageAdapter } from '@flystorage/local-fs'
import { Disk } from 'flydrive'
import { FSDriver } from 'flydrive/drivers/fs'
import { S3Driver } from 'flydrive/drivers/s3'
import { createStorage, prefixStorage } from 'unstorage'
import fsDriver from 'unstorage/drivers/fs'
import memoryDriver from 'unstorage/drivers/memory'
import {
  ConfigurationError,
  FileChangedError,
  InvalidKeyError,
  type Storage,
  StorageDownloadView,
  StorageError,
  UpstreamError,
} from '../../src/index.js'
import { fromFlydrive } from '../../src/storages/flydrive/index.js'
import { fromFlystorage } from '../../src/storages/flystorage/index.js'
import { fromUnstorage } from '../../src/storages/unstorage/index.js'
import { serve } from '../http/serve.js'
import { openBelow } from '../support/descriptors.js'
import { eventually } from '../support/eventually.js'
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.js'
import { type S3Server, s3Client } from '../support/servers/s3.js'
import { startSwift } from '../support/servers/swift.js'

const MIB = 1024 * 1024

let folder: string
let server: S3Server
let proxy: FaultProxy
before(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'bridges-')))
  server = await startSwift()
  const { hostname, port } = new URL(server.endpoint)
  proxy = await startFaultProxy({ host: hostname, port: Number(port) })
})
after(async () => {
  await proxy.close()
  await server.close()
  await rm(folder, { recursive: true })
})

const clients: { destroy(): void }[] = []
after(() => {
  for (const client of clients) client.destroy()
})

/** A new folder for each. */
let folders = 0
async function newFolder(): Promise<string> {
  folders += 1
  const path = join(folder, String(folders))
  await mkdir(path)
  return path
}

/** Through the proxy that can do things to the answers. */
async function bucketClient(config: Parameters<typeof s3Client>[1] = {}) {
  const client = s3Client({ ...server, endpoint: proxy.origin }, { maxAttempts: 1, ...config })
  clients.push(client)
  return { client, bucket: await server.createBucket() }
}

async function flydriveBucket(config?: Parameters<typeof s3Client>[1]): Promise<Storage> {
  return fromFlydrive(
    new Disk(new S3Driver({ ...(await bucketClient(config)), visibility: 'private', supportsACL: false })),
  )
}

async function flystorageBucket(config?: Parameters<typeof s3Client>[1]): Promise<Storage> {
  const { client, bucket } = await bucketClient(config)
  return fromFlystorage(new FileStorage(new AwsS3StorageAdapter(client, { bucket })), { checksum: 'etag' })
}

function flydriveFolder(location: string): Storage {
  return fromFlydrive(new Disk(new FSDriver({ location, visibility: 'private' })))
}

function flystorageFolder(location: string): Storage {
  return fromFlystorage(new FileStorage(new LocalStorageAdapter(location)))
}

const STORAGES: Readonly<Record<string, () => Promise<Storage>>> = {
  'flydrive in a folder': async () => flydriveFolder(await newFolder()),
  'flydrive in a bucket': () => flydriveBucket(),
  'Flystorage in a folder': async () => flystorageFolder(await newFolder()),
  'Flystorage in a bucket': () => flystorageBucket(),
  'unstorage in a folder': async () => fromUnstorage(createStorage({ driver: fsDriver({ base: await newFolder() }) })),
  'unstorage in memory': async () => fromUnstorage(createStorage({ driver: memoryDriver() })),
}

for (const [name, create] of Object.entries(STORAGES)) {
  describe(`a view of ${name}`, () => {
    test('sends a file, with what is known of it', async () => {
      const { origin, bytes } = await served(create)
      const reply = await fetch(`${origin}/media/folder/report.pdf`)
      assert.equal(reply.status, 200)
      assert.equal(reply.headers.get('content-type'), 'application/pdf')
      assert.equal(reply.headers.get('content-length'), String(bytes.length))
      assert.equal(reply.headers.get('content-disposition'), 'attachment; filename="report.pdf"')
      assert.ok(bytes.equals(Buffer.from(await reply.arrayBuffer())), 'its bytes')
      const head = await fetch(`${origin}/media/folder/report.pdf`, { method: 'HEAD' })
      assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(bytes.length)])
      assert.equal(head.headers.get('etag'), reply.headers.get('etag'))
    })

    test('offers no ranges, and sends all of the file when it is asked for one', async () => {
      const { origin, bytes } = await served(create)
      const reply = await fetch(`${origin}/media/folder/report.pdf`, { headers: { range: 'bytes=5-9' } })
      assert.deepEqual([reply.status, reply.headers.get('accept-ranges')], [200, 'none'])
      assert.ok(bytes.equals(Buffer.from(await reply.arrayBuffer())), 'its bytes')
    })

    test('answers 304 to who has the file, and 404 where there is none', async () => {
      const { origin, faults } = await served(create)
      const whole = await fetch(`${origin}/media/folder/report.pdf`, { method: 'HEAD' })
      const etag = whole.headers.get('etag') as string
      assert.match(etag, /^(W\/)?".+"$/)
      const same = await fetch(`${origin}/media/folder/report.pdf`, { headers: { 'if-none-match': etag } })
      assert.deepEqual([same.status, await same.text()], [304, ''])
      for (const path of ['missing.pdf', 'folder', 'folder/report.pdf/below', 'a%3Ab', '%00']) {
        assert.equal((await fetch(`${origin}/media/${path}`)).status, 404, path)
      }
      assert.deepEqual(faults, [])
    })

    test('lets go of the file when the client goes', async () => {
      const { origin, storage } = await served(create)
      await storage.save('large.bin', Buffer.alloc(24 * MIB))
      const before = proxy.requests.length
      const controller = new AbortController()
      const reply = await fetch(`${origin}/media/large.bin`, { signal: controller.signal })
      await reply.body?.getReader().read()
      controller.abort()
      await eventually(() => openBelow(folder).length === 0)
      // As long as it takes, the first one would have had time to come to its end, too.
      assert.equal((await readAll(storage.open('large.bin'))).length, 24 * MIB)
      const [left, read] = proxy.requests.slice(before).filter(({ method }) => method === 'GET')
      if (read !== undefined) assert.equal(read.sent, 24 * MIB)
      assert.ok(left === undefined || left.sent < 24 * MIB, `${left?.sent} bytes came from the bucket`)
      await storage.delete('large.bin')
      assert.equal(await storage.exists('large.bin'), false)
    })
  })
}

async function served(create: () => Promise<Storage>) {
  const storage = await create()
  const bytes = Buffer.from(Array.from({ length: 3 * MIB }, (_, index) => index % 251))
  await storage.save('folder/report.pdf', bytes, { contentType: 'application/pdf' })
  const { origin, faults } = await serve(StorageDownloadView.asView({ storage }), { route: '/media/*path' })
  return { storage, bytes, origin, faults }
}

describe('a bucket behind a library', () => {
  for (const [name, create] of Object.entries({ flydrive: flydriveBucket, Flystorage: flystorageBucket })) {
    test(`${name}: its faults are those of another server, and the client learns nothing of them`, async () => {
      const { origin, faults } = await served(() => create())
      proxy.next({ kind: 'answer', status: 500, body: 'secret' })
      const failed = await fetch(`${origin}/media/folder/report.pdf`)
      assert.equal(failed.status, 502)
      assert.doesNotMatch(await failed.text(), /secret|bucket|report/)
      proxy.next({ kind: 'refuse' })
      assert.equal((await fetch(`${origin}/media/folder/report.pdf`)).status, 502)
      assert.equal(faults.length, 2)
      assert.ok(
        faults.every((fault) => fault instanceof UpstreamError),
        String(faults),
      )
    })

    test(`${name}: wrong credentials are a fault of the application, no missing file`, async () => {
      const storage = await create({ credentials: { ...server.credentials, secretAccessKey: 'wrong' } })
      for (const attempt of [() => storage.stat('a.txt'), () => storage.save('a.txt', 'text'), () => keysOf(storage)]) {
        await assert.rejects(attempt, (error) => {
          assert.ok(error instanceof UpstreamError, String(error))
          assert.deepEqual([error.status, error.expose], [502, false])
          assert.match(error.message, /refused.*credentials/)
          return true
        })
      }
    })

    test(`${name}: a body that breaks off never looks whole`, async () => {
      const storage = await create()
      await storage.save('large.bin', Buffer.alloc(3 * MIB))
      const seen = await storage.stat('large.bin')
      // The file is looked at while its body comes: only the body is long enough to break.
      for (const kind of ['truncate', 'reset'] as const) {
        proxy.use({ kind, after: MIB })
        await assert.rejects(readAll(storage.open('large.bin', { seen })), (error) => {
          assert.ok(error instanceof UpstreamError, String(error))
          return true
        })
        proxy.use({ kind: 'pass' })
      }
    })

    test(`${name}: an upload that fails leaves the old file`, async () => {
      const storage = await create()
      await storage.save('file.txt', 'old')
      proxy.use({ kind: 'answer', status: 500 })
      await assert.rejects(storage.save('file.txt', 'new'), UpstreamError)
      await assert.rejects(storage.save('file.txt', Buffer.alloc(3 * MIB)), UpstreamError)
      proxy.use({ kind: 'pass' })
      assert.equal(String(await readAll(storage.open('file.txt'))), 'old')
    })

    test(`${name}: a client that goes while the bucket is silent does not wait for it`, async () => {
      const storage = await create()
      await storage.save('file.txt', 'text')
      const seen = await storage.stat('file.txt')
      proxy.use({ kind: 'silence' })
      const controller = new AbortController()
      const reading = readAll(storage.open('file.txt', { seen, signal: controller.signal }))
      const reason = new Error('The client has gone.')
      const count = proxy.requests.length
      await eventually(() => proxy.requests.length > count)
      controller.abort(reason)
      await assert.rejects(reading, (error) => error === reason)
      proxy.use({ kind: 'pass' })
    })

    test(`${name}: signs an address with our name, type and caching`, async () => {
      const storage = await create()
      await storage.save('folder/a b.txt', 'text')
      const url = await storage.presignedUrl?.('folder/a b.txt', {
        expiresIn: 60,
        contentType: 'application/x-test',
        contentDisposition: 'attachment; filename="b.txt"',
        cacheControl: 'private, max-age=7',
      })
      const reply = await fetch(url as string)
      assert.deepEqual([reply.status, await reply.text()], [200, 'text'])
      assert.equal(reply.headers.get('content-type'), 'application/x-test')
      assert.equal(reply.headers.get('content-disposition'), 'attachment; filename="b.txt"')
      assert.equal(reply.headers.get('cache-control'), 'private, max-age=7')
      const seconds = new URL(url as string).searchParams.get('X-Amz-Expires')
      assert.ok(seconds === '60' || seconds === '59', `${seconds}`)
      assert.equal((await fetch((url as string).replace('b.txt', 'c.txt'))).status, 403, 'another file')
      await assert.rejects(async () => storage.presignedUrl?.('../a.txt'), InvalidKeyError)
    })
  }

  test('flydrive: gives Google no chance to spoil an entity-tag', async () => {
    const disk = new Disk(new FSDriver({ location: await newFolder(), visibility: 'private' }))
    disk.getMetaData = async () => ({ contentLength: 1, etag: 'CJ==', lastModified: new Date(Number.NaN) })
    assert.deepEqual(await fromFlydrive(disk).stat('a.txt'), {
      size: 1,
      modifiedTime: undefined,
      etag: '"CJ=="',
      contentType: undefined,
      seekable: false,
    })
  })
})

describe('a folder behind a library', () => {
  const FOLDERS = { flydrive: flydriveFolder, Flystorage: flystorageFolder }
  for (const [name, create] of Object.entries(FOLDERS)) {
    test(`${name}: a file that is written over while it is read fails instead of being mixed`, async () => {
      const location = await newFolder()
      const storage = create(location)
      await storage.save('file.bin', Buffer.alloc(4 * MIB, 'o'))
      const pieces = storage.open('file.bin')[Symbol.asyncIterator]()
      await pieces.next()
      // Half of another file of the same length, as another process may leave it there.
      await writeFile(join(location, 'file.bin'), Buffer.alloc(4 * MIB, 'n'))
      await assert.rejects(async () => {
        while (!(await pieces.next()).done);
      }, FileChangedError)
    })

    test(`${name}: one large file after the other is saved through a file without a name`, async () => {
      const before = (await readdir(tmpdir())).filter((each) => each.startsWith('downloadview-'))
      const storage = create(await newFolder())
      await storage.save('large.bin', [Buffer.alloc(2 * MIB, 'a'), Buffer.alloc(2 * MIB, 'b')])
      const bytes = await readAll(storage.open('large.bin'))
      assert.deepEqual([bytes.length, bytes[0], bytes.at(-1)], [4 * MIB, 97, 98])
      const after = (await readdir(tmpdir())).filter((each) => each.startsWith('downloadview-'))
      assert.deepEqual(after, before)
    })

    test(`${name}: a disk that fails is a fault, and tells the client no path`, async () => {
      const location = await newFolder()
      const storage = create(location)
      await storage.save('file', 'text')
      await assert.rejects(storage.save('file/below.txt', 'text'), (error) => {
        assert.ok(error instanceof StorageError, String(error))
        assert.ok(!error.message.includes(location), error.message)
        return true
      })
    })

    test(`${name}: says what to do when its addresses cannot be signed`, async () => {
      const storage = create(await newFolder())
      await assert.rejects(
        async () => storage.presignedUrl?.('a.txt'),
        (error) => {
          assert.ok(error instanceof ConfigurationError, String(error))
          assert.match(error.message, /presigned: false/)
          return true
        },
      )
    })
  }

  test('signs nothing when it is told so', async () => {
    const location = await newFolder()
    const disk = new Disk(new FSDriver({ location, visibility: 'private' }))
    const files = new FileStorage(new LocalStorageAdapter(location))
    for (const storage of [fromFlydrive(disk, { presigned: false }), fromFlystorage(files, { presigned: false })]) {
      assert.equal(storage.presignedUrl, undefined)
    }
  })

  test('flydrive: takes no key that it would change', async () => {
    const location = await newFolder()
    const storage = flydriveFolder(location)
    for (const key of ['.hidden', 'a  b.txt', 'dots.../b.txt', 'file.', 'é.txt', ' a.txt']) {
      await assert.rejects(storage.save(key, 'text'), InvalidKeyError, key)
    }
    assert.deepEqual(await readdir(location), [])
  })

  test('flydrive: says so when it cannot list a file that lies there under another kind of name', async () => {
    const location = await newFolder()
    await writeFile(join(location, 'é.txt'), 'text')
    await assert.rejects(keysOf(flydriveFolder(location)), StorageError)
  })

  test('Flystorage: takes no key that it would refuse in words of its own', async () => {
    const storage = flystorageFolder(await newFolder())
    for (const key of ['zero\u200bwidth.txt', 'a../b.txt', 'line\nfeed']) {
      await assert.rejects(storage.stat(key), InvalidKeyError, key)
    }
  })

  test('Flystorage: reads to its end what nobody reads on, since it would stay open', async () => {
    const location = await newFolder()
    const storage = flystorageFolder(location)
    await storage.save('large.bin', Buffer.alloc(6 * MIB))
    for (let each = 0; each < 5; each += 1) for await (const _ of storage.open('large.bin')) break
    await eventually(() => openBelow(location).length === 0)
  })
})

describe('unstorage', () => {
  test('takes no key that would be another one', async () => {
    const storage = fromUnstorage(createStorage())
    for (const key of ['a:b', 'what?', 'file.txt$', 'up..', 'up../b']) {
      await assert.rejects(storage.save(key, 'text'), InvalidKeyError, key)
    }
    await storage.save('a/b', 'text')
    assert.deepEqual(await keysOf(storage), ['a/b'])
  })

  test('reads what the application has stored, as text or as bytes, in a part of its own', async () => {
    const whole = createStorage()
    await whole.setItem('media:text.txt', 'é')
    await whole.setItem('media:data.json', { a: 1 })
    await whole.setItemRaw('media:buffer', new Uint8Array([1, 2]).buffer)
    await whole.setItem('other.txt', 'x')
    const storage = fromUnstorage(prefixStorage(whole, 'media'))
    assert.deepEqual(await keysOf(storage), ['buffer', 'data.json', 'text.txt'])
    assert.equal(String(await readAll(storage.open('text.txt'))), 'é')
    assert.equal(String(await readAll(storage.open('data.json'))), '{"a":1}')
    assert.deepEqual([...(await readAll(storage.open('buffer')))], [1, 2])
    await whole.setItemRaw('media:object', { a: 1 })
    await assert.rejects(storage.stat('object'), StorageError)
  })

  test('takes an error that its driver gives as a value for none of the files', async () => {
    const base = await newFolder()
    const storage = fromUnstorage(createStorage({ driver: fsDriver({ base }) }))
    await storage.save('file', 'text')
    assert.equal(await storage.stat('file/below'), undefined)
    const broken = createStorage({ driver: { ...memoryDriver(), getItemRaw: () => new Error('EIO') } })
    await assert.rejects(fromUnstorage(broken).stat('file'), StorageError)
  })

  test('says so when its driver did not delete a file', async () => {
    const base = await newFolder()
    await writeFile(join(base, 'file.txt'), 'text')
    const storage = fromUnstorage(createStorage({ driver: fsDriver({ base, readOnly: true }) }))
    await assert.rejects(storage.delete('file.txt'), StorageError)
  })

  test('asks its driver once for a download', async () => {
    let count = 0
    const driver = memoryDriver()
    const storage = fromUnstorage(
      createStorage({
        driver: {
          ...driver,
          getItemRaw: (key, options) => {
            count += 1
            return driver.getItemRaw?.(key, options)
          },
        },
      }),
    )
    await storage.save('a.txt', 'text')
    const { origin } = await serve(StorageDownloadView.asView({ storage }), { route: '/media/*path' })
    assert.equal(await (await fetch(`${origin}/media/a.txt`)).text(), 'text')
    assert.equal(count, 1)
  })
})

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}

async function keysOf(storage: Storage): Promise<string[]> {
  const keys: string[] = []
  for await (const key of storage.list()) keys.push(key)
  return keys.sort()
}
