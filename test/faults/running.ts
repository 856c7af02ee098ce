import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { RawConnection, type RawReply, type RawRequest, writeRequest } from '../http/raw.js'

/** A fault as the application was told of it; `reason` is the code of its cause. */
export interface Told {
  readonly code: string
  readonly status: number
  readonly retryAfter?: number
  readonly message: string
  readonly reason?: string
}

/** The application of `child/application.ts`, in a process of its own. */
export interface Running {
  readonly origin: string
  /** What it was told of faults. */
  readonly faults: readonly Told[]
  /** What it wrote to its log beside that. */
  readonly errors: readonly string[]
  /** Asks by a connection that is there already: when no descriptors are left, no other can be made. */
  ask(target: string, request?: Partial<RawRequest>): Promise<RawReply>
  /** Gives it a command, and tells what that gave. */
  command(path: string, request?: Partial<RawRequest>): Promise<unknown>
}

/** How the application is run. */
export interface RunOptions {
  /** The folder of its files. */
  readonly root: string
  /** The address of a file elsewhere. */
  readonly elsewhere?: string
  /** A command that runs another command: `['prlimit', '--nofile=64']`. */
  readonly within?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Runs the application until the test has ended. */
export async function runApplication(
  test: Pick<TestContext, 'after'>,
  { root, elsewhere, within = [], env = {} }: RunOptions,
): Promise<Running> {
  const node = [process.execPath, '--import', 'tsx', APPLICATION, root, ...(elsewhere === undefined ? [] : [elsewhere])]
  const [command = '', ...args] = [...within, ...node]
  const child = spawn(command, args, { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  const ended = new Promise((resolve) => child.once('close', resolve))
  let connection: RawConnection | undefined
  test.after(async () => {
    connection?.destroy()
    child.kill('SIGKILL')
    await ended
  })
  const faults: Told[] = []
  const errors: string[] = []
  createInterface(child.stderr).on('line', (line) => errors.push(line))
  const port = await new Promise<string>((resolve, reject) => {
    const lines = createInterface(child.stdout)
    lines.once('line', (first) => {
      resolve(first)
      lines.on('line', (line) => faults.push(JSON.parse(line)))
    })
    void ended.then(() => reject(new Error(`The application did not start:\n${errors.join('\n')}`)))
  })
  const origin = `http://127.0.0.1:${port}`
  const ask: Running['ask'] = async (target, request = {}) => {
    if (connection === undefined || connection.ending !== 'open') connection = await RawConnection.open(origin)
    connection.send(writeRequest({ target, ...request }))
    return connection.reply(request.method)
  }
  return {
    origin,
    faults,
    errors,
    ask,
    command: async (path, request) => JSON.parse((await ask(path, request)).body.toString()),
  }
}

/** System calls on some files of a process that fail when a test says so. */
export interface FaultyCalls {
  readonly env: Readonly<Record<string, string>>
  /** From now on this call fails. */
  fail(call: 'open' | 'read' | 'write' | 'fsync'): void
  /** From now on all calls do what they should. */
  mend(): void
}

/** Lets system calls fail on files that have `mark` in their path, with an error of the system by its number. */
export function faultyCalls(mark: string, number: number): FaultyCalls {
  library ??= buildLibrary()
  const control = join(library.folder, `switch-${++switches}`)
  return {
    env: {
      LD_PRELOAD: library.path,
      FAULTY_PATH: mark,
      FAULTY_ERRNO: String(number),
      FAULTY_SWITCH: control,
    },
    fail: (call) => writeFileSync(control, call),
    mend: () => unlinkSync(control),
  }
}

let library: { readonly folder: string; readonly path: string } | undefined
let switches = 0

function buildLibrary(): { readonly folder: string; readonly path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'downloadview-faulty-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'faulty-calls.so')
  const source = fileURLToPath(new URL('child/faulty-calls.c', import.meta.url))
  execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-o', path, source, '-ldl'])
  return { folder, path }
}

/** Runs a command in a small file system of its own that lies on a folder. It is gone with its last process. */
export function onSmallDisk(folder: string, size: string): readonly string[] {
  const user = process.getuid?.() === 0 ? [] : ['--map-root-user']
  const mount = `mount -t tmpfs -o size=${size} none "$0" && exec "$@"`
  return ['unshare', ...user, '--mount', 'sh', '-c', mount, folder]
}

const APPLICATION = fileURLToPath(new URL('child/application.ts', import.meta.url))
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
