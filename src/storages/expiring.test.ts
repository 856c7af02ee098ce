import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, open, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { ConfigurationError } from '../errors.js'
import { ExpiringStorage } from './expiring.js'

let root: string
let storage: ExpiringStorage

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'expiring-'))
  storage = new ExpiringStorage({ root, keepFor: 60 })
})

afterEach(async () => {
  storage.close()
  await rm(root, { recursive: true, force: true })
})

test('a file that nobody asked for lately is swept away, with its empty folder', async () => {
  await storage.save('exports/old.pdf', 'old')
  assert.equal(await storage.sweep(inSeconds(59)), 0)
  assert.equal(await storage.sweep(inSeconds(61)), 1)
  assert.deepEqual(await readdir(root), [])
})

test('a file that is asked for is kept for another while, and stays the same to a resumed download', async () => {
  await storage.save('a.pdf', 'a')
  const later = inSeconds(60)
  // The clock of a file system goes in steps of some milliseconds.
  await setTimeout(50)
  const before = await storage.stat('a.pdf')
  assert.equal(await storage.sweep(later), 0)
  assert.equal((await storage.stat('a.pdf'))?.etag, before?.etag)
})

test('whoever has the file open, as a proxy has, gets all of it though it is swept away', async () => {
  await storage.save('big.bin', 'x'.repeat(1_000_000))
  const proxy = await open(join(root, 'big.bin'))
  try {
    assert.equal(await storage.sweep(inSeconds(61)), 1)
    assert.equal((await proxy.readFile()).length, 1_000_000)
  } finally {
    await proxy.close()
  }
})

test('a download of our own that has begun is sent as a whole though the file is swept away', async () => {
  await storage.save('big.bin', 'x'.repeat(2_000_000))
  let length = 0
  for await (const chunk of storage.open('big.bin')) {
    if (length === 0) assert.equal(await storage.sweep(inSeconds(61)), 1)
    length += chunk.length
  }
  assert.equal(length, 2_000_000)
})

test('what a process that was killed left half written is swept away as well', async () => {
  await storage.save('whole.txt', 'whole')
  await writeFile(join(root, '.downloadview-left-behind'), 'half')
  assert.equal(await storage.sweep(inSeconds(61)), 2)
  assert.deepEqual(await readdir(root), [])
})

test('two sweeps of the same folder do not get in the way of each other', async () => {
  for (let index = 0; index < 50; index++) await storage.save(`${index}.txt`, 'x')
  const other = new ExpiringStorage({ root, keepFor: 60 })
  const removed = await Promise.all([storage.sweep(inSeconds(61)), other.sweep(inSeconds(61))])
  assert.equal(removed[0] + removed[1], 50)
  assert.deepEqual(await readdir(root), [])
})

test('a folder that is not there yet has nothing to sweep', async () => {
  assert.equal(await new ExpiringStorage({ root: join(root, 'none') }).sweep(), 0)
})

test('a file may be kept for longer than a timer can count', async (t) => {
  const setInterval = t.mock.method(globalThis, 'setInterval')
  const year = new ExpiringStorage({ root, keepFor: 365 * 86_400 })
  await year.save('a.txt', 'a')
  year.close()
  assert.equal(setInterval.mock.calls[0]?.arguments[1], 2 ** 31 - 1)
})

test('keepFor must be above 0, and a number', () => {
  for (const keepFor of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => new ExpiringStorage({ root, keepFor }), ConfigurationError)
  }
})

function inSeconds(seconds: number): Date {
  return new Date(Date.now() + seconds * 1000)
}

test('a sweep follows no link out of the folder, and leaves what a link leads to alone', async () => {
  const outside = await mkdtemp(join(tmpdir(), 'outside-'))
  try {
    await writeFile(join(outside, 'precious.txt'), 'precious')
    await symlink(outside, join(root, 'folder'))
    await storage.sweep(inSeconds(61))
    assert.deepEqual(await readdir(outside), ['precious.txt'])
  } finally {
    await rm(outside, { recursive: true })
  }
})

test('asking for a link does not change the permissions of what it leads to', async () => {
  await storage.save('real.txt', 'real')
  await chmod(join(root, 'real.txt'), 0o600)
  await symlink('real.txt', join(root, 'link.txt'))
  await storage.stat('link.txt')
  await storage.stat('real.txt')
  assert.equal((await stat(join(root, 'real.txt'))).mode & 0o777, 0o600)
})

test('a folder that has just been made is not swept away, and neither are the files of the doctor', async () => {
  await mkdir(join(root, 'new'))
  await storage.save('downloadview-canary/rule-1/canary.txt', 'canary')
  assert.equal(await storage.sweep(inSeconds(59)), 0)
  assert.deepEqual(await readdir(root), ['downloadview-canary', 'new'])
  assert.equal(await storage.sweep(inSeconds(61)), 0)
  assert.deepEqual(await readdir(root), ['downloadview-canary'])
})
