import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, rename, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { asNobody } from '../../test/support/as-nobody.js'
import { scratchFolder } from '../../test/support/scratch.js'
import { ConfigurationError, FileChangedError, FileNotFoundError, InvalidKeyError, StorageError } from '../errors.js'
import { openFiles } from '../storages/disk/open-files.js'
import { LocalFile } from './local.js'

describe('LocalFile', () => {
  test('tells what is known of a file and reads it', async (t) => {
    const path = join(await scratchFolder(t), 'a b.txt')
    await writeFile(path, 'é text')
    const time = new Date('2024-05-06T07:08:09Z')
    await utimes(path, time, time)
    const file = LocalFile.at(path)
    const { size, modifiedTime, etag } = await file.stat()
    assert.deepEqual([file.name, file.path, size, modifiedTime], [path, path, 7, time])
    assert.match(etag ?? '', /^"7-[0-9a-f]+"$/)
    assert.equal(await textOf(file), 'é text')
  })

  test('reads a range, also of several pieces', async (t) => {
    const path = join(await scratchFolder(t), 'large.bin')
    const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, index) => index % 251))
    await writeFile(path, bytes)
    const file = LocalFile.at(path)
    await file.stat()
    for (const [start, end] of [
      [0, 0],
      [5, 699_999],
      [262_143, 262_144],
      [699_999, 699_999],
    ] as const) {
      const chunks: Uint8Array[] = []
      for await (const chunk of file.open({ start, end })) chunks.push(chunk)
      assert.equal(Buffer.concat(chunks).equals(bytes.subarray(start, end + 1)), true)
    }
  })

  test('reads an empty file', async (t) => {
    const path = join(await scratchFolder(t), 'empty')
    await writeFile(path, '')
    const file = LocalFile.at(path)
    assert.equal((await file.stat()).size, 0)
    assert.equal(await textOf(file), '')
  })

  test('reads what the stat told of, or tells that it changed; then stat() tells of the new one', async (t) => {
    const path = join(await scratchFolder(t), 'file.txt')
    await writeFile(path, 'old')
    const file = LocalFile.at(path)
    const seen = await file.stat()
    await writeFile(`${path}.new`, 'new one')
    await rename(`${path}.new`, path)
    await openFiles.closeIdle()
    assert.equal(await file.stat(), seen, 'One reply is about one version.')
    await assert.rejects(textOf(file), FileChangedError)
    assert.equal((await file.stat()).size, 7)
    assert.equal(await textOf(file), 'new one')
  })

  test('reads the old version to its end when it is replaced after the stat', async (t) => {
    const path = join(await scratchFolder(t), 'file.txt')
    await writeFile(path, 'old')
    const file = LocalFile.at(path)
    await file.stat()
    await writeFile(`${path}.new`, 'new one')
    await rename(`${path}.new`, path)
    assert.equal(await textOf(file), 'old')
  })

  test('stops when the client has gone', async (t) => {
    const path = join(await scratchFolder(t), 'large.bin')
    await writeFile(path, '')
    await truncate(path, 1024 * 1024)
    const controller = new AbortController()
    const pieces = LocalFile.at(path).open(undefined, controller.signal)
    await pieces.next()
    controller.abort()
    await assert.rejects(pieces.next(), { name: 'AbortError' })
  })

  test('takes no relative path without a root', () => {
    for (const path of ['file.txt', './file.txt', '../file.txt', '']) {
      assert.throws(() => LocalFile.at(path), ConfigurationError)
    }
  })

  test('takes no relative root', () => {
    assert.throws(() => LocalFile.at('file.txt', { root: 'files' }), ConfigurationError)
  })

  test('cannot be told from a missing file when its path has a NUL', async (t) => {
    const folder = await scratchFolder(t)
    await writeFile(join(folder, 'file.txt'), 'text')
    await assertNotFound(() => LocalFile.at(`${join(folder, 'file.txt')}\0.png`))
  })
})

describe('LocalFile, for what is no readable file', () => {
  const makers: Readonly<Record<string, (path: string, t: TestContext) => unknown>> = {
    'nothing at all': () => {},
    'a folder': (path) => mkdir(path),
    'a FIFO that nobody writes to': (path) => execFileSync('mkfifo', [path]),
    'a socket': (path, t) => listen(path, t),
    'a link to nothing': (path) => symlink('nothing', path),
    'a link to itself': (path) => symlink('it', path),
    'a link to a folder': (path) => symlink('.', path),
    'a link to a device that never ends': (path) => symlink('/dev/zero', path),
    'a link to a FIFO': (path) => {
      execFileSync('mkfifo', [`${path}.fifo`])
      return symlink('it.fifo', path)
    },
  }
  for (const [what, make] of Object.entries(makers)) {
    test(`is not found when it is ${what}, with and without a root`, async (t) => {
      const folder = await scratchFolder(t)
      await make(join(folder, 'it'), t)
      await assertNotFound(() => LocalFile.at(join(folder, 'it')))
      await assertNotFound(() => LocalFile.at(join(folder, 'it'), { root: folder }))
      await assertNotFound(() => LocalFile.at('it', { root: folder }))
    })
  }

  test('is not found when it is a device', async () => {
    for (const path of ['/dev/zero', '/dev/null', '/dev/tty']) await assertNotFound(() => LocalFile.at(path))
    await assertNotFound(() => LocalFile.at('zero', { root: '/dev' }))
  })

  test('is not found below a file, and with a name that is too long', async (t) => {
    const folder = await scratchFolder(t)
    await writeFile(join(folder, 'file.txt'), 'text')
    await assertNotFound(() => LocalFile.at(join(folder, 'file.txt', 'below')))
    await assertNotFound(() => LocalFile.at(join(folder, 'x'.repeat(300))))
    await assertNotFound(() => LocalFile.at(`/${'deep/'.repeat(2000)}file.txt`))
  })

  test('is not found when it may not be read', async (t) => {
    const folder = await scratchFolder(t)
    await writeFile(join(folder, 'file.txt'), 'text', { mode: 0o200 })
    await asNobody(() => assertNotFound(() => LocalFile.at(join(folder, 'file.txt'))))
  })

  test('is not found in a folder that may not be entered', async (t) => {
    const folder = await scratchFolder(t)
    const closed = join(folder, 'closed')
    await mkdir(closed)
    await writeFile(join(closed, 'file.txt'), 'text')
    await chmod(closed, 0o600)
    try {
      await asNobody(() => assertNotFound(() => LocalFile.at(join(closed, 'file.txt'), { root: folder })))
    } finally {
      await chmod(closed, 0o700)
    }
  })

  test('is not found any more once a FIFO has taken its place', async (t) => {
    const path = join(await scratchFolder(t), 'file.txt')
    await writeFile(path, 'text')
    await LocalFile.at(path).stat()
    await rm(path)
    execFileSync('mkfifo', [path])
    await assertNotFound(() => LocalFile.at(path))
  })

  test('tells no client where it was looked for, but does tell the log', async (t) => {
    const path = join(await scratchFolder(t), 'missing.txt')
    const [result] = await Promise.allSettled([LocalFile.at(path).stat()])
    const error = result.status === 'rejected' ? result.reason : undefined
    assert.ok(error instanceof FileNotFoundError, String(error))
    assert.equal(error.path, path)
    assert.equal((error.cause as NodeJS.ErrnoException).code, 'ENOENT')
    assert.equal(error.message.includes('missing'), false)
    assert.equal(JSON.stringify(error).includes('missing'), false)
  })

  test('fails, and is not just missing, when the disk does', async () => {
    // The memory of the process: a regular file whose first page cannot be read.
    const file = LocalFile.at('/proc/self/mem')
    await file.stat()
    const [result] = await Promise.allSettled([textOf(file, { start: 0, end: 9 })])
    const error = result.status === 'rejected' ? result.reason : undefined
    assert.ok(error instanceof StorageError, String(error))
    assert.deepEqual(
      [error.status, error.message, (error.cause as NodeJS.ErrnoException).code],
      [500, 'The disk failed.', 'EIO'],
    )
  })

  async function listen(path: string, t: TestContext): Promise<void> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(path, resolve))
    t.after(() => new Promise((resolve) => server.close(resolve)))
  }
})

describe('LocalFile with a root', () => {
  test('reads what lies in it, named from the root or from the top', async (t) => {
    const { root } = await tree(t)
    assert.equal(await textOf(LocalFile.at('folder/file.txt', { root })), 'inside')
    assert.equal(await textOf(LocalFile.at(join(root, 'folder/file.txt'), { root })), 'inside')
    // Refused, not repaired: whoever looked at the spelling alone would be deceived.
    for (const path of [`${root}/folder/../folder/file.txt`, `${root}//folder/file.txt`]) {
      assert.throws(() => LocalFile.at(path, { root }), InvalidKeyError)
    }
  })

  test('refuses a relative path that is not canonical, before anything is looked up', async (t) => {
    const { root } = await tree(t)
    for (const path of [
      '../outside/secret.txt',
      'folder/../folder/file.txt',
      './folder/file.txt',
      'folder//file.txt',
      '',
    ]) {
      assert.throws(() => LocalFile.at(path, { root }), InvalidKeyError, path)
    }
    for (const path of ['folder\\file.txt', 'folder/file.txt\0', 'C:/folder/file.txt']) {
      assert.throws(() => LocalFile.at(path, { root }), InvalidKeyError, path)
    }
  })

  test('refuses an absolute path that lies elsewhere', async (t) => {
    const { root, outside } = await tree(t)
    for (const path of [
      join(outside, 'secret.txt'),
      '/etc/passwd',
      root,
      join(root, '..'),
      `${root}-sibling/secret.txt`,
    ]) {
      assert.throws(() => LocalFile.at(path, { root }), InvalidKeyError, path)
    }
  })

  test('does not take a backslash in a path for a separator', async (t) => {
    const { root } = await tree(t)
    assert.throws(() => LocalFile.at(`${root}/folder\\file.txt`, { root }), InvalidKeyError)
  })

  test('follows a link that stays inside', async (t) => {
    const { root } = await tree(t)
    await symlink('folder/file.txt', join(root, 'link-to-file'))
    await symlink(join(root, 'folder'), join(root, 'link-to-folder'))
    assert.equal(await textOf(LocalFile.at('link-to-file', { root })), 'inside')
    assert.equal(await textOf(LocalFile.at('link-to-folder/file.txt', { root })), 'inside')
  })

  test('follows no link that leads out', async (t) => {
    const { root, outside } = await tree(t)
    const links = { file: join(outside, 'secret.txt'), out: '../outside', up: '..', sibling: '../root-sibling' }
    for (const [name, target] of Object.entries(links)) await symlink(target, join(root, name))
    for (const path of ['file', 'out/secret.txt', 'up/outside/secret.txt', 'sibling/secret.txt']) {
      await assertNotFound(() => LocalFile.at(path, { root }))
      await assertNotFound(() => LocalFile.at(join(root, path), { root }))
    }
  })

  test('finds out when a link that stayed inside leads out later', async (t) => {
    const { root } = await tree(t)
    const link = join(root, 'link')
    for (let round = 0; round < 50; round++) {
      await symlink('folder/file.txt', link)
      assert.equal(await textOf(LocalFile.at('link', { root })), 'inside')
      await symlink('../outside/secret.txt', `${link}.new`)
      await rename(`${link}.new`, link)
      await assertNotFound(() => LocalFile.at('link', { root }))
      await rm(link)
    }
  })

  test('does not let one root profit from what was opened for another', async (t) => {
    const { root, outside } = await tree(t)
    await symlink('../outside/secret.txt', join(root, 'link'))
    assert.equal(await textOf(LocalFile.at(join(root, 'link'))), 'secret')
    assert.equal(await textOf(LocalFile.at(join(root, 'link'), { root: join(outside, '..') })), 'secret')
    await assertNotFound(() => LocalFile.at('link', { root }))
  })

  test('may be a link itself', async (t) => {
    const { root } = await tree(t)
    await symlink('root', `${root}-link`)
    assert.equal(await textOf(LocalFile.at('folder/file.txt', { root: `${root}-link` })), 'inside')
    await symlink('../outside', join(root, 'out'))
    await assertNotFound(() => LocalFile.at('out/secret.txt', { root: `${root}-link` }))
  })

  test('follows its root when that becomes another folder', async (t) => {
    const { root } = await tree(t)
    const current = `${root}-current`
    for (const [index, target] of ['root', 'root-sibling', 'root'].entries()) {
      await symlink(target, `${current}.new`)
      await rename(`${current}.new`, current)
      const name = target === 'root' ? 'folder/file.txt' : 'secret.txt'
      assert.equal(await textOf(LocalFile.at(name, { root: current })), index === 1 ? 'secret' : 'inside')
    }
  })

  test('hides names that begin with a dot, unless they are allowed', async (t) => {
    const { root } = await tree(t)
    await mkdir(join(root, '.git'))
    for (const name of ['.env', '.git/config']) {
      await writeFile(join(root, name), 'hidden')
      assert.throws(() => LocalFile.at(name, { root }), InvalidKeyError)
      assert.throws(() => LocalFile.at(join(root, name), { root }), InvalidKeyError)
      assert.equal(await textOf(LocalFile.at(name, { root, dotfiles: 'allow' })), 'hidden')
    }
  })

  test('may lie below a folder that begins with a dot', async (t) => {
    const { root } = await tree(t)
    await mkdir(join(root, '.data'))
    await writeFile(join(root, '.data', 'file.txt'), 'text')
    assert.equal(await textOf(LocalFile.at('file.txt', { root: join(root, '.data') })), 'text')
  })

  test('may be the root of the disk', async (t) => {
    const { root } = await tree(t)
    assert.equal(await textOf(LocalFile.at(join(root, 'folder/file.txt'), { root: '/' })), 'inside')
  })

  test('that is not there has no files', async (t) => {
    const { root } = await tree(t)
    await assertNotFound(() => LocalFile.at('file.txt', { root: join(root, 'missing') }))
  })

  async function tree(t: TestContext) {
    const folder = await scratchFolder(t)
    const [root, outside] = [join(folder, 'root'), join(folder, 'outside')]
    for (const path of [join(root, 'folder'), outside, `${root}-sibling`]) await mkdir(path, { recursive: true })
    await writeFile(join(root, 'folder', 'file.txt'), 'inside')
    for (const path of [outside, `${root}-sibling`]) await writeFile(join(path, 'secret.txt'), 'secret')
    return { root, outside }
  }
})

/** Neither can be described nor read, and neither takes long. */
async function assertNotFound(create: () => LocalFile): Promise<void> {
  const late = new Promise((resolve) => setTimeout(resolve, 3000, 'It hangs.').unref())
  for (const attempt of [() => create().stat(), () => textOf(create())]) {
    const [result] = await Promise.allSettled([Promise.race([attempt(), late])])
    if (result.status === 'fulfilled') assert.fail(`It must not be found: ${JSON.stringify(result.value)}`)
    assert.ok(result.reason instanceof FileNotFoundError, String(result.reason))
    assert.equal(result.reason.status, 404)
  }
}

async function textOf(file: LocalFile, range?: { start: number; end: number }): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of file.open(range)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
