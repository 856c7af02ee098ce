import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { BlobSASPermissions, BlobServiceClient, type ContainerClient } from '@azure/storage-blob'
import { type AzureServer, startAzurite } from './azurite.js'
import { isRunning } from './program.js'

let server: AzureServer
let container: ContainerClient

before(async () => {
  server = await startAzurite()
  container = await server.createContainer()
})
after(() => server?.close())

test('what was uploaded can be downloaded, in part as well', async () => {
  const blob = container.getBlockBlobClient('folder/ünï 100%.txt')
  await blob.upload('0123456789', 10)
  assert.equal(String(await blob.downloadToBuffer()), '0123456789')
  assert.equal(String(await blob.downloadToBuffer(2, 3)), '234')
})

test('the connection string leads to the same account', async () => {
  const service = BlobServiceClient.fromConnectionString(server.connectionString)
  assert.equal(await service.getContainerClient(container.containerName).exists(), true)
})

test('a signed address gives the blob, and a changed one is refused', async () => {
  const blob = container.getBlockBlobClient('signed')
  await blob.upload('content', 7)
  const expiresOn = new Date(Date.now() + 60_000)
  const url = await blob.generateSasUrl({ permissions: BlobSASPermissions.parse('r'), expiresOn })
  const good = await fetch(url)
  assert.deepEqual([good.status, await good.text()], [200, 'content'])
  const changed = await fetch(url.replace(/sig=[^&]*/, 'sig=AAAA'))
  await changed.body?.cancel()
  assert.equal(changed.status, 403)
})

test('a second one has nothing in common with the first, and leaves no process', async () => {
  const second = await startAzurite()
  assert.notEqual(second.endpoint, server.endpoint)
  await second.createContainer()
  await second.close()
  assert.deepEqual(second.pids.map(isRunning), [false])
})
