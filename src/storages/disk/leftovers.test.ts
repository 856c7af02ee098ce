import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { scratchFolder } from '../../../test/support/scratch.js'
import { ConfigurationError } from '../../errors.js'
import { FileSystemStorage } from '../file-system.js'

const leftover = () => `.downloadview-${crypto.randomUUID()}`
const HOUR = 60 * 60 * 1000

describe('removeLeftovers()', () => {
  test('removes what saving left behind, in every folder, and nothing else', async (t) => {
    const { root, storage } = await storageIn(t)
    await storage.save('file.txt', 'kept')
    await storage.save('a/b/file.txt', 'kept')
    const name = leftover()
    const kept = ['.env', '.downloadview-', '.downloadview-notes', `x${name}`, `${name}.txt`, name.toUpperCase()]
    for (const each of kept) writeFileSync(join(root, each), 'kept')
    for (const folder of ['', 'a', 'a/b']) writeFileSync(join(root, folder, leftover()), 'half')
    assert.equal(await storage.removeLeftovers({ olderThan: 0 }), 3)
    assert.deepEqual(readdirSync(root).toSorted(), [...kept, 'a', 'file.txt'].toSorted())
    assert.deepEqual(readdirSync(join(root, 'a/b')), ['file.txt'])
    assert.equal(await storage.removeLeftovers({ olderThan: 0 }), 0)
  })

  test('leaves folders and links alone that have such a name, and follows no link', async (t) => {
    const { root, outside, storage } = await storageIn(t)
    writeFileSync(join(outside, leftover()), 'not ours')
    mkdirSync(join(root, leftover()))
    symlinkSync(join(outside, 'file'), join(root, leftover()))
    symlinkSync(outside, join(root, 'link'))
    assert.equal(await storage.removeLeftovers({ olderThan: 0 }), 0)
    assert.equal(readdirSync(root).length, 3)
    assert.equal(readdirSync(outside).length, 1)
  })

  test('lets files be that are younger than a day, or than what was said', async (t) => {
    const { root, storage } = await storageIn(t)
    writeFileSync(join(root, leftover()), 'under way')
    assert.equal(await storage.removeLeftovers(), 0)
    assert.equal(await storage.removeLeftovers({ olderThan: HOUR }), 0)
    assert.equal(await storage.removeLeftovers({ olderThan: 0 }), 1)
  })

  test('is not misled by a time of writing that was set', async (t) => {
    const { root, storage } = await storageIn(t)
    const path = join(root, leftover())
    writeFileSync(path, 'under way')
    utimesSync(path, 1, 1)
    assert.equal(await storage.removeLeftovers({ olderThan: HOUR }), 0)
  })

  test('lets a save() be that is under way', async (t) => {
    const { root, storage } = await storageIn(t)
    const saving = storage.save(
      'file.txt',
      (async function* () {
        yield Buffer.from('one')
        assert.equal(await storage.removeLeftovers({ olderThan: HOUR }), 0)
        yield Buffer.from('two')
      })(),
    )
    await saving
    assert.deepEqual(readdirSync(root), ['file.txt'])
  })

  test('finds nothing in a folder that is not there yet', async (t) => {
    const { root } = await storageIn(t)
    assert.equal(await new FileSystemStorage({ root: join(root, 'none') }).removeLeftovers(), 0)
  })

  test('wants to know a time', async (t) => {
    const { storage } = await storageIn(t)
    for (const olderThan of [-1, Number.NaN]) {
      await assert.rejects(storage.removeLeftovers({ olderThan }), ConfigurationError)
    }
  })
})

async function storageIn(t: TestContext) {
  const folder = await scratchFolder(t)
  const [root, outside] = [join(folder, 'root'), join(folder, 'outside')]
  for (const each of [root, outside]) mkdirSync(each)
  return { root, outside, storage: new FileSystemStorage({ root }) }
}
