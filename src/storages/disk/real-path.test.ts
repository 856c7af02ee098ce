import assert from 'node:assert/strict'
import { mkdir, open, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { pretendPlatform } from '../../../test/support/platform.js'
import { scratchFolder } from '../../../test/support/scratch.js'
import { liesBelow, pathOfDescriptor, realPath, realPathOf } from './real-path.js'

describe('realPathOf', () => {
  test('follows an open file wherever it is moved', async (t) => {
    const folder = await scratchFolder(t)
    await writeFile(join(folder, 'a.txt'), 'a')
    await symlink('a.txt', join(folder, 'link.txt'))
    await using file = await open(join(folder, 'link.txt'))
    assert.equal(await realPathOf(file.fd, join(folder, 'link.txt')), join(folder, 'a.txt'))
    await rename(join(folder, 'a.txt'), join(folder, 'b.txt'))
    assert.equal(await realPathOf(file.fd, join(folder, 'link.txt')), join(folder, 'b.txt'))
  })

  test('finds a folder as well', async (t) => {
    const folder = await scratchFolder(t)
    await symlink(folder, join(folder, 'self'))
    await using file = await open(join(folder, 'self', 'self'))
    assert.equal(await realPathOf(file.fd, join(folder, 'self', 'self')), folder)
  })
})

describe('realPathOf, where the kernel cannot be asked', () => {
  test('resolves the path', async (t) => {
    const folder = await scratchFolder(t)
    await writeFile(join(folder, 'a.txt'), 'a')
    await symlink('a.txt', join(folder, 'link.txt'))
    await using file = await open(join(folder, 'link.txt'))
    t.after(pretendPlatform('freebsd'))
    assert.equal(await realPathOf(file.fd, join(folder, 'link.txt')), join(folder, 'a.txt'))
  })

  test('tells nothing when the path leads to another file by now', async (t) => {
    const folder = await scratchFolder(t)
    const path = join(folder, 'link.txt')
    await writeFile(join(folder, 'a.txt'), 'a')
    await writeFile(join(folder, 'b.txt'), 'b')
    await symlink('a.txt', path)
    await using file = await open(path)
    await rm(path)
    await symlink('b.txt', path)
    t.after(pretendPlatform('freebsd'))
    assert.equal(await realPathOf(file.fd, path), undefined)
  })

  test('fails when the path leads to nothing by now', async (t) => {
    const folder = await scratchFolder(t)
    const path = join(folder, 'a.txt')
    await writeFile(path, 'a')
    await using file = await open(path)
    await rm(path)
    t.after(pretendPlatform('freebsd'))
    await assert.rejects(realPathOf(file.fd, path), { code: 'ENOENT' })
  })
})

test('pathOfDescriptor leads to the open file, whatever has its name by now', async (t) => {
  const path = join(await scratchFolder(t), 'a.txt')
  await writeFile(path, 'old')
  await using file = await open(path)
  await writeFile(`${path}.new`, 'new')
  await rename(`${path}.new`, path)
  assert.equal(await readFile(pathOfDescriptor(file.fd) ?? '', 'utf8'), 'old')
})

test('realPath resolves every link', async (t) => {
  const folder = await scratchFolder(t)
  await mkdir(join(folder, 'real'))
  await symlink('real', join(folder, 'link'))
  await symlink('link', join(folder, 'link-to-link'))
  assert.equal(await realPath(join(folder, 'link-to-link', '.')), join(folder, 'real'))
})

test('liesBelow ends a folder where its name ends', () => {
  assert.equal(liesBelow('/srv/files', '/srv/files/a'), true)
  assert.equal(liesBelow('/srv/files', '/srv/files-private/a'), false)
  assert.equal(liesBelow('/srv/files', '/srv/files'), false)
  assert.equal(liesBelow('/srv/files', '/srv'), false)
  assert.equal(liesBelow('/', '/a'), true)
})
