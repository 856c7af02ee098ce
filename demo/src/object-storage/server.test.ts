import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { S3Storage } from 'downloadview/storages/s3'
import { type ObjectServer, startObjectServer } from './server.js'

let folder: string
let server: ObjectServer
let client: S3Client
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'downloadview-objects-'))
  server = await startObjectServer(folder)
  client = clientWith({})
})
after(async () => {
  client.destroy()
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

function clientWith(config: S3ClientConfig): S3Client {
  const { endpoint, region, credentials } = server
  return new S3Client({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...config,
  })
}

const at = (Key: string) => ({ Bucket: server.bucket, Key })

for (const key of [
  'plain.txt',
  'a folder/with blanks.txt',
  'Übersicht 日本語 😀.txt',
  "!'()*;&=+$,~@.txt",
  'a%2Fb.txt',
]) {
  test(`an object named ${key} is stored, told of, read and removed by the SDK`, async () => {
    await client.send(new PutObjectCommand({ ...at(key), Body: `content of ${key}` }))
    const head = await client.send(new HeadObjectCommand(at(key)))
    assert.equal(head.ContentLength, Buffer.byteLength(`content of ${key}`))
    const { Body } = await client.send(new GetObjectCommand(at(key)))
    assert.equal(await Body?.transformToString(), `content of ${key}`)
    const part = await client.send(new GetObjectCommand({ ...at(key), Range: 'bytes=0-6', IfMatch: head.ETag }))
    assert.deepEqual([await part.Body?.transformToString(), part.$metadata.httpStatusCode], ['content', 206])
    await client.send(new DeleteObjectCommand(at(key)))
    await assert.rejects(client.send(new GetObjectCommand(at(key))), { name: 'NoSuchKey' })
  })
}

test('conditions are kept', async () => {
  await client.send(new PutObjectCommand({ ...at('kept.txt'), Body: 'first' }))
  const { ETag } = await client.send(new HeadObjectCommand(at('kept.txt')))
  const statuses = [
    client.send(new GetObjectCommand({ ...at('kept.txt'), IfNoneMatch: ETag })),
    client.send(new GetObjectCommand({ ...at('kept.txt'), IfMatch: '"another"' })),
    client.send(new GetObjectCommand({ ...at('kept.txt'), Range: 'bytes=99-' })),
    client.send(new PutObjectCommand({ ...at('kept.txt'), Body: 'second', IfNoneMatch: '*' })),
  ].map((answer) => answer.catch((error) => error.$metadata.httpStatusCode))
  assert.deepEqual(await Promise.all(statuses), [304, 412, 416, 412])
})

test('whoever has another secret, another name or no credentials at all is refused', async () => {
  await client.send(new PutObjectCommand({ ...at('secret.txt'), Body: 'secret' }))
  const { accessKeyId, secretAccessKey } = server.credentials
  for (const config of [
    { credentials: { accessKeyId, secretAccessKey: 'wrong' } },
    { credentials: { accessKeyId: 'wrong', secretAccessKey } },
    { region: 'eu-central-1' },
    { systemClockOffset: -20 * 60 * 1000 },
  ]) {
    const other = clientWith(config)
    const told = await other
      .send(new GetObjectCommand(at('secret.txt')))
      .catch((error) => error.$metadata.httpStatusCode)
    other.destroy()
    assert.equal(told, 403, JSON.stringify(config))
  }
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
    assert.equal((await fetch(`${server.endpoint}/${server.bucket}/secret.txt`, { method })).status, 403, method)
  }
})

test('a request that was altered under way is refused, in each of its parts', async () => {
  const altered: [name: string, alter: (request: Altered) => void][] = [
    ['method', (request) => (request.method = 'DELETE')],
    ['path', (request) => (request.path = request.path.replace('mine', 'other'))],
    ['query', (request) => (request.query['response-content-type'] = 'text/html')],
    ['signed header', (request) => (request.headers['x-amz-date'] = '20260101T000000Z')],
    ['added header', (request) => (request.headers['x-amz-acl'] = 'public-read')],
  ]
  await client.send(new PutObjectCommand({ ...at('mine.txt'), Body: 'mine' }))
  for (const [name, alter] of altered) {
    const command = new GetObjectCommand(at('mine.txt'))
    command.middlewareStack.add(
      (next) => (args) => {
        alter(args.request as Altered)
        return next(args)
      },
      // After the request was signed.
      { step: 'finalizeRequest', priority: 'low', name: 'alter' },
    )
    const told = await client.send(command).catch((error) => error.$metadata.httpStatusCode)
    assert.equal(told, 403, name)
  }
})

interface Altered {
  method: string
  path: string
  query: Record<string, string>
  headers: Record<string, string>
}

test('a body that is not the one that was signed is not stored', async () => {
  const command = new PutObjectCommand({ ...at('forged.txt'), Body: 'signed' })
  command.middlewareStack.add(
    (next) => (args) => {
      ;(args.request as { body: unknown }).body = 'forged'
      return next(args)
    },
    { step: 'finalizeRequest', priority: 'low', name: 'forge' },
  )
  await assert.rejects(client.send(command), { name: 'XAmzContentSHA256Mismatch' })
  assert.ok(!(await readdir(folder)).includes('forged.txt'), 'It was stored.')
})

test('a presigned address is good until it expires, and says how the object is sent', async () => {
  await client.send(new PutObjectCommand({ ...at('shown.txt'), Body: 'shown' }))
  const command = new GetObjectCommand({
    ...at('shown.txt'),
    ResponseContentDisposition: `attachment; filename*=UTF-8''%C3%BC%20+.txt`,
    ResponseContentType: 'text/x-special',
  })
  const reply = await fetch(await getSignedUrl(client, command, { expiresIn: 60 }))
  assert.equal(await reply.text(), 'shown')
  assert.equal(reply.headers.get('Content-Disposition'), `attachment; filename*=UTF-8''%C3%BC%20+.txt`)
  assert.equal(reply.headers.get('Content-Type'), 'text/x-special')
  const signingDate = new Date(Date.now() - 61_000)
  assert.equal((await fetch(await getSignedUrl(client, command, { expiresIn: 60, signingDate }))).status, 403)
})

test('what it does not know it refuses, and says so', async () => {
  await assert.rejects(client.send(new ListObjectsV2Command({ Bucket: server.bucket })), { name: 'NotImplemented' })
  await assert.rejects(client.send(new GetObjectCommand({ Bucket: 'another', Key: 'a' })), {
    name: 'NotImplemented',
  })
})

test('no name of an object leads out of its folder', async () => {
  const storage = new S3Storage({ client, bucket: server.bucket })
  await assert.rejects(storage.save('../escaped.txt', 'x'), { code: 'INVALID_KEY' })
  for (const key of ['../escaped.txt', 'a/../../escaped.txt', 'a//b']) {
    const told = await client.send(new PutObjectCommand({ ...at(key), Body: 'x' })).catch(({ name }) => name)
    assert.ok(['NoSuchKey', 'NotImplemented', 'SignatureDoesNotMatch'].includes(told), `${key}: ${told}`)
  }
  assert.ok(!(await readdir(join(folder, '..'))).includes('escaped.txt'), 'It escaped.')
})
