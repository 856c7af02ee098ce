import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { FileExistsError } from '../../src/errors.js'
import { testStorage } from '../../src/testing/index.js'
import { startRadosgw } from '../support/servers/radosgw.js'
import type { S3Server } from '../support/servers/s3.js'
import { expectRemoteStorage } from './expectations.js'
import { startRemote, withDefaultClient } from './s3-remote.js'

let server: S3Server
before(async () => {
  server = await startRadosgw()
})
after(() => server.close())

testStorage('S3Storage on Ceph', () => withDefaultClient(server))

expectRemoteStorage({
  name: 'S3Storage on Ceph',
  // Its 304 tells neither tag nor date.
  costs: { notModified: ['GET', 'HEAD'] },
  start: () => startRemote(server),
})

describe('S3Storage on Ceph', () => {
  test('lets the server refuse a large file that was overtaken', async () => {
    const { storage, client, bucket, dispose } = await withDefaultClient(server)
    const overtaken = async function* () {
      yield Buffer.alloc(9 * 1024 * 1024)
      await storage.save('file.bin', 'first')
    }
    await assert.rejects(storage.save('file.bin', overtaken(), { overwrite: false }), FileExistsError)
    assert.equal((await storage.stat('file.bin'))?.size, 5)
    assert.deepEqual((await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? [], [])
    dispose()
  })

  test('takes an address that was signed for a GET, and its headers', async () => {
    const { storage, dispose } = await withDefaultClient(server)
    await storage.save('a folder/é #1?.txt', 'text')
    const contentDisposition = `attachment; filename="a b.txt"; filename*=UTF-8''%C3%A9.txt`
    const response = await fetch(await storage.presignedUrl('a folder/é #1?.txt', { contentDisposition }))
    assert.equal(await response.text(), 'text')
    assert.equal(response.headers.get('content-disposition'), contentDisposition)
    dispose()
  })
})
