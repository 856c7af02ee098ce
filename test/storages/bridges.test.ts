import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { AwsS3StorageAdapter } from '@flystorage/aws-s3'
import { FileStorage } from '@flystorage/file-storage'
import { LocalStorageAdapter } from '@flystorage/local-fs'
import { Disk } from 'flydrive'
import { FSDriver } from 'flydrive/drivers/fs'
import { S3Driver } from 'flydrive/drivers/s3'
import { createStorage } from 'unstorage'
import fsDriver from 'unstorage/drivers/fs'
import memoryDriver from 'unstorage/drivers/memory'
import type { Storage } from '../../src/index.js'
import { fromFlydrive } from '../../src/storages/flydrive/index.js'
import { fromFlystorage } from '../../src/storages/flystorage/index.js'
import { fromUnstorage } from '../../src/storages/unstorage/index.js'
import { type CreatedStorage, type TestStorageOptions, testStorage } from '../../src/testing/index.js'
import { type S3Server, s3Client } from '../support/servers/s3.js'
import { startSwift } from '../support/servers/swift.js'

/** The contract, on the libraries as they are and on real engines below them. What else they do: bridges-http.test.ts. */

let server: S3Server
before(async () => {
  server = await startSwift()
})
after(() => server.close())

interface Bridge extends TestStorageOptions {
  create(): CreatedStorage | Promise<CreatedStorage>
}

const BRIDGES: Readonly<Record<string, Bridge>> = {
  'flydrive in a folder': {
    create: () =>
      inFolder((location) =>
        fromFlydrive(new Disk(new FSDriver({ location, visibility: 'private' })), { baseUrl: '/media' }),
      ),
    lacks: ['any-key', 'exact-versions'],
  },
  'flydrive in a bucket': {
    create: () =>
      inBucket((client, bucket) => {
        const driver = new S3Driver({ client, bucket, visibility: 'private', supportsACL: false })
        return fromFlydrive(new Disk(driver))
      }),
    lacks: ['any-key'],
  },
  'Flystorage in a folder': {
    create: () =>
      inFolder((folder) =>
        fromFlystorage(new FileStorage(new LocalStorageAdapter(folder)), { baseUrl: 'https://cdn.test/a/' }),
      ),
    lacks: ['exact-versions'],
  },
  'Flystorage in a bucket': {
    create: () =>
      inBucket((client, bucket) => {
        const adapter = new AwsS3StorageAdapter(client, { bucket, prefix: 'some/folder' })
        return fromFlystorage(new FileStorage(adapter), { checksum: 'etag' })
      }),
  },
  'unstorage in a folder': {
    create: () => inFolder((base) => fromUnstorage(createStorage({ driver: fsDriver({ base }) }))),
    lacks: ['any-key'],
  },
  'unstorage in memory': {
    create: () => fromUnstorage(createStorage({ driver: memoryDriver() }), { baseUrl: '/media/' }),
    lacks: ['any-key'],
  },
}

for (const [name, { create, lacks }] of Object.entries(BRIDGES)) testStorage(name, create, { lacks })

async function inFolder(create: (folder: string) => Storage): Promise<CreatedStorage> {
  const folder = await mkdtemp(join(tmpdir(), 'bridges-'))
  return { storage: create(folder), dispose: () => rm(folder, { recursive: true }) }
}

async function inBucket(
  create: (client: ReturnType<typeof s3Client>, bucket: string) => Storage,
): Promise<CreatedStorage> {
  const client = s3Client(server)
  return { storage: create(client, await server.createBucket()), dispose: () => client.destroy() }
}
