import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { after, describe, test } from 'node:test'
import { BlobServiceClient } from '@azure/storage-blob'
import { Storage as GcsClient } from '@google-cloud/storage'
import { toNodeHandler } from '../../src/adapters/node/index.js'
import { type DownloadConfig, defineConfig } from '../../src/middleware/config.js'
import { SmartDownloadMiddleware } from '../../src/middleware/smart.js'
import { AzureBlobStorage } from '../../src/storages/azure/index.js'
import { GoogleCloudStorage } from '../../src/storages/gcs/index.js'
import type { Storage } from '../../src/storages/storage.js'
import { StorageDownloadView } from '../../src/views/storage.js'
import { listen } from '../adapters/servers.js'
import { type RawReply, rawRequest } from '../http/raw.js'
import { startAzurite } from '../support/servers/azurite.js'
import { startGcsStandIn } from '../support/servers/gcs-stand-in.js'
import { KEYS } from './keys.js'
import { proxies, startProxy } from './servers.js'

interface Cloud {
  readonly storage: Storage
  /** Address of the storage, with the last slash. */
  readonly baseUrl: string
  close(): Promise<void>
}

const CLOUDS: Readonly<Record<string, () => Promise<Cloud>>> = {
  async 'Azure Blob Storage'() {
    const server = await startAzurite()
    const { containerName: container } = await server.createContainer()
    const baseUrl = `${server.endpoint}/${container}/`
    const client = BlobServiceClient.fromConnectionString(server.connectionString)
    return { baseUrl, storage: new AzureBlobStorage({ client, container, baseUrl }), close: () => server.close() }
  },
  async 'Google Cloud Storage'() {
    const server = await startGcsStandIn()
    const bucket = await server.createBucket()
    const baseUrl = `${server.endpoint}/${bucket}/`
    const { endpoint: apiEndpoint, projectId, credentials } = server
    const client = new GcsClient({ apiEndpoint, projectId, credentials })
    return { baseUrl, storage: new GoogleCloudStorage({ client, bucket, baseUrl }), close: () => server.close() }
  },
}

for (const [name, start] of Object.entries(CLOUDS)) {
  const cloud = await start()
  for (const key of KEYS) await cloud.storage.save(key, `content of ${key}`)
  const site = await serve(cloud)
  after(async () => {
    await site.close()
    await cloud.close()
  })

  describe(`private files of ${name} that nginx reads by itself`, () => {
    test('arrive whatever they are called, under our headers and none of the storage', async () => {
      for (const key of KEYS) {
        const reply = await site.ask(key)
        assert.deepEqual([reply.status, String(reply.body)], [200, `content of ${key}`])
        assert.equal(site.told()?.['x-accel-redirect'], `/private-files/${encodeURIComponent(key)}`)
        assert.equal(reply.get('Content-Type'), 'text/plain; charset=utf-8')
        assert.equal(reply.get('Cache-Control'), 'private, no-cache')
        const names = reply.fields.map(([field]) => field.toLowerCase())
        assert.deepEqual(
          names.filter((field) => /^x-(?!content-type-options$)/.test(field)),
          [],
          key,
        )
      }
    })

    test('come by ranges, and answer a HEAD', async () => {
      const part = await site.ask('a b.txt', { Range: 'bytes=0-6' })
      assert.deepEqual([part.status, String(part.body)], [206, 'content'])
      assert.equal(part.get('Content-Range'), 'bytes 0-6/18')
      assert.equal((await site.ask('a b.txt', { Range: 'bytes=99-' })).status, 416)
      const head = await site.ask('a b.txt', {}, 'HEAD')
      assert.deepEqual([head.status, head.get('Content-Length')], [200, '18'])
    })

    test('that are missing are a 404, in which the storage has no say', async () => {
      const reply = await site.ask('missing.txt')
      assert.equal(reply.status, 404)
      assert.doesNotMatch(`${reply.fields} ${reply.body}`, /NotFound|NoSuch|RequestId|x-ms|x-goog/i)
    })
  })
}

async function serve({ storage, baseUrl }: Cloud) {
  const config = defineConfig({
    backend: 'nginx',
    rules: [{ sourceUrl: baseUrl, destinationUrl: '/private-files/', presigned: true }],
  })
  let told: ReturnType<ServerResponse['getHeaders']> | undefined
  const middleware = new SmartDownloadMiddleware(config)
  const handler = toNodeHandler(StorageDownloadView.asView({ storage }), { route: '/*path', middleware })
  const application = await listen((req: IncomingMessage, res: ServerResponse) => {
    if (req.url === '/up') return void res.writeHead(204).end()
    res.once('finish', () => (told = res.getHeaders()))
    handler(req, res)
  })
  const server = { application: application.origin }
  const nginx = await startProxy(proxies.nginx, { ...(config as DownloadConfig), server })
  return {
    ask: (key: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawReply> =>
      rawRequest(nginx.origin, { target: `/${encodeURIComponent(key)}`, headers, method }),
    told: () => told,
    async close() {
      await nginx.stop()
      await application.close()
    },
  }
}
