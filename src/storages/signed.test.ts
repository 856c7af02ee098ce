import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { scratchFolder } from '../../test/support/scratch.js'
import { LighttpdSecdownload } from '../signing/lighttpd-secdownload.js'
import { NginxSecureLink } from '../signing/nginx-secure-link.js'
import type { LinkSigner } from '../signing/signer.js'
import { UrlSigner } from '../signing/url-signer.js'
import { testStorage } from '../testing/test-storage.js'
import { FileSystemStorage } from './file-system.js'
import { MemoryStorage } from './memory.js'
import { SignedStorage } from './signed.js'
import type { FetchedFile, Storage } from './storage.js'

const secrets = ['x'.repeat(32)]
const signer = new UrlSigner({ secrets })
const SERVER = { secrets, location: '/media/', files: '/srv/media' }

const SIGNERS: Readonly<Record<string, LinkSigner>> = {
  'a UrlSigner': signer,
  'a NginxSecureLink': new NginxSecureLink(SERVER),
  'a LighttpdSecdownload': new LighttpdSecdownload(SERVER),
}
for (const [name, each] of Object.entries(SIGNERS)) {
  testStorage(`SignedStorage with ${name}`, () => {
    return new SignedStorage(new MemoryStorage({ baseUrl: '/media/' }), { signer: each })
  })
}

testStorage('SignedStorage of files without addresses', () => new SignedStorage(new MemoryStorage(), { signer }))

testStorage('SignedStorage of a folder', async () => {
  const ends: (() => unknown)[] = []
  const root = await scratchFolder({ after: (end) => void ends.push(end as () => unknown) })
  return {
    storage: new SignedStorage(new FileSystemStorage({ root, baseUrl: 'https://files.example/media' }), { signer }),
    async dispose() {
      for (const end of ends) await end()
    },
  }
})

describe('the address of a file', () => {
  const storage = new SignedStorage(new MemoryStorage({ baseUrl: '/media/' }), {
    signer,
    link: { disposition: 'inline' },
  })

  test('is signed, and good', () => {
    const url = storage.url('a b%.txt') as string
    assert.match(url, /^\/media\/a%20b%25\.txt\?expires=/)
    assert.equal(signer.verify(url).disposition, 'inline')
  })

  test('can be signed in another way for one link', () => {
    const url = storage.url('a.txt', { user: 'ann', disposition: 'attachment' }) as string
    assert.equal(signer.verify(url, { user: 'ann' }).disposition, 'attachment')
    assert.throws(() => signer.verify(url), { name: 'PermissionDeniedError' })
  })
})

describe('what a storage need not have', () => {
  class Remote extends MemoryStorage {
    readonly #name = 'remote'

    async fetch(key: string): Promise<FetchedFile> {
      return { stat: { etag: `"${this.#name} ${key}"` } }
    }

    async presignedUrl(key: string): Promise<string> {
      return `https://${this.#name}.example/${key}`
    }
  }

  test('is there when the wrapped one has it, and does the same', async () => {
    const storage: Storage = new SignedStorage(new Remote(), { signer })
    assert.deepEqual(await storage.fetch?.('a.txt'), { stat: { etag: '"remote a.txt"' } })
    assert.equal(await storage.presignedUrl?.('a.txt'), 'https://remote.example/a.txt')
  })

  test('is not there when the wrapped one has it not', () => {
    const storage: Storage = new SignedStorage(new MemoryStorage(), { signer })
    assert.equal('fetch' in storage, false)
    assert.equal('presignedUrl' in storage, false)
  })
})
