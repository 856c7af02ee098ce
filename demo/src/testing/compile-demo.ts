import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Ended, run } from './run.js'

/** A copy of the demo, compiled like the real one, that is run as a command. */
export interface CompiledDemo {
  readonly folder: string
  spawn(args: string[], env?: NodeJS.ProcessEnv): ChildProcess
  /** Starts it on a port that is free, and waits until it tells its address. */
  start(...args: string[]): Promise<StartedDemo>
  /** Runs it to its end. */
  run(args: string[], env: NodeJS.ProcessEnv): Promise<Ended>
  /** Ends what a failed test has left. Only SIGTERM also ends a server that is in front. */
  killAll(signal?: NodeJS.Signals): void
  remove(): Promise<void>
}

export interface StartedDemo {
  readonly child: ChildProcess
  /** Address with the last slash. */
  readonly origin: string
  readonly output: () => string
}

/** Makes a copy in a folder of its own, with no data yet. */
export async function compileDemo(): Promise<CompiledDemo> {
  const copy = await mkdtemp(join(tmpdir(), 'downloadview-demo-'))
  // Apache does not run as root, and has to pass.
  await chmod(copy, 0o755)
  const folder = join(copy, 'demo')
  await mkdir(folder)
  for (const name of ['assets', 'fixtures', 'package.json', 'src']) {
    await cp(join(REPOSITORY, 'demo', name), join(folder, name), { recursive: true })
  }
  await symlink(join(REPOSITORY, 'node_modules'), join(copy, 'node_modules'))
  await compile(join(folder, 'build'))
  const main = join(folder, 'build/main.js')
  const running = new Set<ChildProcess>()
  const spawnDemo: CompiledDemo['spawn'] = (args, env = { PORT: '0' }) => {
    const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, DATABASE_URL: '', ...env } })
    running.add(child)
    child.on('exit', () => running.delete(child))
    return child
  }
  return {
    folder,
    spawn: spawnDemo,
    start: (...args) => untilStarted(spawnDemo(args)),
    run: (args, env) => run(process.execPath, [main, ...args], folder, { DATABASE_URL: '', ...env }),
    killAll(signal = 'SIGKILL') {
      for (const child of running) child.kill(signal)
    },
    remove: () => rm(copy, { recursive: true, force: true }),
  }
}

/** Both streams, since the demo says nothing on either but its address. */
export function outputOf(child: ChildProcess): () => string {
  let text = ''
  child.stdout?.on('data', (chunk) => {
    text += chunk
  })
  child.stderr?.on('data', (chunk) => {
    text += chunk
  })
  return () => text
}

export async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(child, 'exit')
  child.kill(signal)
  const [code] = await exit
  return code
}

const REPOSITORY = join(import.meta.dirname, '../../..')

async function compile(outDir: string): Promise<void> {
  const args = ['node_modules/typescript/bin/tsc', '--project', 'demo/tsconfig.json', '--outDir', outDir]
  const { code, stdout } = await run(process.execPath, args, REPOSITORY)
  assert.equal(code, 0, stdout)
}

async function untilStarted(child: ChildProcess): Promise<StartedDemo> {
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
