import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { BlobClient, BlobServiceClient, type UserDelegationKey } from '@azure/storage-blob'
import { ConfigurationError } from '../../src/index.js'
import { AzureBlobStorage } from '../../src/storages/azure/index.js'
import { type Program, startProgram } from '../support/servers/program.js'

/** An application with an identity in place of the key of the account. Tokens go over TLS only. */
describe('AzureBlobStorage with a token', () => {
  let folder: string
  let program: Program
  let client: BlobServiceClient
  let keys: Date[]

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'downloadview-test-'))
    const [cert, key] = await certificateIn(folder)
    // The client of the SDK takes no certificate of ours.
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    program = await startProgram(process.execPath, [MAIN, ...OPTIONS, '--cert', cert, '--key', key])
    const [, origin] = await program.printed(/listens on (https:\S+)/)
    const credential = { getToken: async () => ({ token: token(), expiresOnTimestamp: Date.now() + 3_600_000 }) }
    client = new BlobServiceClient(`${origin}/devstoreaccount1`, credential, { retryOptions: { maxTries: 1 } })
    keys = countKeys(client)
    signAsAzuriteKnows()
  })
  after(async () => {
    Reflect.deleteProperty(process.env, 'NODE_TLS_REJECT_UNAUTHORIZED')
    await program.stop()
    await rm(folder, { recursive: true })
  })

  test('makes addresses with a key that it asks for once, until an address outlives it', async () => {
    const storage = await storageWith('file.txt', 'text')
    const [first, second] = await Promise.all([storage.presignedUrl('file.txt'), storage.presignedUrl('file.txt')])
    for (const url of [first, second, await storage.presignedUrl('file.txt', { contentType: 'text/html' })]) {
      const response = await fetch(url)
      assert.equal(response.status, 200)
      assert.equal(await response.text(), 'text')
    }
    assert.equal(keys.length, 1)
    const longer = await storage.presignedUrl('file.txt', { expiresIn: 86_400 })
    assert.equal(await (await fetch(longer)).text(), 'text')
    assert.equal(keys.length, 2)
    assert.equal((await fetch(longer.replace('file.txt', 'other.txt'))).status, 403)
  })

  test('refuses an address that would live longer than any key', async () => {
    const storage = await storageWith('file.txt', 'text')
    await assert.rejects(storage.presignedUrl('file.txt', { expiresIn: 8 * 86_400 }), ConfigurationError)
    assert.equal(keys.length, 0)
  })

  async function storageWith(key: string, content: string): Promise<AzureBlobStorage> {
    keys.length = 0
    const container = client.getContainerClient(`container-${crypto.randomUUID()}`)
    await container.create()
    const storage = new AzureBlobStorage({ client, container: container.containerName })
    await storage.save(key, content)
    return storage
  }
})

/** The SDK signs by the newest version of the protocol, which Azurite 3.35 cannot check yet. */
function signAsAzuriteKnows(): void {
  const sign = BlobClient.prototype.generateUserDelegationSasUrl
  BlobClient.prototype.generateUserDelegationSasUrl = function (options, key) {
    return sign.call(this, { version: '2025-11-05', ...options }, key)
  }
}

/** When each key ends that the client asks for. */
function countKeys(client: BlobServiceClient): Date[] {
  const ends: Date[] = []
  const ask = client.getUserDelegationKey.bind(client) as (...args: unknown[]) => Promise<UserDelegationKey>
  Object.assign(client, {
    getUserDelegationKey(...args: [Date, Date]) {
      ends.push(args[1])
      return ask(...args)
    },
  })
  return ends
}

/** Azurite reads what a token says, and does not look who has signed it. */
function token(): string {
  const now = Math.floor(Date.now() / 1000)
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const claims = {
    aud: 'https://storage.azure.com',
    iss: 'https://sts.windows.net/00000000-0000-0000-0000-000000000000/',
    nbf: now - 60,
    iat: now - 60,
    exp: now + 3600,
    oid: '11111111-1111-1111-1111-111111111111',
    tid: '00000000-0000-0000-0000-000000000000',
    ver: '1.0',
  }
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.${Buffer.from('none').toString('base64url')}`
}

async function certificateIn(folder: string): Promise<[cert: string, key: string]> {
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc']
  const args = ['req', '-x509', ...kind, '-days', '2', '-subj', '/CN=localhost', '-keyout', '-']
  const pem = execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const path = join(folder, 'server.pem')
  await writeFile(path, pem)
  return [path, path]
}

const MAIN = join(dirname(createRequire(import.meta.url).resolve('azurite/package.json')), 'dist/src/blob/main.js')
const OPTIONS = [
  ...['--blobHost', '127.0.0.1', '--blobPort', '0', '--inMemoryPersistence', '--oauth', 'basic'],
  ...['--silent', '--skipApiVersionCheck', '--disableTelemetry'],
]
