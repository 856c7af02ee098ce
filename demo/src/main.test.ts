import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { type CompiledDemo, compileDemo, outputOf, stop } from './testing/compile-demo.js'

const LARGE = 'storage/static-path/20-MiB.bin'

/** The data of the real one is somebody's. */
let compiled: CompiledDemo
before(async () => {
  compiled = await compileDemo()
})
after(() => compiled.remove())
afterEach(() => compiled.killAll())

test('a demo that is still setting itself up stops in good order, and the next one works', async () => {
  const child = compiled.spawn([])
  const output = outputOf(child)
  // The first start of all: by then it has begun to make its database, and has not finished.
  await untilThere(join(compiled.folder, 'data/database'))
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  assert.deepEqual([code, output()], [0, ''])
  const next = await compiled.start()
  assert.equal((await fetch(`${next.origin}object/default-file/hello-world/`)).status, 200)
  await stop(next.child, 'SIGTERM')
})

test('the demo prints its address, serves, and stops at once when it is asked to', async () => {
  const { child, origin, output } = await compiled.start()
  assert.equal((await fetch(origin)).status, 200)
  const code = await stop(child, 'SIGTERM')
  assert.equal(code, 0)
  assert.deepEqual(output(), `downloadview demo: ${origin}\n`)
})

test('a second start keeps the data, so that a client need not fetch a file again', async () => {
  const first = await compiled.start()
  const etag = (await fetch(first.origin + LARGE, { method: 'HEAD' })).headers.get('ETag') ?? ''
  await writeFile(join(compiled.folder, 'data/shelf/mine.txt'), 'mine')
  await stop(first.child, 'SIGINT')
  const second = await compiled.start()
  assert.equal((await fetch(second.origin + LARGE, { headers: { 'If-None-Match': etag } })).status, 304)
  assert.equal(await (await fetch(`${second.origin}storage/static-path/mine.txt`)).text(), 'mine')
  assert.equal((await fetch(`${second.origin}object/default-file/hello-world/`)).status, 200)
  await stop(second.child, 'SIGINT')
})

test('--reset starts afresh, and removes nothing but the data', async () => {
  await mkdir(join(compiled.folder, 'data/shelf'), { recursive: true })
  await writeFile(join(compiled.folder, 'data/shelf/mine.txt'), 'mine')
  await writeFile(join(compiled.folder, 'keep.txt'), 'keep')
  await symlink(compiled.folder, join(compiled.folder, 'data/shelf/link'))
  const { child, origin } = await compiled.start('--reset')
  assert.equal((await fetch(`${origin}storage/static-path/mine.txt`)).status, 404)
  assert.equal((await fetch(`${origin}storage/static-path/1.txt`)).status, 200)
  await stop(child, 'SIGTERM')
  assert.deepEqual((await readdir(compiled.folder)).sort(), [
    'assets',
    'build',
    'data',
    'fixtures',
    'keep.txt',
    'package.json',
    'src',
  ])
})

test('a download that is under way does not keep the demo from stopping', async () => {
  const { child, origin } = await compiled.start()
  // Nobody reads this one.
  const response = await fetch(origin + LARGE)
  const code = await stop(child, 'SIGTERM')
  assert.equal(code, 0)
  await assert.rejects(response.arrayBuffer())
})

test('a demo that was killed does not lock out the next one', async () => {
  const { child } = await compiled.start()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const next = await compiled.start()
  assert.equal((await fetch(`${next.origin}object/default-file/hello-world/`)).status, 200)
  await stop(next.child, 'SIGTERM')
})

test('a second demo keeps its hands off the data of the first', async () => {
  const first = await compiled.start()
  for (const args of [[], ['--reset']]) {
    const { code, stderr } = await compiled.run(args, { PORT: '0' })
    assert.equal(code, 1)
    assert.match(stderr, new RegExp(`^downloadview demo: .*data is in use by process ${first.child.pid}\\. Stop that`))
  }
  assert.equal((await fetch(`${first.origin}object/default-file/hello-world/`)).status, 200)
  await stop(first.child, 'SIGTERM')
})

test('a port that is taken is told at once, with what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const { code, stderr } = await compiled.run([], { PORT: String(port) })
  other.close()
  assert.equal(code, 1)
  assert.match(stderr, new RegExp(`^downloadview demo: port ${port} is taken.* PORT=8001 npm run demo\\n$`))
})

test('arguments and ports that mean nothing are answered with the usage', async () => {
  for (const [args, port] of [
    [['--resett'], '0'],
    [['now'], '0'],
    [['--reset=yes'], '0'],
    [[], 'http'],
    [[], '65536'],
    [[], '-1'],
  ] as const) {
    const { code, stdout, stderr } = await compiled.run([...args], { PORT: port })
    assert.equal(code, 2, `${args} ${port}`)
    assert.match(stderr, /^downloadview demo: .+\n\nUsage: npm run demo \[-- /)
    assert.equal(stdout, '')
  }
})

test('a bucket that is only half told of is answered with the usage', async () => {
  for (const env of [{ S3_ENDPOINT: 'http://127.0.0.1:1' }, { S3_ENDPOINT: '127.0.0.1:1', S3_BUCKET: 'files' }]) {
    const { code, stderr } = await compiled.run([], { PORT: '0', ...env })
    assert.equal(code, 2)
    assert.match(stderr, /^downloadview demo: S3_ENDPOINT .+\n\nUsage: npm run demo \[-- /)
  }
})

test('--help prints the usage, and starts nothing', async () => {
  const { code, stdout, stderr } = await compiled.run(['--help'], { PORT: '0' })
  assert.equal(code, 0)
  assert.match(stdout, /^Usage: npm run demo/)
  assert.equal(stderr, '')
})

test('a database of another kind is refused, and none is made in its place', async () => {
  const { code, stderr } = await compiled.run([], { PORT: '0', DATABASE_URL: 'mysql://nobody@127.0.0.1/none' })
  assert.equal(code, 1)
  assert.equal(stderr, 'downloadview demo: DATABASE_URL must be the postgres://… of a PostgreSQL server.\n')
  assert.ok(!(await readdir(compiled.folder)).includes('mysql:'), 'A folder of that name was made.')
})

async function untilThere(path: string): Promise<void> {
  const isThere = () =>
    stat(path).then(
      () => true,
      () => false,
    )
  while (!(await isThere())) await new Promise((resolve) => setTimeout(resolve, 20))
}
