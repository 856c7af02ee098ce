import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { run } from './testing/run.js'

const REPOSITORY = join(import.meta.dirname, '../..')
const LARGE = 'storage/static-path/20-MiB.bin'

/** A copy, compiled like the real one: the data of the real one is somebody's. */
let demo: string
before(async () => {
  const copy = await mkdtemp(join(tmpdir(), 'downloadview-demo-'))
  demo = join(copy, 'demo')
  await mkdir(demo)
  for (const name of ['assets', 'fixtures', 'package.json', 'src']) {
    await cp(join(REPOSITORY, 'demo', name), join(demo, name), { recursive: true })
  }
  await symlink(join(REPOSITORY, 'node_modules'), join(copy, 'node_modules'))
  const compile = [
    'node_modules/typescript/bin/tsc',
    '--project',
    'demo/tsconfig.json',
    '--outDir',
    join(demo, 'build'),
  ]
  const { code, stdout } = await run(process.execPath, compile, REPOSITORY)
  assert.equal(code, 0, stdout)
})
after(() => rm(join(demo, '..'), { recursive: true, force: true }))

const running = new Set<ChildProcess>()
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
})

test('a demo that is still setting itself up stops in good order, and the next one works', async () => {
  const child = spawnDemo([])
  const output = outputOf(child)
  // The first start of all: by then it has begun to make its database, and has not finished.
  await untilThere(join(demo, 'data/database'))
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  assert.deepEqual([code, output()], [0, ''])
  const next = await start()
  assert.equal((await fetch(`${next.origin}object/default-file/hello-world/`)).status, 200)
  await stop(next.child, 'SIGTERM')
})

test('the demo prints its address, serves, and stops at once when it is asked to', async () => {
  const { child, origin, output } = await start()
  assert.equal((await fetch(origin)).status, 200)
  const code = await stop(child, 'SIGTERM')
  assert.equal(code, 0)
  assert.deepEqual(output(), `downloadview demo: ${origin}\n`)
})

test('a second start keeps the data, so that a client need not fetch a file again', async () => {
  const first = await start()
  const etag = (await fetch(first.origin + LARGE, { method: 'HEAD' })).headers.get('ETag') ?? ''
  await writeFile(join(demo, 'data/shelf/mine.txt'), 'mine')
  await stop(first.child, 'SIGINT')
  const second = await start()
  assert.equal((await fetch(second.origin + LARGE, { headers: { 'If-None-Match': etag } })).status, 304)
  assert.equal(await (await fetch(`${second.origin}storage/static-path/mine.txt`)).text(), 'mine')
  assert.equal((await fetch(`${second.origin}object/default-file/hello-world/`)).status, 200)
  await stop(second.child, 'SIGINT')
})

test('--reset starts afresh, and removes nothing but the data', async () => {
  await mkdir(join(demo, 'data/shelf'), { recursive: true })
  await writeFile(join(demo, 'data/shelf/mine.txt'), 'mine')
  await writeFile(join(demo, 'keep.txt'), 'keep')
  await symlink(demo, join(demo, 'data/shelf/link'))
  const { child, origin } = await start('--reset')
  assert.equal((await fetch(`${origin}storage/static-path/mine.txt`)).status, 404)
  assert.equal((await fetch(`${origin}storage/static-path/1.txt`)).status, 200)
  await stop(child, 'SIGTERM')
  assert.deepEqual((await readdir(demo)).sort(), [
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
  const { child, origin } = await start()
  // Nobody reads this one.
  const response = await fetch(origin + LARGE)
  const code = await stop(child, 'SIGTERM')
  assert.equal(code, 0)
  await assert.rejects(response.arrayBuffer())
})

test('a demo that was killed does not lock out the next one', async () => {
  const { child } = await start()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const next = await start()
  assert.equal((await fetch(`${next.origin}object/default-file/hello-world/`)).status, 200)
  await stop(next.child, 'SIGTERM')
})

test('a second demo keeps its hands off the data of the first', async () => {
  const first = await start()
  for (const args of [[], ['--reset']]) {
    const { code, stderr } = await runDemo(args, { PORT: '0' })
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
  const { code, stderr } = await runDemo([], { PORT: String(port) })
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
    const { code, stdout, stderr } = await runDemo([...args], { PORT: port })
    assert.equal(code, 2, `${args} ${port}`)
    assert.match(stderr, /^downloadview demo: .+\n\nUsage: npm run demo \[-- --reset\]/)
    assert.equal(stdout, '')
  }
})

test('--help prints the usage, and starts nothing', async () => {
  const { code, stdout, stderr } = await runDemo(['--help'], { PORT: '0' })
  assert.equal(code, 0)
  assert.match(stdout, /^Usage: npm run demo/)
  assert.equal(stderr, '')
})

test('a database of another kind is refused, and none is made in its place', async () => {
  const { code, stderr } = await runDemo([], { PORT: '0', DATABASE_URL: 'mysql://nobody@127.0.0.1/none' })
  assert.equal(code, 1)
  assert.equal(stderr, 'downloadview demo: DATABASE_URL must be the postgres://… of a PostgreSQL server.\n')
  assert.ok(!(await readdir(demo)).includes('mysql:'))
})

function spawnDemo(args: string[], env: NodeJS.ProcessEnv = { PORT: '0' }): ChildProcess {
  const child = spawn(process.execPath, [join(demo, 'build/main.js'), ...args], {
    env: { ...process.env, DATABASE_URL: '', ...env },
  })
  running.add(child)
  child.on('exit', () => running.delete(child))
  return child
}

async function start(...args: string[]): Promise<{ child: ChildProcess; origin: string; output: () => string }> {
  const child = spawnDemo(args)
  const output = outputOf(child)
  const origin = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const address = /http:\S+/.exec(output())
      if (address !== null) resolve(address[0])
    })
    child.on('exit', (code) => reject(new Error(`ended with ${code}: ${output()}`)))
  })
  return { child, origin, output }
}

/** Both streams, since the demo says nothing on either but its address. */
function outputOf(child: ChildProcess): () => string {
  let text = ''
  child.stdout?.on('data', (chunk) => {
    text += chunk
  })
  child.stderr?.on('data', (chunk) => {
    text += chunk
  })
  return () => text
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(child, 'exit')
  child.kill(signal)
  const [code] = await exit
  return code
}

function runDemo(args: string[], env: NodeJS.ProcessEnv) {
  return run(process.execPath, [join(demo, 'build/main.js'), ...args], demo, { DATABASE_URL: '', ...env })
}

async function untilThere(path: string): Promise<void> {
  const isThere = () =>
    stat(path).then(
      () => true,
      () => false,
    )
  while (!(await isThere())) await new Promise((resolve) => setTimeout(resolve, 20))
}
