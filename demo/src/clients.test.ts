import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Ended, run } from './testing/run.js'
import { type ServedDemo, serveDemo } from './testing/serve-demo.js'

let demo: ServedDemo
before(async () => {
  demo = await serveDemo()
})
after(() => demo.close())

const LARGE = '/storage/static-path/20-MiB.bin'
const MEBIBYTE = 2 ** 20

test('curl -OJ saves a file under the name that the view tells', async () => {
  await inFolder(async (folder) => {
    succeeded(await run('curl', ['-sSfOJ', `${demo.origin}/object/deserialized_basename/hello-world/`], folder))
    assert.deepEqual(await filesIn(folder), { 'hello-world.txt': 'Hello world!\n' })
  })
})

test('curl -C - goes on where a download broke off, and fetches only the rest', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, '20-MiB.bin')
    const download = ['-sSf', '-C', '-', '-O', '-w', '%{http_code} %{size_download}', demo.origin + LARGE]
    assert.equal(succeeded(await run('curl', download, folder)), `200 ${20 * MEBIBYTE}`)
    await truncate(file, 7 * MEBIBYTE + 13)
    assert.equal(succeeded(await run('curl', download, folder)), `206 ${13 * MEBIBYTE - 13}`)
    assert.equal(await hashOf(file), await hashOf(join(demo.dataFolder, 'shelf/20-MiB.bin')))
  })
})

test('wget --content-disposition saves a file under a name in three scripts', async () => {
  await inFolder(async (folder) => {
    const options = ['-q', '--content-disposition', '--restrict-file-names=nocontrol']
    succeeded(await run('wget', [...options, `${demo.origin}/object/default-file/unicode-name/`], folder))
    assert.deepEqual(await filesIn(folder), {
      'Übersicht 日本語 😀.txt': 'Übersicht, 日本語, 😀: every character arrives.\n',
    })
  })
})

test('aria2c puts a file together that it fetched in four parts at once', async () => {
  await inFolder(async (folder) => {
    const options = ['-x4', '-s4', '-k1M', '--console-log-level=warn', '--show-console-readout=false', '--no-conf']
    demo.ranges.length = 0
    succeeded(await run('aria2c', [...options, demo.origin + LARGE], folder))
    // The first part may be asked for without a range.
    assert.ok(new Set(demo.ranges).size >= 3, demo.ranges.join())
    assert.deepEqual(await readdir(folder), ['20-MiB.bin'])
    assert.equal(await hashOf(join(folder, '20-MiB.bin')), await hashOf(join(demo.dataFolder, 'shelf/20-MiB.bin')))
  })
})

test('the commands on the page of the terminal work as they stand, more than once', async () => {
  const page = await (await fetch(`${demo.origin}/features/terminal/`)).text()
  const code = /aria-label="Commands"><code>(.*?)<\/code>/s.exec(page)?.[1] ?? ''
  const text = code.replace(/<[^>]*>/g, '').replace(/&#(\d+);/g, (_, it) => String.fromCharCode(Number(it)))
  const commands = text.split('\n').filter((line) => /^[^#]/.test(line))
  assert.equal(commands.length, 6)
  await inFolder(async (folder) => {
    for (const command of commands) succeeded(await run('sh', ['-c', command], folder))
    assert.deepEqual((await readdir(folder)).sort(), [
      '1.txt',
      '20-MiB.bin',
      'Invoice 2026-001 – Lovelace & Sons.pdf',
      'another_file.txt',
      'parts.bin',
    ])
    assert.equal(await hashOf(join(folder, 'parts.bin')), await hashOf(join(folder, '20-MiB.bin')))
    const again = commands.filter((command) => /20-MiB|1\.txt/.test(command) && command.startsWith('curl'))
    const outputs = []
    for (const command of again) outputs.push(succeeded(await run('sh', ['-c', command], folder)))
    assert.deepEqual(outputs, ['', '304\n'])
  })
})

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'downloadview-client-'))
  try {
    await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function succeeded({ code, stdout, stderr }: Ended): string {
  assert.equal(code, 0, stderr || stdout)
  return stdout
}

async function filesIn(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder)
  const entries = names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])
  return Object.fromEntries(await Promise.all(entries))
}

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
}
