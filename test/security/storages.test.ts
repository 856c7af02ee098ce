import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { readFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { UrlSigner } from '../../src/signing/url-signer.js'
import { FileSystemStorage } from '../../src/storages/file-system.js'
import { MemoryStorage } from '../../src/storages/memory.js'
import { scratchFolder } from '../support/scratch.js'

describe('advisories that are no matter of a way to serve', () => {
  test('CVE-2026-33202: no delete or list takes a key for a pattern, so that none removes or shows other files', async (context) => {
    for (const storage of [new MemoryStorage(), new FileSystemStorage({ root: await scratchFolder(context) })]) {
      const kept = ['a/b.txt', 'a/c.txt', 'ab.txt', 'b.txt']
      for (const key of kept) await storage.save(key, key)
      for (const pattern of ['*', 'a*', 'a/*', '**', '?.txt', '[ab].txt', '{a,b}.txt', 'a/{b,c}.txt', '%', '_.txt']) {
        await storage.delete(pattern)
        assert.deepEqual(await keysOf(storage.list(pattern)), [], pattern)
      }
      await storage.delete('a').catch(() => {})
      assert.deepEqual((await keysOf(storage.list())).sort(), kept)
    }
  })

  test('CVE-2020-15237: no signature is compared in a time that tells how much of it is right', (context) => {
    const compare = context.mock.method(crypto, 'timingSafeEqual')
    syncBuiltinESMExports()
    try {
      const signer = new UrlSigner({ secrets: ['x'.repeat(32), 'y'.repeat(32)] })
      const good = signer.sign('/a')
      signer.verify(good)
      // All secrets are tried, whichever of them fits, and always whole signatures.
      assert.equal(compare.mock.callCount(), 2)
      for (const end of ['A', '-', '_']) {
        const bad = good.slice(0, -1) + (good.endsWith(end) ? 'B' : end)
        assert.throws(() => signer.verify(bad), { code: 'PERMISSION_DENIED' })
      }
      assert.equal(compare.mock.callCount(), 8)
      for (const { arguments: given } of compare.mock.calls) {
        assert.deepEqual(
          given.map((each) => (each as Buffer).length),
          [43, 43],
        )
      }
    } finally {
      compare.mock.restore()
      syncBuiltinESMExports()
    }
  })

  test('CVE-2026-66066: nothing decodes the pictures or documents of others, for nothing is installed that could', () => {
    const manifest = JSON.parse(readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'))
    const names = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })
    assert.ok(names.length > 0, 'There are no dependencies.')
    const decoders = names.filter((name) =>
      /sharp|vips|jimp|canvas|magick|^gm$|pdf|ffmpeg|heic|exif|thumb|office|ghost/i.test(name),
    )
    assert.deepEqual(
      decoders,
      [],
      'Whoever adds one allows it the formats that are safe, and says so in docs/advisories.md.',
    )
  })
})

async function keysOf(list: AsyncIterable<string>): Promise<string[]> {
  const keys: string[] = []
  for await (const key of list) keys.push(key)
  return keys
}
