import assert from 'node:assert/strict'
import { mkdirSync, renameSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { openBelow } from '../../../test/support/descriptors.js'
import { eventually } from '../../../test/support/eventually.js'
import { FILE_CHANGES } from '../../../test/support/file-changes.js'
import { scratchFolder } from '../../../test/support/scratch.js'
import { ConfigurationError, FileChangedError, FileNotFoundError } from '../../errors.js'
import type { RetainedFile } from '../storage.js'
import { OpenFiles } from './open-files.js'

describe('a small file', () => {
  test('is held in memory once its last change lies a while back, and needs no descriptor then', async (t) => {
    const { files, folder, path } = await prepare(t)
    const content = await held(files, path)
    assert.equal(text(content), 'version 0')
    await eventually(() => openBelow(folder).length === 0)
    const file = await retained(files, path)
    assert.equal(file.content, content)
    assert.equal(await file.readAll(), content)
    file.release()
  })

  test('is read anew each time while its clock may stand still, so that no change of it is missed', async (t) => {
    const { files, path } = await prepare(t)
    const time = new Date(1_700_000_000_000)
    for (let round = 1; round <= 1000; round++) {
      writeFileSync(path, `round ${String(round).padStart(4)}`, { flag: 'r+' })
      utimesSync(path, time, time)
      const file = await retained(files, path)
      assert.equal(text(await file.readAll()), `round ${String(round).padStart(4)}`)
      file.release()
    }
    await files.closeIdle()
  })

  for (const [change, apply] of Object.entries(FILE_CHANGES)) {
    test(`that is held is never stale when it is ${change}, with the old time, in 12 rounds`, async (t) => {
      const { files, path } = await prepare(t)
      const time = new Date(1_700_000_000_000)
      for (let round = 1; round <= 12; round++) {
        utimesSync(path, time, time)
        assert.equal(text(await held(files, path)), `version ${(round - 1).toString(16)}`)
        apply(path, `version ${round.toString(16)}`)
        utimesSync(path, time, time)
        const file = await retained(files, path)
        assert.equal(text(await file.readAll()), `version ${round.toString(16)}`)
        file.release()
      }
      await files.closeIdle()
    })
  }

  test('is refused when it was cut or rewritten between the look at it and the reading', async (t) => {
    const { files, path } = await prepare(t)
    for (const change of [() => truncateSync(path, 3), () => writeFileSync(path, 'other bytes')]) {
      writeFileSync(path, 'version 0')
      utimesSync(path, 1, 1)
      const file = await retained(files, path)
      change()
      await assert.rejects(async () => file.readAll(), FileChangedError)
      file.release()
    }
    await files.closeIdle()
  })

  test('is given out as a copy, where others could write to it', async (t) => {
    const { files, path } = await prepare(t)
    await held(files, path)
    for await (const piece of files.read(path, undefined, {})) piece.fill(0)
    assert.equal(text(await held(files, path)), 'version 0')
  })

  test('stays readable for those who read it, and goes with the last of them', async (t) => {
    const { files, path } = await prepare(t)
    await held(files, path)
    const file = await retained(files, path)
    await files.closeIdle()
    assert.equal(text(await file.readAll()), 'version 0')
    file.release()
    assert.equal(file.content, undefined)
    await assert.rejects(async () => file.readAll(), FileChangedError)
  })

  test('tells where it lies by now, also when it has no descriptor any more', async (t) => {
    const { files, path } = await prepare(t)
    await held(files, path)
    const stat = await files.stat(path)
    assert.equal(await stat.realPath?.(), path)
    await held(files, path)
    writeFileSync(path, 'another file')
    await assert.rejects(async () => stat.realPath?.(), FileChangedError)
  })

  test('is let go of at once when nobody has asked for it before', async (t) => {
    const { files, folder, path } = await prepare(t)
    utimesSync(path, 1, 1)
    await setTimeout(100)
    for (const isHeld of [false, true]) {
      const file = await retained(files, path)
      assert.equal(text(await file.readAll()), 'version 0')
      assert.equal(file.content !== undefined, isHeld)
      file.release()
      await eventually(() => openBelow(folder).length === 0)
      assert.equal(files.known(path, undefined) !== undefined, isHeld)
    }
  })

  test('is held at the first reading when two ask for it at once', async (t) => {
    const { files, path } = await prepare(t)
    await setTimeout(100)
    const both = await Promise.all([files.stat(path), files.stat(path)])
    const [file, other] = both.map((stat) => files.retain(stat))
    assert.equal(await file?.readAll(), file?.content)
    assert.equal(await other?.readAll(), file?.content)
    file?.release()
    other?.release()
  })

  test('is empty when it has no bytes', async (t) => {
    const { files, path } = await prepare(t)
    writeFileSync(path, '')
    assert.equal((await held(files, path)).length, 0)
  })
})

describe('what is kept of files', () => {
  test('weighs no more than it may, and the files used last stay', async (t) => {
    const { files, folder } = await prepare(t)
    files.configure({ maxSize: 1024 * 1024 })
    const paths = Array.from({ length: 20 }, (_, index) => join(folder, `${index}.bin`))
    for (const path of paths) writeFileSync(path, Buffer.alloc(100 * 1024))
    for (const path of paths) await held(files, path)
    const kept = paths.filter((path) => files.known(path, undefined) !== undefined)
    // A file weighs more while it is only open, so that others had to make room for the last one.
    assert.deepEqual(kept, paths.slice(-8))
  })

  test('is nothing where one file weighs more than all may: each is closed after its use', async (t) => {
    const { files, folder, path } = await prepare(t)
    files.configure({ maxSize: 1000 })
    const large = join(folder, 'large.bin')
    writeFileSync(large, Buffer.alloc(200 * 1024))
    for (const each of [path, large]) {
      await files.stat(each)
      assert.equal(files.retain(await files.stat(each)), undefined)
      for await (const piece of files.read(each, undefined, {})) assert.ok(piece.length > 0, 'An empty piece.')
    }
    await eventually(() => openBelow(folder).length === 0)
  })

  test('is nothing that weighs more than there is room for, and leaves no descriptor behind', async (t) => {
    const { files, folder, path } = await prepare(t)
    files.configure({ maxSize: 1024, access: 'sync' })
    for (let round = 0; round < 5; round++) {
      assert.equal((await files.stat(path)).size, 9)
      assert.equal(files.statAtOnce(path, undefined)?.size, 9)
    }
    for await (const piece of files.read(path, undefined, {})) assert.equal(text(piece), 'version 0')
    await eventually(() => openBelow(folder).length === 0)
  })

  test('goes a while after its last use', async (t) => {
    const { files, folder, path } = await prepare(t)
    files.configure({ inactive: 1 })
    await held(files, path)
    await eventually(() => files.known(path, undefined) === undefined)
    await files.stat(path)
    await eventually(() => openBelow(folder).length === 0)
  })

  test('goes a minute after it was opened, so that a folder that was moved out of the root and linked to is noticed', async (t) => {
    const { files, folder } = await prepare(t)
    const [root, outside] = [join(folder, 'root'), join(folder, 'outside')]
    const path = join(root, 'inside', 'file.txt')
    mkdirSync(join(root, 'inside'), { recursive: true })
    writeFileSync(path, 'version 0')
    files.configure({ access: 'sync' })
    await files.stat(path, root)
    renameSync(join(root, 'inside'), outside)
    symlinkSync(outside, join(root, 'inside'))
    const now = performance.now.bind(performance)
    t.mock.method(performance, 'now', () => now() + 61_000)
    await eventually(() => files.known(path, root) === undefined)
    await assert.rejects(files.stat(path, root), FileNotFoundError)
  })

  test('is looked at by the thread pool alone, where that is asked for', async (t) => {
    const { files, path } = await prepare(t)
    files.configure({ access: 'async' })
    assert.equal(text(await held(files, path)), 'version 0')
    assert.equal(files.known(path, undefined), undefined)
  })

  test('is looked at at once from the first time on, where that is asked for', async (t) => {
    const { files, path } = await prepare(t)
    files.configure({ access: 'sync' })
    const stat = await files.stat(path)
    assert.equal(files.known(path, undefined), stat)
  })

  test('is opened once by many who ask for it at the same time', async (t) => {
    const { files, folder, path } = await prepare(t)
    const stats = await Promise.all(Array.from({ length: 100 }, () => files.stat(path)))
    assert.equal(new Set(stats).size, 1)
    assert.equal(openBelow(folder).length, 1)
    const all = stats.map((stat) => files.retain(stat))
    assert.ok(
      all.every((file) => file !== undefined),
      'Some cannot read it.',
    )
    for (const file of all) file?.release()
  })

  test('is not taken for a file of another root', async (t) => {
    const { files, folder, path } = await prepare(t)
    files.configure({ access: 'sync' })
    await files.stat(path, folder)
    assert.equal(files.known(path, undefined), undefined)
    assert.equal(files.known(path, join(folder, 'other')), undefined)
    assert.notEqual(files.known(path, folder), undefined)
  })

  test('cannot be told what makes no sense', () => {
    for (const inactive of [-1, Number.NaN]) {
      assert.throws(() => new OpenFiles().configure({ inactive }), ConfigurationError)
    }
    assert.throws(() => new OpenFiles().configure({ access: 'quick' as 'auto' }), ConfigurationError)
    for (const maxSize of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => new OpenFiles().configure({ maxSize }), ConfigurationError)
    }
  })
})

async function prepare(t: TestContext) {
  const folder = await scratchFolder(t)
  const path = join(folder, 'file.txt')
  writeFileSync(path, 'version 0')
  const files = new OpenFiles()
  t.after(() => files.closeIdle())
  return { files, folder, path }
}

async function retained(files: OpenFiles, path: string): Promise<RetainedFile> {
  const file = files.retain(files.known(path, undefined) ?? (await files.stat(path)))
  assert.ok(file !== undefined, 'The file is closed.')
  return file
}

/** Reads a file until it is held: that takes some milliseconds after its last change. */
async function held(files: OpenFiles, path: string): Promise<Uint8Array> {
  let content: Uint8Array | undefined
  await eventually(async () => {
    const file = await retained(files, path)
    await file.readAll()
    content = file.content
    file.release()
    return content !== undefined
  })
  return content as Uint8Array
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString()
}
