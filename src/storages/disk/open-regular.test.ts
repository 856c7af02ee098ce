import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { openBelow } from '../../../test/support/descriptors.js'
import { scratchFolder } from '../../../test/support/scratch.js'
import { startExchanging, startSwapping } from '../../../test/support/swapper.js'
import { FileNotFoundError } from '../../errors.js'
import { OpenFiles } from './open-files.js'

describe('a file that is opened at once', () => {
  test('is the one that a look without haste finds', async (t) => {
    const { files, root } = await prepare(t)
    const stat = files.statAtOnce(join(root, 'good.txt'), root)
    assert.equal(stat?.size, 6)
    assert.equal(await files.stat(join(root, 'good.txt'), root), stat)
    assert.equal(await textOf(files, join(root, 'good.txt'), root), 'inside')
  })

  const others: Readonly<Record<string, (path: string) => void>> = {
    'a folder': (path) => mkdirSync(path),
    'a FIFO': (path) => execFileSync('mkfifo', [path]),
    'a link out of the root': (path) => symlinkSync('../outside/file.txt', path),
    'a link to nothing': (path) => symlinkSync('nothing', path),
    'a file below a file': (path) => writeFileSync(path.replace('/what', ''), ''),
    nothing: () => {},
  }
  for (const [what, make] of Object.entries(others)) {
    test(`is not ${what}, which leaves no descriptor behind`, async (t) => {
      const { files, folder, root } = await prepare(t)
      const path = join(root, what === 'a file below a file' ? 'file/what' : 'what')
      make(path)
      assert.equal(files.statAtOnce(path, root), undefined)
      await assert.rejects(files.stat(path, root), FileNotFoundError)
      assert.deepEqual(openBelow(folder), [])
    })
  }

  test('is none when the root is gone, which leaves no descriptor behind', async (t) => {
    const { files, folder, root } = await prepare(t)
    symlinkSync('root', join(folder, 'link'))
    const path = join(folder, 'link', 'good.txt')
    assert.equal(files.statAtOnce(path, join(folder, 'link'))?.size, 6)
    assert.equal(files.statAtOnce(join(root, 'good.txt'), join(folder, 'other')), undefined)
    rmSync(root, { recursive: true })
    assert.equal(files.statAtOnce(path, join(folder, 'link')), undefined)
    await files.closeIdle()
    assert.deepEqual(openBelow(folder), [])
  })
})

describe('a link that is swapped while files are opened at once', () => {
  const attacks: Readonly<Record<string, (root: string) => Promise<() => Promise<void>>>> = {
    'a link to the file': (root) =>
      startSwapping(join(root, 'swapped', 'file.txt'), [
        { symlink: '../good.txt' },
        { symlink: '../../outside/file.txt' },
      ]),
    'the folder above it': (root) => startExchanging(join(root, 'swapped'), join(root, 'other')),
  }
  for (const [what, attack] of Object.entries(attacks)) {
    test(`never leads out of the root when it takes the place of ${what}, in 2000 rounds`, async (t) => {
      const { files, root } = await prepare(t)
      const stop = await attack(root)
      const found = { inside: 0, secret: 0, 'not found': 0 }
      try {
        for (let round = 0; round < 2000; round++) {
          if (round % 2 === 0) await files.closeIdle()
          found[await textOf(files, join(root, 'swapped', 'file.txt'), root)] += 1
        }
      } finally {
        await stop()
      }
      assert.equal(found.secret, 0)
      assert.ok(found.inside > 0 && found['not found'] > 0, JSON.stringify(found))
    })
  }
})

async function prepare(t: TestContext) {
  const folder = await scratchFolder(t)
  const root = join(folder, 'root')
  for (const each of ['root', 'root/swapped', 'outside']) mkdirSync(join(folder, each))
  writeFileSync(join(root, 'good.txt'), 'inside')
  writeFileSync(join(root, 'swapped', 'file.txt'), 'inside')
  writeFileSync(join(folder, 'outside', 'file.txt'), 'secret')
  symlinkSync('../outside', join(root, 'other'))
  const files = new OpenFiles()
  files.configure({ access: 'sync' })
  t.after(() => files.closeIdle())
  return { files, folder, root }
}

async function textOf(files: OpenFiles, path: string, root: string): Promise<'inside' | 'secret' | 'not found'> {
  const stat = files.statAtOnce(path, root)
  const file = stat && files.retain(stat)
  if (file === undefined) return 'not found'
  try {
    return Buffer.from(await file.readAll()).toString() as 'inside' | 'secret'
  } finally {
    file.release()
  }
}
