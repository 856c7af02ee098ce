import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { UpstreamError } from '../../errors.js'
import { S3Storage } from './storage.js'

/** A bucket on a server that answers as no good one would. */
async function bucketOn(listener: RequestListener): Promise<S3Storage> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const storage = S3Storage.connect({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'test',
    bucket: 'bucket',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
  })
  after(() => {
    storage.close()
    server.close()
    server.closeAllConnections()
  })
  return storage
}

for (const contentRange of [undefined, 'bytes 2-3/*', 'bytes */10', 'nonsense']) {
  test(`a part of a file whose Content-Range is ${contentRange} is not taken for the whole`, async () => {
    const storage = await bucketOn((_, res) => {
      if (contentRange !== undefined) res.setHeader('Content-Range', contentRange)
      res.writeHead(206, { ETag: '"v1"', 'Content-Length': 2 }).end('23')
    })
    await assert.rejects(storage.fetch('file.txt', { range: { start: 2, end: 3 } }), UpstreamError)
    await assert.rejects(async () => {
      for await (const _ of storage.open('file.txt', { range: { start: 2, end: 3 } }));
    }, UpstreamError)
  })
}
