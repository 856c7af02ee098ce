import assert from 'node:assert/strict'
import { buffer, text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { startFaultProxy } from '../fault-proxy.js'
import { isRunning } from './program.js'
import { type S3Server, s3Client } from './s3.js'

/** What holds for each S3 server that tests can start. */
export function testS3Server(name: string, start: () => Promise<S3Server>): void {
  describe(name, () => {
    let server: S3Server
    let client: S3Client
    let bucket: string

    before(async () => {
      server = await start()
      client = s3Client(server)
      bucket = await server.createBucket()
    })
    after(async () => {
      client?.destroy()
      await server?.close()
    })

    const upload = (key: string, body: string) =>
      client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }))

    test('what was uploaded can be downloaded, under each kind of name', async () => {
      for (const key of ['plain.txt', 'a//b', 'ünï 日本 😀 100%.txt', '?#+&']) {
        await upload(key, `content of ${key}`)
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
        assert.equal(String(await buffer(Body as NodeJS.ReadableStream)), `content of ${key}`)
      }
    })

    test('a range gives a part', async () => {
      await upload('range', '0123456789')
      const part = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'range', Range: 'bytes=-3' }))
      assert.equal(await text(part.Body as NodeJS.ReadableStream), '789')
      assert.equal(part.ContentRange, 'bytes 7-9/10')
    })

    test('a signed address gives the object, and a changed one is refused', async () => {
      await upload('signed', 'content')
      const url = await getSignedUrl(client, new GetObjectCommand({ Bucket: bucket, Key: 'signed' }), { expiresIn: 60 })
      const good = await fetch(url)
      assert.deepEqual([good.status, await good.text()], [200, 'content'])
      const changed = await fetch(url.replace('/signed?', '/other?'))
      assert.deepEqual([changed.status, /SignatureDoesNotMatch/.test(await changed.text())], [403, true])
    })

    test('a wrong secret is refused', async () => {
      const credentials = { ...server.credentials, secretAccessKey: 'wrong' }
      const other = s3Client(server, { credentials })
      const request = other.send(new GetObjectCommand({ Bucket: bucket, Key: 'signed' }))
      await assert.rejects(request, { name: 'SignatureDoesNotMatch' }).finally(() => other.destroy())
    })

    test('a signature stays good through a fault proxy, and a download that is cut costs one request', async () => {
      await upload('proxied', '0123456789')
      const { hostname, port } = new URL(server.endpoint)
      const proxy = await startFaultProxy({ host: hostname, port: Number(port) })
      const other = s3Client({ ...server, endpoint: proxy.origin })
      try {
        proxy.next({ kind: 'truncate', after: 4 })
        const { Body } = await other.send(new GetObjectCommand({ Bucket: bucket, Key: 'proxied', Range: 'bytes=1-8' }))
        await assert.rejects(buffer(Body as NodeJS.ReadableStream), { code: 'ECONNRESET' })
        const seen = proxy.requests.map(({ method, headers, sent }) => [method, headers['range'], sent])
        assert.deepEqual(seen, [['GET', 'bytes=1-8', 4]])
      } finally {
        other.destroy()
        await proxy.close()
      }
    })

    test('a second one has nothing in common with the first, and leaves no process', async () => {
      const second = await start()
      assert.notEqual(second.endpoint, server.endpoint)
      assert.deepEqual(
        second.pids.map(isRunning),
        second.pids.map(() => true),
      )
      await second.close()
      assert.deepEqual(
        second.pids.map(isRunning),
        second.pids.map(() => false),
      )
      await assert.rejects(fetch(second.endpoint), 'It still answers.')
    })
  })
}
