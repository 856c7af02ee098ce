import assert from 'node:assert/strict'
import {
  appendFileSync,
  chmodSync,
  linkSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { mkdir, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { asNobody } from '../../../test/support/as-nobody.js'
import { runChild } from '../../../test/support/child.js'
import { openBelow } from '../../../test/support/descriptors.js'
import { eventually } from '../../../test/support/eventually.js'
import { FILE_CHANGES } from '../../../test/support/file-changes.js'
import { scratchFolder } from '../../../test/support/scratch.js'
import { startExchanging, startSwapping } from '../../../test/support/swapper.js'
import { FileChangedError, FileNotFoundError } from '../../errors.js'
import type { ReadOptions } from '../storage.js'
import { OpenFiles } from './open-files.js'

/** More than two pieces. */
const LARGE = 600 * 1024

describe('a file that is used again and again', () => {
  for (const [change, apply] of Object.entries(FILE_CHANGES)) {
    test(`is never stale when it is ${change}, in 300 rounds`, async (t) => {
      const path = join(await scratchFolder(t), 'file.txt')
      const files = new OpenFiles()
      writeFileSync(path, version(0))
      for (let round = 1; round <= 300; round++) {
        const seen = await files.stat(path)
        apply(path, version(round))
        setTime(path, round)
        if (round % 3 === 0) await files.closeIdle()
        const old = await textOrChange(files, path, { seen })
        assert.ok(['changed', version(round - 1)].includes(old), old)
        const fresh = await files.stat(path)
        assert.notEqual(fresh.etag, seen.etag)
        assert.equal(await textOrChange(files, path, { seen: fresh }), version(round))
        assert.equal(await textOrChange(files, path), version(round))
      }
      await files.closeIdle()
    })
  }

  test('is never taken for another of the same size and time, in 200 rounds', async (t) => {
    const path = join(await scratchFolder(t), 'file.txt')
    const files = new OpenFiles()
    writeFileSync(path, version(0))
    setTime(path, 0)
    for (let round = 1; round <= 200; round++) {
      const seen = await files.stat(path)
      writeFileSync(`${path}.new`, version(round))
      setTime(`${path}.new`, 0)
      renameSync(`${path}.new`, path)
      if (round % 2 === 0) await files.closeIdle()
      const old = await textOrChange(files, path, { seen })
      assert.ok(['changed', version(round - 1)].includes(old), old)
      assert.equal(await textOrChange(files, path), version(round))
    }
    await files.closeIdle()
  })

  test('is gone when it is renamed or deleted, in 200 rounds each', async (t) => {
    const path = join(await scratchFolder(t), 'file.txt')
    const files = new OpenFiles()
    for (let round = 1; round <= 200; round++) {
      writeFileSync(path, version(round))
      assert.equal(await textOrChange(files, path), version(round))
      renameSync(path, `${path}.away`)
      await assert.rejects(files.stat(path), FileNotFoundError)
      await assert.rejects(read(files, path), FileNotFoundError)
      renameSync(`${path}.away`, path)
      assert.equal(await textOrChange(files, path), version(round))
      unlinkSync(path)
      await assert.rejects(files.stat(path), FileNotFoundError)
      await assert.rejects(read(files, path), FileNotFoundError)
    }
    await files.closeIdle()
  })

  test('is gone as soon as it may not be read, and back as soon as it may, in 200 rounds', async (t) => {
    const folder = await scratchFolder(t)
    const path = join(folder, 'file.txt')
    const files = new OpenFiles()
    writeFileSync(path, 'text')
    for (let round = 1; round <= 200; round++) {
      chmodSync(path, 0o000)
      await assert.rejects(
        asNobody(() => files.stat(path)),
        FileNotFoundError,
      )
      chmodSync(path, 0o644)
      assert.equal(await asNobody(() => textOrChange(files, path)), 'text')
    }
    await files.closeIdle()
  })

  test('keeps its version as long as it is read, whatever it is called by then', async (t) => {
    const path = join(await scratchFolder(t), 'file.bin')
    const files = new OpenFiles()
    writeFileSync(path, Buffer.alloc(LARGE, 'o'))
    for (const move of [renameSync, linkSync]) {
      const pieces = files.read(path, undefined, {})
      await pieces.next()
      move(path, `${path}.${move.name}`)
      chmodSync(`${path}.${move.name}`, 0o600)
      let length = 0
      for await (const piece of pieces) length += piece.length
      assert.equal(length, LARGE - 256 * 1024)
      if (move === renameSync) renameSync(`${path}.${move.name}`, path)
    }
    await files.closeIdle()
  })
})

describe('a file that changes while it is read', () => {
  const changes: Readonly<Record<string, (path: string) => void>> = {
    'replaced by another file': (path) => {
      writeFileSync(`${path}.new`, Buffer.alloc(LARGE, 'n'))
      renameSync(`${path}.new`, path)
    },
    'rewritten in place': (path) => writeFileSync(path, Buffer.alloc(LARGE, 'n'), { flag: 'r+' }),
    'cut to nothing and rewritten': (path) => writeFileSync(path, Buffer.alloc(LARGE, 'n')),
    cut: (path) => truncateSync(path, LARGE / 2),
    'cut to nothing': (path) => truncateSync(path, 0),
    'cut and made longer': (path) => {
      truncateSync(path, LARGE / 2)
      truncateSync(path, LARGE)
    },
    'made longer': (path) => appendFileSync(path, 'n'),
    deleted: (path) => unlinkSync(path),
  }
  for (const [change, apply] of Object.entries(changes)) {
    test(`never gives a mix that looks whole when it is ${change}, in 25 rounds`, async (t) => {
      const path = join(await scratchFolder(t), 'file.bin')
      const files = new OpenFiles()
      const old = Buffer.alloc(LARGE, 'o')
      for (let round = 1; round <= 25; round++) {
        writeFileSync(path, old)
        setTime(path, round)
        const pieces = files.read(path, undefined, { seen: round % 2 === 0 ? await files.stat(path) : undefined })
        const chunks = [(await pieces.next()).value as Uint8Array]
        apply(path)
        if (change !== 'deleted') setTime(path, round + 0.5)
        try {
          for await (const chunk of pieces) chunks.push(chunk)
        } catch (error) {
          assert.ok(error instanceof FileChangedError, String(error))
          continue
        }
        assert.ok(old.equals(Buffer.concat(chunks)), 'The bytes differ.')
      }
      await files.closeIdle()
    })
  }

  test('is one version or the other while somebody replaces it all the time, in 1000 readings', async (t) => {
    const folder = await scratchFolder(t)
    const [a, b] = [Buffer.alloc(LARGE, 'a'), Buffer.alloc(LARGE, 'b')]
    await writeFile(join(folder, 'a'), a)
    await writeFile(join(folder, 'b'), b)
    const stop = await startSwapping(join(folder, 'file'), [{ link: join(folder, 'a') }, { link: join(folder, 'b') }])
    const files = new OpenFiles()
    const found = { a: 0, b: 0, changed: 0 }
    try {
      for (let round = 0; round < 1000; round++) {
        const seen = round % 2 === 0 ? await files.stat(join(folder, 'file')) : undefined
        try {
          const bytes = await read(files, join(folder, 'file'), { seen })
          assert.ok(bytes.equals(a) || bytes.equals(b), 'The bytes are of neither.')
          found[bytes.equals(a) ? 'a' : 'b'] += 1
        } catch (error) {
          assert.ok(error instanceof FileChangedError, String(error))
          found.changed += 1
        }
      }
    } finally {
      await stop()
    }
    assert.ok(found.a > 0 && found.b > 0, JSON.stringify(found))
    await files.closeIdle()
  })
})

describe('a link that is swapped between the check and the opening', () => {
  const attacks: Readonly<Record<string, (folder: string) => Promise<() => Promise<void>>>> = {
    'the file': (folder) =>
      startSwapping(join(folder, 'root', 'swapped', 'file.txt'), [
        { link: join(folder, 'root', 'good.txt') },
        { symlink: '../../outside/file.txt' },
      ]),
    'a link to the file': (folder) =>
      startSwapping(join(folder, 'root', 'swapped', 'file.txt'), [
        { symlink: '../good.txt' },
        { symlink: '../../outside/file.txt' },
      ]),
    'the folder above it': (folder) => startExchanging(join(folder, 'root', 'swapped'), join(folder, 'root', 'other')),
  }
  for (const [what, attack] of Object.entries(attacks)) {
    test(`never leads out of the root when it takes the place of ${what}, in 1000 rounds`, async (t) => {
      const folder = await scratchFolder(t)
      const root = join(folder, 'root')
      await mkdir(join(root, 'swapped'), { recursive: true })
      await mkdir(join(folder, 'outside'))
      await writeFile(join(root, 'good.txt'), 'inside')
      await writeFile(join(root, 'swapped', 'file.txt'), 'inside')
      await writeFile(join(folder, 'outside', 'file.txt'), 'secret')
      await symlink('../outside', join(root, 'other'))
      const stop = await attack(folder)
      const files = new OpenFiles()
      const found = { inside: 0, secret: 0, 'not found': 0, changed: 0 }
      try {
        for (let round = 0; round < 1000; round++) {
          if (round % 2 === 0) await files.closeIdle()
          found[await textOrNothing(files, join(root, 'swapped', 'file.txt'), root)] += 1
        }
      } finally {
        await stop()
      }
      assert.equal(found.secret, 0)
      assert.ok(found.inside > 0 && found['not found'] > 0, JSON.stringify(found))
      await files.closeIdle()
    })
  }

  async function textOrNothing(files: OpenFiles, path: string, root: string) {
    try {
      return (await read(files, path, {}, root)).toString() as 'inside' | 'secret'
    } catch (error) {
      if (error instanceof FileChangedError) return 'changed'
      assert.ok(error instanceof FileNotFoundError, String(error))
      return 'not found'
    }
  }
})

describe('descriptors', () => {
  test('are all given back by closeIdle(), however the reading ended', async (t) => {
    const folder = await scratchFolder(t)
    const path = join(folder, 'file.bin')
    writeFileSync(path, Buffer.alloc(LARGE, 'o'))
    const files = new OpenFiles()
    const controller = new AbortController()

    await files.stat(path)
    await read(files, path)
    await read(files, path, { range: { start: 5, end: 9 } })
    await assert.rejects(read(files, path, { signal: AbortSignal.abort() }))
    const early = files.read(path, undefined, {})
    await early.next()
    await early.return()
    const aborted = files.read(path, undefined, { signal: controller.signal })
    await aborted.next()
    controller.abort()
    await assert.rejects(aborted.next())
    const cut = files.read(path, undefined, {})
    await cut.next()
    truncateSync(path, 0)
    await assert.rejects(cut.next(), FileChangedError)
    // This one is never read.
    assert.ok(files.read(path, undefined, {}), 'There is no reader.')

    await files.closeIdle()
    assert.deepEqual(openBelow(folder), [])
  })

  test('are given back by themselves soon after they were used', async (t) => {
    const folder = await scratchFolder(t)
    writeFileSync(join(folder, 'file.txt'), 'text')
    const files = new OpenFiles()
    await read(files, join(folder, 'file.txt'))
    assert.equal(openBelow(folder).length, 1)
    await eventually(() => openBelow(folder).length === 0)
    await read(files, join(folder, 'file.txt'))
    await eventually(() => openBelow(folder).length === 0)
  })

  test('are given back when what was opened is refused', async (t) => {
    const folder = await scratchFolder(t)
    await mkdir(join(folder, 'root'))
    writeFileSync(join(folder, 'secret.txt'), 'secret')
    symlinkSync('../secret.txt', join(folder, 'root', 'link.txt'))
    const files = new OpenFiles()
    for (let round = 0; round < 20; round++) {
      await assert.rejects(files.stat(join(folder, 'root', 'link.txt'), join(folder, 'root')), FileNotFoundError)
    }
    assert.deepEqual(openBelow(folder), [])
  })

  test('are shared by those who read one file at once', async (t) => {
    const folder = await scratchFolder(t)
    const path = join(folder, 'file.bin')
    writeFileSync(path, Buffer.alloc(LARGE, 'o'))
    const files = new OpenFiles()
    await files.stat(path)
    const readers = Array.from({ length: 20 }, () => files.read(path, undefined, {}))
    for (const reader of readers) await reader.next()
    assert.equal(openBelow(folder).length, 1)
    await files.closeIdle()
    assert.equal(openBelow(folder).length, 1, 'closeIdle() leaves a file open that is read.')
    for (const reader of readers) assert.equal(await lengthOfRest(reader), LARGE - 256 * 1024)
    await eventually(() => openBelow(folder).length === 0)
  })

  test('of a file that is read outlive those of 400 others', async (t) => {
    const folder = await scratchFolder(t)
    await makeFiles(folder, 400)
    const files = new OpenFiles()
    const reader = files.read(join(folder, '0'), undefined, {})
    await reader.next()
    for (let index = 1; index < 400; index++) await files.stat(join(folder, String(index)))
    await eventually(() => openBelow(folder).length <= 257)
    assert.ok(openBelow(folder).includes(join(folder, '0')), 'It was closed.')
    assert.equal(await lengthOfRest(reader), LARGE - 256 * 1024)
    await files.closeIdle()
    await eventually(() => openBelow(folder).length === 0)
  })

  test('are enough for 400 files that are read at once', async (t) => {
    const folder = await scratchFolder(t)
    await makeFiles(folder, 400)
    const files = new OpenFiles()
    const readers = Array.from({ length: 400 }, (_, index) => files.read(join(folder, String(index)), undefined, {}))
    await Promise.all(readers.map((reader) => reader.next()))
    assert.equal(openBelow(folder).length, 400)
    const lengths = await Promise.all(readers.map(lengthOfRest))
    assert.ok(
      lengths.every((length) => length === LARGE - 256 * 1024),
      lengths.join(' '),
    )
    await files.closeIdle()
    await eventually(() => openBelow(folder).length === 0)
  })
})

describe('when the system has no more descriptors', () => {
  test('idle files make room for others', async (t) => {
    const folder = await scratchFolder(t)
    await makeFiles(folder, 200)
    const module = `
      import { openFiles } from './src/storages/disk/open-files.ts'
      let count = 0
      for (let index = 0; index < 200; index++) {
        await openFiles.stat(process.argv[1] + '/' + index)
        count++
      }
      console.log(count)
    `
    const { output, errors, code } = await runChild(module, [folder], { nofile: 64 })
    assert.deepEqual({ output, errors, code }, { output: '200\n', errors: '', code: 0 })
  })

  test('one idle file makes room for one other, every time', async (t) => {
    const folder = await scratchFolder(t)
    await makeFiles(folder, 2)
    const module = `
      import { closeSync, openSync } from 'node:fs'
      import { openFiles } from './src/storages/disk/open-files.ts'
      await openFiles.stat(process.argv[1] + '/0')
      const taken = []
      try { for (;;) taken.push(openSync('/dev/null')) } catch {}
      let count = 0
      for (let round = 1; round <= 400; round++) {
        await openFiles.stat(process.argv[1] + '/' + (round % 2))
        count++
      }
      for (const descriptor of taken) closeSync(descriptor)
      console.log(count)
    `
    const { output, errors, code } = await runChild(module, [folder], { nofile: 64 })
    assert.deepEqual({ output, errors, code }, { output: '400\n', errors: '', code: 0 })
  })

  test('a 503 tells to try again, for every kind of access, and all is well once there is room', async (t) => {
    const folder = await scratchFolder(t)
    await makeFiles(folder, 100)
    const module = `
      import { FileSystemStorage } from './src/storages/file-system.ts'
      const storage = new FileSystemStorage({ root: process.argv[1] })
      const readers = []
      let failure
      try {
        for (let index = 0; index < 100; index++) {
          const reader = storage.open(String(index))
          await reader.next()
          readers.push(reader)
        }
      } catch (error) { failure = error }
      const fault = (error) => [error.name, error.status, error.retryAfter, error.cause?.code].join(' ')
      const attempts = {
        open: async () => { throw failure },
        stat: () => storage.stat('99'),
        save: () => storage.save('new', 'text'),
        delete: () => storage.delete('0'),
        list: () => storage.list().next(),
      }
      const faults = {}
      for (const [name, attempt] of Object.entries(attempts)) faults[name] = await attempt().then(() => 'none', fault)
      const wasReplaced = await storage.save('1', 'text').then(() => true, () => false)
      for (const reader of readers) await reader.return()
      const after = [(await storage.stat('99')).size, await storage.exists('new'), (await storage.stat('1')).size]
      await storage.save('new', 'text')
      await storage.delete('0')
      let count = 0
      for await (const key of storage.list()) count++
      console.log(JSON.stringify({ some: readers.length > 20, faults, wasReplaced, after, count }))
    `
    const { output, errors, code } = await runChild(module, [folder], { nofile: 64 })
    assert.deepEqual({ errors, code }, { errors: '', code: 0 })
    const fault = 'StorageError 503 1 EMFILE'
    assert.deepEqual(JSON.parse(output), {
      some: true,
      faults: { open: fault, stat: fault, save: fault, delete: fault, list: fault },
      wasReplaced: false,
      after: [LARGE, false, LARGE],
      count: 100,
    })
  })
})

/** All of one length, so that only their content tells them apart. */
function version(round: number): string {
  return `version ${round}`.padEnd(16)
}

/** Kernels count time in steps of some milliseconds; a test must not depend on how fast it is. */
function setTime(path: string, seconds: number): void {
  utimesSync(path, 1_700_000_000 + seconds, 1_700_000_000 + seconds)
}

async function read(files: OpenFiles, path: string, options: ReadOptions = {}, root?: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of files.read(path, root, options)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function textOrChange(files: OpenFiles, path: string, options?: ReadOptions): Promise<string> {
  try {
    return (await read(files, path, options)).toString()
  } catch (error) {
    if (error instanceof FileChangedError) return 'changed'
    throw error
  }
}

async function lengthOfRest(pieces: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0
  for await (const piece of pieces) length += piece.length
  return length
}

/** Files of several pieces that take no room on the disk. */
async function makeFiles(folder: string, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const path = join(folder, String(index))
    await writeFile(path, '')
    await truncate(path, LARGE)
    assert.equal((await stat(path)).size, LARGE)
  }
}
