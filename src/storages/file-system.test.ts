import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { lstat, mkdir, readdir, readFile, readlink, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import { ended, runChild, startChild } from '../../test/support/child.js'
import { openBelow } from '../../test/support/descriptors.js'
import { pretendPlatform } from '../../test/support/platform.js'
import { scratchFolder } from '../../test/support/scratch.js'
import { startSwapping } from '../../test/support/swapper.js'
import {
  ConfigurationError,
  DownloadError,
  FileExistsError,
  FileNotFoundError,
  InvalidKeyError,
  StorageError,
} from '../errors.js'
import { temporaryStorage } from '../testing/temporary-storage.js'
import { testStorage } from '../testing/test-storage.js'
import { openFiles } from './disk/open-files.js'
import { FileSystemStorage } from './file-system.js'
import type { Storage } from './storage.js'

testStorage('FileSystemStorage', () => temporaryStorage())

testStorage('FileSystemStorage whose root is below a link, and not there yet', async () => {
  const parent = await temporaryStorage()
  await mkdir(join(parent.root, 'real'))
  await symlink('real', join(parent.root, 'link'))
  const storage = new FileSystemStorage({ root: join(parent.root, 'link', 'not', 'yet'), baseUrl: '/media/' })
  return { storage, dispose: () => parent.remove() }
})

testStorage('FileSystemStorage where the kernel cannot be asked', async () => {
  const storage = await temporaryStorage()
  const restore = pretendPlatform('freebsd')
  return {
    storage,
    async dispose() {
      restore()
      await storage.remove()
    },
  }
})

describe('FileSystemStorage', () => {
  test('refuses a root that is not absolute, when it is made', () => {
    for (const root of ['files', '', undefined as unknown as string]) {
      assert.throws(() => new FileSystemStorage({ root }), ConfigurationError)
    }
  })

  test('has addresses below its base, percent-encoded, or none', () => {
    assert.equal(new FileSystemStorage({ root: '/srv' }).url('a'), undefined)
    assert.equal(new FileSystemStorage({ root: '/srv', baseUrl: '/media' }).url('a b/c?.txt'), '/media/a%20b/c%3F.txt')
    assert.equal(new FileSystemStorage({ root: '/srv', baseUrl: '/' }).url('é'), '/%C3%A9')
  })

  test('refuses names that begin with a dot, by every method', async () => {
    await using storage = await temporaryStorage({ baseUrl: '/media' })
    await writeFile(join(storage.root, '.env'), 'secret')
    for (const key of ['.env', '.git/config', 'folder/.env']) {
      for (const [method, call] of Object.entries(METHODS)) {
        await assert.rejects(async () => await call(storage, key), InvalidKeyError, `${method}(${key})`)
      }
    }
    assert.deepEqual(await keysOf(storage), [])
    assert.deepEqual(await readdir(storage.root), ['.env'])
  })

  test('serves and lists names that begin with a dot when the application allows them', async () => {
    await using storage = await temporaryStorage({ dotfiles: 'allow' })
    await storage.save('.well-known/.a', 'text')
    assert.deepEqual(await keysOf(storage), ['.well-known/.a'])
    assert.equal(await textOf(storage, '.well-known/.a'), 'text')
  })

  test('never shows a file that is still being written, not even among dotfiles', async () => {
    await using storage = await temporaryStorage({ dotfiles: 'allow' })
    const names: string[] = []
    async function* content() {
      yield 'half'
      names.push(...(await readdir(join(storage.root, '.folder'))))
      assert.deepEqual(await keysOf(storage), [])
      yield 'whole'
    }
    await storage.save('.folder/file.txt', content())
    assert.equal(names.length, 1)
    await writeFile(join(storage.root, '.folder', String(names[0])), 'left behind')
    for (const [method, call] of Object.entries(METHODS)) {
      await assert.rejects(async () => await call(storage, `.folder/${names[0]}`), InvalidKeyError, method)
    }
    assert.deepEqual(await keysOf(storage), ['.folder/file.txt'])
  })

  test('tells nothing of the server in its messages', async () => {
    await using storage = await temporaryStorage()
    await storage.save('file', 'text')
    await writeFile(join(storage.root, 'not-a-folder'), '')
    const attempts = [
      () => textOf(storage, 'missing'),
      () => storage.save('file/below-a-file', 'text'),
      () => storage.save('../x', 'text'),
      () => storage.save('file', brokenContent()),
      () => storage.save('file', 'text', { overwrite: false }),
      () => storage.save('x'.repeat(300), 'text'),
      () => new FileSystemStorage({ root: join(storage.root, 'not-a-folder') }).save('a', 'text'),
    ]
    for (const attempt of attempts) {
      const error = await errorOf(attempt())
      assert.ok(error instanceof DownloadError, String(error))
      assert.ok(!error.message.includes(storage.root), error.message)
      assert.ok(!JSON.stringify(error).includes(storage.root), JSON.stringify(error))
    }
  })

  test('never gives two files that are saved at once the same entity-tag', async () => {
    await using storage = await temporaryStorage()
    const keys = Array.from({ length: 200 }, (_, index) => String(index).padStart(3, '0'))
    await Promise.all(keys.map((key) => storage.save(key, key)))
    const tags = await Promise.all(keys.map(async (key) => (await storage.stat(key))?.etag))
    assert.equal(new Set(tags).size, keys.length)
  })

  test('tells the same of a file as the disk does', async () => {
    await using storage = await temporaryStorage()
    await storage.save('file.txt', 'text')
    const time = new Date('2024-05-06T07:08:09.500Z')
    await utimes(storage.path('file.txt'), time, time)
    const { birthtimeMs } = await stat(storage.path('file.txt'))
    const found = await storage.stat('file.txt')
    assert.deepEqual([found?.size, found?.modifiedTime, found?.accessedTime], [4, time, time])
    assert.equal(found?.createdTime?.getTime(), Math.floor(birthtimeMs))
    assert.equal(found?.etag, `"4-${(BigInt(time.getTime()) * 1_000_000n).toString(16)}"`)
  })

  test('gives up no descriptor, whatever is done and however it ends', async () => {
    await using storage = await temporaryStorage()
    await storage.save('folder/file.txt', 'text')
    await storage.stat('folder/file.txt')
    await keysOf(storage)
    await assert.rejects(storage.save('folder/file.txt', brokenContent()))
    await assert.rejects(storage.save('folder/file.txt', 'text', { overwrite: false }), FileExistsError)
    await assert.rejects(storage.save('folder', 'text'), StorageError)
    await storage.delete('folder')
    await storage.delete('folder/missing.txt')
    await storage.delete('folder/file.txt')
    await openFiles.closeIdle()
    assert.deepEqual(openBelow(storage.root), [])
  })

  test('does not mind a Node stream that fails while its folder is being made', async () => {
    await using storage = await temporaryStorage()
    for (let delay = 0; delay < 20; delay++) {
      const stream = new Readable({ read() {} })
      const save = storage.save(`${delay}/a/b/c/d/file.txt`, stream)
      let ticks = 0
      const fail = () => (ticks++ < delay ? setImmediate(fail) : stream.destroy(failure))
      fail()
      assert.equal((await errorOf(save)).cause, failure)
    }
    assert.deepEqual(await keysOf(storage), [])
  })
})

describe('FileSystemStorage with links', () => {
  test('reads through a link that stays inside', async (t) => {
    const { storage } = await linkedStorage(t)
    for (const key of ['link-to-file', 'link-to-folder/file.txt', 'link-to-link']) {
      assert.equal(await textOf(storage, key), 'inside')
      assert.equal((await storage.stat(key))?.size, 6)
    }
  })

  test('reads through no link that leads out', async (t) => {
    const { storage } = await linkedStorage(t)
    for (const key of [
      'out-file',
      'out-folder/secret.txt',
      'out-link',
      'sibling/secret.txt',
      'up/outside/secret.txt',
    ]) {
      assert.equal(await storage.stat(key), undefined, key)
      assert.equal(await storage.exists(key), false)
      await assert.rejects(textOf(storage, key), FileNotFoundError)
    }
  })

  test('writes through a link to a folder inside', async (t) => {
    const { storage } = await linkedStorage(t)
    await storage.save('link-to-folder/new.txt', 'new')
    assert.equal(await textOf(storage, 'folder/new.txt'), 'new')
  })

  test('writes through no link that leads out', async (t) => {
    const { storage, outside } = await linkedStorage(t)
    for (const key of ['out-folder/new.txt', 'out-folder/deeper/new.txt', 'up/outside/new.txt', 'sibling/new.txt']) {
      await assert.rejects(storage.save(key, 'new'), InvalidKeyError)
    }
    assert.deepEqual(await readdir(outside), ['secret.txt'])
  })

  test('replaces a link, not what it leads to', async (t) => {
    const { storage, outside } = await linkedStorage(t)
    await storage.save('out-file', 'new')
    assert.equal(await textOf(storage, 'out-file'), 'new')
    assert.equal(await readFile(join(outside, 'secret.txt'), 'utf8'), 'secret')
    await assert.rejects(storage.save('out-link', 'new', { overwrite: false }), FileExistsError)
  })

  test('removes a link, not what it leads to, and nothing through one that leads out', async (t) => {
    const { storage, outside } = await linkedStorage(t)
    await storage.delete('out-file')
    await assert.rejects(lstat(join(storage.root, 'out-file')), { code: 'ENOENT' })
    await assert.rejects(storage.delete('out-folder/secret.txt'), InvalidKeyError)
    assert.deepEqual(await readdir(outside), ['secret.txt'])
    assert.equal(await readlink(join(storage.root, 'out-folder')), '../outside')
  })

  test('lists nothing through a link that leads out', async (t) => {
    const { storage } = await linkedStorage(t)
    assert.deepEqual(await keysOf(storage), ['folder/deep/file.txt', 'folder/file.txt'])
    for (const folder of ['out-folder', 'up', 'up/outside', 'sibling']) {
      assert.deepEqual(await keysOf(storage, folder), [], folder)
    }
  })

  test('ends at links that lead in circles', async (t) => {
    const { storage } = await linkedStorage(t)
    await symlink('circle', join(storage.root, 'circle'))
    assert.equal(await storage.stat('circle'), undefined)
    assert.equal(await storage.stat('circle/file.txt'), undefined)
    assert.deepEqual(await keysOf(storage, 'circle'), [])
    await storage.delete('circle/file.txt')
  })

  test('neither writes nor removes outside while somebody swaps the folder, in 500 rounds', async (t) => {
    const { storage, outside } = await linkedStorage(t)
    const stop = await startSwapping(join(storage.root, 'swapped'), [{ symlink: 'folder' }, { symlink: '../outside' }])
    const found = { saved: 0, refused: 0 }
    try {
      for (let round = 0; round < 500; round++) {
        try {
          await storage.save(`swapped/new-${round}.txt`, 'new')
          await storage.delete('swapped/secret.txt')
          found.saved += 1
        } catch (error) {
          assert.ok(error instanceof InvalidKeyError, String(error))
          found.refused += 1
        }
      }
    } finally {
      await stop()
    }
    assert.deepEqual(await readdir(outside), ['secret.txt'])
    assert.ok(found.saved > 0 && found.refused > 0, JSON.stringify(found))
  })

  async function linkedStorage(t: Parameters<typeof scratchFolder>[0]) {
    const folder = await scratchFolder(t)
    const [root, outside] = [join(folder, 'root'), join(folder, 'outside')]
    for (const path of [join(root, 'folder', 'deep'), outside, `${root}-sibling`])
      await mkdir(path, { recursive: true })
    for (const path of ['root/folder/file.txt', 'root/folder/deep/file.txt'])
      await writeFile(join(folder, path), 'inside')
    for (const path of ['outside', 'root-sibling']) await writeFile(join(folder, path, 'secret.txt'), 'secret')
    const links = {
      'link-to-file': 'folder/file.txt',
      'link-to-folder': 'folder',
      'link-to-link': 'link-to-folder/file.txt',
      'out-file': '../outside/secret.txt',
      'out-folder': '../outside',
      'out-link': 'out-folder/secret.txt',
      sibling: '../root-sibling',
      up: '..',
    }
    for (const [name, target] of Object.entries(links)) await symlink(target, join(root, name))
    return { storage: new FileSystemStorage({ root }), outside }
  }
})

describe('FileSystemStorage with what is no file', () => {
  test('neither shows nor lists folders, FIFOs and sockets', async () => {
    await using storage = await temporaryStorage()
    await storage.save('folder/file.txt', 'text')
    execFileSync('mkfifo', [join(storage.root, 'fifo')])
    for (const key of ['folder', 'fifo']) {
      assert.equal(await storage.stat(key), undefined)
      await assert.rejects(textOf(storage, key), FileNotFoundError)
    }
    assert.deepEqual(await keysOf(storage), ['folder/file.txt'])
    assert.deepEqual(await keysOf(storage, 'fifo'), [])
  })

  test('lists nothing that nobody could ask for, and all the rest', async () => {
    await using storage = await temporaryStorage()
    for (const name of ['a.txt', 'z/b.txt', 'sign-\uFFFD.txt']) await storage.save(name, 'text')
    const bytes = Buffer.from([0x62, 0xff, 0x2e, 0x74])
    const names = ['b\\c', 'C:', bytes, 'z/b\\d'].map((name) => Buffer.from(name))
    const root = Buffer.from(`${storage.root}/`)
    for (const name of names) await mkdir(Buffer.concat([root, name]))
    for (const name of names) await writeFile(Buffer.concat([root, name, Buffer.from('/inside.txt')]), 'text')
    const sameAsText = Buffer.concat([Buffer.from('sign-'), Buffer.from([0xff]), Buffer.from('.txt')])
    for (const name of ['b\\s.txt', 'C:x.txt', bytes, sameAsText].map((each) => Buffer.from(each))) {
      await rm(Buffer.concat([root, name]), { recursive: true, force: true })
      await writeFile(Buffer.concat([root, name]), 'text')
    }
    assert.deepEqual(await keysOf(storage), ['a.txt', 'sign-\uFFFD.txt', 'z/b.txt'])
    for (const key of await keysOf(storage)) assert.equal(await textOf(storage, key), 'text')
  })

  test('saves no file in the place of a folder, nor below a file, and leaves both as they are', async () => {
    await using storage = await temporaryStorage()
    await storage.save('folder/file.txt', 'text')
    await assert.rejects(storage.save('folder', 'text'), StorageError)
    await assert.rejects(storage.save('folder/file.txt/below', 'text'), StorageError)
    assert.deepEqual(await readdir(storage.root, { recursive: true }), ['folder', 'folder/file.txt'])
  })
})

describe('FileSystemStorage, when saving is cut off', () => {
  test('has the old file and no other after the process was killed', async () => {
    await using storage = await temporaryStorage()
    await storage.save('old.txt', 'old')
    for (const key of ['old.txt', 'new.txt']) {
      const child = startChild(
        `
        import { FileSystemStorage } from './src/storages/file-system.ts'
        const storage = new FileSystemStorage({ root: process.argv[1] })
        async function* content() {
          yield Buffer.alloc(1024 * 1024, 'n')
          process.stdout.write('under way')
          await new Promise((resolve) => setTimeout(resolve, 60_000))
        }
        await storage.save(process.argv[2], content())
        `,
        [storage.root, key],
      )
      const isGone = ended(child)
      await once(child.stdout as Readable, 'data')
      assert.equal(child.kill('SIGKILL'), true)
      await isGone
      assert.equal(child.signalCode, 'SIGKILL')
    }
    assert.equal((await readdir(storage.root)).length, 3, 'What was under way lies there, hidden.')
    assert.deepEqual(await keysOf(storage), ['old.txt'])
    assert.equal(await textOf(storage, 'old.txt'), 'old')
    assert.equal(await storage.exists('new.txt'), false)
    await storage.save('new.txt', 'new')
    assert.deepEqual(await keysOf(storage), ['new.txt', 'old.txt'])
  })

  const save = `
    import { FileSystemStorage } from './src/storages/file-system.ts'
    const storage = new FileSystemStorage({ root: process.argv[1] })
    await storage.save('old.txt', 'old')
    const faults = []
    for (const key of ['old.txt', 'new.txt', 'folder/new.txt']) {
      for (const content of [Buffer.alloc(4_000_000), [Buffer.alloc(10_000), Buffer.alloc(4_000_000)]]) {
        const fault = await storage.save(key, content).then(() => 'none', (error) => error)
        faults.push([fault.name, fault.status, fault.cause?.code].join(' '))
      }
    }
    console.log(JSON.stringify(faults))
  `

  test('has the old file and nothing else when a file grows too large', async () => {
    await using storage = await temporaryStorage()
    const { output, errors, code } = await runChild(save, [storage.root], { fsize: 1_000_000 })
    assert.deepEqual({ errors, code }, { errors: '', code: 0 })
    assert.deepEqual(JSON.parse(output), Array(6).fill('StorageError 500 EFBIG'))
    await assertOnlyOld(storage.root)
  })

  test('has the old file and nothing else when the disk is full', async (t) => {
    const root = await scratchFolder(t)
    const isMounted = mountSmallDisk(root)
    try {
      // Not everybody may mount; a limit on the size of files is the next best.
      const { output, errors, code } = await runChild(save, [root], isMounted ? {} : { fsize: 500_000 })
      assert.deepEqual({ errors, code }, { errors: '', code: 0 })
      assert.deepEqual(JSON.parse(output), Array(6).fill(`StorageError ${isMounted ? '507 ENOSPC' : '500 EFBIG'}`))
      await assertOnlyOld(root)
    } finally {
      if (isMounted) execFileSync('umount', [root])
    }
  })

  async function assertOnlyOld(root: string): Promise<void> {
    const names = await readdir(root, { recursive: true })
    assert.deepEqual(names.sort(), ['folder', 'old.txt'])
    assert.equal(await readFile(join(root, 'old.txt'), 'utf8'), 'old')
  }

  function mountSmallDisk(folder: string): boolean {
    return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=500k', 'tmpfs', folder]).status === 0
  }
})

const failure = new Error('The content failed.')

async function* brokenContent(): AsyncGenerator<string> {
  yield 'half'
  throw failure
}

async function errorOf(work: Promise<unknown>): Promise<Error> {
  const [result] = await Promise.allSettled([work])
  if (result.status === 'fulfilled') assert.fail('It must fail, but did not.')
  return result.reason as Error
}

/** Every way to name a file. */
const METHODS: Readonly<Record<string, (storage: Storage, key: string) => unknown>> = {
  stat: (storage, key) => storage.stat(key),
  open: (storage, key) => textOf(storage, key),
  save: (storage, key) => storage.save(key, 'text'),
  exists: (storage, key) => storage.exists(key),
  delete: (storage, key) => storage.delete(key),
  list: (storage, key) => keysOf(storage, key),
  url: (storage, key) => storage.url(key),
  path: (storage, key) => storage.path(key),
}

async function textOf(storage: Storage, key: string): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of storage.open(key)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

async function keysOf(storage: Storage, folder?: string): Promise<string[]> {
  const keys: string[] = []
  for await (const key of storage.list(folder)) keys.push(key)
  return keys.sort()
}
