import assert from 'node:assert/strict'
import { mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { FileNotFoundError, InvalidKeyError } from '../../errors.js'
import { temporaryStorage } from '../../testing/temporary-storage.js'
import { Folder } from './folder.js'
import { writeListing } from './listing.js'

const OPTIONS = { link: (key: string) => `/${encodeURI(key)}`, goUp: true }

describe('the list of a folder', () => {
  test('has folders first, then files, as people sort them, with their sizes and times', async () => {
    await using storage = await temporaryStorage()
    for (const name of ['file10.txt', 'file9.txt', 'B.txt', 'a.txt']) await storage.save(name, 'x'.repeat(1500))
    await mkdir(join(storage.root, 'z'))
    await utimes(storage.path('a.txt'), 0, new Date('2024-05-06T07:08:09.500Z'))
    const page = await pageOf(await Folder.read(storage, ''))
    assert.deepEqual(namesIn(page), ['z/', 'a.txt', 'B.txt', 'file9.txt', 'file10.txt'])
    assert.match(page, /<caption>1 folder, 4 files<\/caption>/)
    assert.match(
      page,
      /<a href="\/a\.txt"><bdi>a\.txt<\/bdi><\/a><\/th><td class="size"><data value="1500">1\.5 kB<\/data><\/td><td><time datetime="2024-05-06T07:08:09\.500Z">2024-05-06 07:08<\/time>/,
    )
  })

  test('can be read aloud: a table with headings of columns and rows, in a language', async () => {
    await using storage = await temporaryStorage()
    await storage.save('a', '')
    const page = await pageOf(await Folder.read(storage, ''))
    assert.match(page, /^<!doctype html>\n<html lang="en">/)
    assert.equal(page.match(/<th scope="col"/g)?.length, 3)
    assert.equal(page.match(/<th scope="row">/g)?.length, 1)
    assert.match(page, /<title>Files in \/<\/title>/)
    assert.match(page, /prefers-color-scheme: dark/)
    assert.doesNotMatch(page, /<script|javascript:| on\w+=/)
  })

  test('leads up where it may', async () => {
    await using storage = await temporaryStorage()
    await storage.save('a/b/c.txt', '')
    const folder = await Folder.read(storage, 'a/b/')
    assert.match(await pageOf(folder), /<p><a href="\/a\/">Parent folder<\/a><\/p>/)
    assert.doesNotMatch(await pageOf(folder, false), /Parent/)
    assert.doesNotMatch(await pageOf(await Folder.read(storage, '')), /Parent/)
  })

  test('keeps names text, whatever is in them', async () => {
    await using storage = await temporaryStorage()
    await storage.save(`<img src=x onerror='a'>&"/<b>\u202Efdp.exe`, '')
    const [outer = ''] = namesIn(await pageOf(await Folder.read(storage, '')))
    assert.equal(outer, '&#60;img src=x onerror=&#39;a&#39;&#62;&#38;&#34;/')
    const page = await pageOf(await Folder.read(storage, `<img src=x onerror='a'>&"/`))
    assert.deepEqual(namesIn(page), ['&#60;b&#62;\\u{202e}fdp.exe'])
    assert.equal(page.match(/<(?!\/?(?:[a-z]+[ >]|!doctype|h1>))/g), null)
    assert.doesNotMatch(page, /<img|<b>/)
  })

  test('has only what the storage would send', async () => {
    await using storage = await temporaryStorage()
    await storage.save('folder/a', 'four')
    for (const name of ['.hidden', 'back\\slash']) await writeFile(join(storage.root, name), '')
    await symlink('folder', join(storage.root, 'inside'))
    await symlink('folder/a', join(storage.root, 'link'))
    await symlink('..', join(storage.root, 'outside'))
    await symlink('/etc/passwd', join(storage.root, 'passwd'))
    const page = await pageOf(await Folder.read(storage, ''))
    assert.deepEqual(namesIn(page), ['folder/', 'inside/', 'link'])
    assert.match(page, /<bdi>link<\/bdi><\/a><\/th><td class="size"><data value="4">/)
    assert.deepEqual(namesIn(await pageOf(await Folder.read(storage, 'inside/'))), ['a'])
  })

  test('is none of what is no folder, or not below the root', async () => {
    await using storage = await temporaryStorage()
    await storage.save('file', '')
    await symlink('..', join(storage.root, 'outside'))
    for (const key of ['nothing/', 'file/', 'outside/'])
      await assert.rejects(Folder.read(storage, key), FileNotFoundError)
    for (const key of ['/', 'a//', '../', './', '.git/', 'a/../']) {
      await assert.rejects(Folder.read(storage, key), InvalidKeyError, key)
    }
  })

  test('leaves out what has gone meanwhile', async () => {
    await using storage = await temporaryStorage()
    for (const name of ['a', 'b']) await storage.save(name, '')
    const folder = await Folder.read(storage, '')
    await rm(storage.path('a'))
    assert.deepEqual(namesIn(await pageOf(folder)), ['b'])
  })

  test('comes in pieces when it is long', async () => {
    await using storage = await temporaryStorage()
    const names = Array.from({ length: 10_000 }, (_, index) => `${index}.txt`)
    for (let at = 0; at < names.length; at += 500) {
      await Promise.all(names.slice(at, at + 500).map((name) => writeFile(join(storage.root, name), '')))
    }
    const pieces: string[] = []
    for await (const piece of writeListing(await Folder.read(storage, ''), OPTIONS)) pieces.push(piece)
    assert.deepEqual(namesIn(pieces.join('')), names)
    const longest = Math.max(...pieces.map((piece) => namesIn(piece).length))
    assert.equal(longest, 100)
  })
})

async function pageOf(folder: Folder, goUp = true): Promise<string> {
  let page = ''
  for await (const piece of writeListing(folder, { ...OPTIONS, goUp })) page += piece
  return page
}

function namesIn(page: string): string[] {
  return [...page.matchAll(/<bdi>(.*?)<\/bdi>/g)].map(([, name = '']) => name)
}
