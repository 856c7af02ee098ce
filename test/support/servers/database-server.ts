import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A database server of our own, with an empty database. */
export interface DatabaseServer {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
  /** Address as drivers take it. */
  readonly url: string
  stop(): Promise<void>
}

/** A program, its arguments, and what it prints once it can be used. */
export interface ServerProgram {
  readonly program: string
  readonly args: readonly string[]
  readonly ready: RegExp
  /** How it is told to end. */
  readonly stopSignal: NodeJS.Signals
}

/** Makes a folder below the temporary one that belongs to a user, and is removed by `remove()`. */
export function folderOf(user: User, name: string): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `downloadview-${name}-`))
  if (user.uid !== undefined) chownSync(path, user.uid, user.gid as number)
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Who runs a server: no database server wants to be root. */
export interface User {
  readonly uid?: number
  readonly gid?: number
}

/** The system's user of a server when we are root and may become it, else ourselves. */
export function userOf(name: string): User {
  if (process.getuid?.() !== 0) return {}
  const id = (option: string) => Number(execFileSync('id', [option, name], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** Runs a program to its end. */
export function runAs(user: User, program: string, args: readonly string[]): void {
  execFileSync(program, args, { ...user, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] })
}

/** Starts a program in the foreground and waits until it says that it is ready. Returns what stops it. */
export async function launch(user: User, server: ServerProgram): Promise<() => Promise<void>> {
  // A test process that is killed must not leave its server behind, and hears of nothing any more.
  const dieWithUs = ['--pdeathsig', server.stopSignal.replace('SIG', ''), '--', server.program]
  const child = spawn('setpriv', [...dieWithUs, ...server.args], {
    ...user,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await untilReady(child, server)
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const closed = new Promise((resolve) => child.once('close', resolve))
    child.kill(server.stopSignal)
    await closed
  }
}

function untilReady(child: ChildProcess, { program, ready }: ServerProgram): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = ''
    child.once('error', reject)
    child.once('close', (code) => reject(new Error(`${program} ended with ${code}:\n${log}`)))
    child.stderr?.on('data', (text) => {
      log += text
      if (ready.test(log)) resolve()
    })
  })
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
