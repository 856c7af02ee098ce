import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'

/** A program that runs in the foreground as long as a test needs it. */
export interface Program {
  readonly pid: number
  /** Waits until it has printed something, and gives the match. Throws when it ends or a minute passes before. */
  printed(what: RegExp): Promise<RegExpExecArray>
  /** Asks again and again until the answer is yes. Throws when the program ends or a minute passes before. */
  until(isReady: () => Promise<boolean>): Promise<void>
  /** Ends it, and waits until it is gone. */
  stop(): Promise<void>
}

/** Starts a program. It ends with this process, however that ends. */
export async function startProgram(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', name, ...args], {
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin`, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const pid = await pidOf(child)
  const output = collect(child)
  const ended = new Promise((resolve) => child.once('close', resolve))

  async function until(isReady: () => Promise<boolean>): Promise<void> {
    for (const deadline = performance.now() + PATIENCE; !(await isReady()); await pause()) {
      if (hasEnded(child)) throw new Error(`${name} ended:\n${output()}`)
      if (performance.now() > deadline) throw new Error(`${name} is not ready:\n${output()}`)
    }
  }

  return {
    pid,
    until,
    async printed(what) {
      let match: RegExpExecArray | null = null
      await until(async () => {
        match = what.exec(output())
        return match !== null
      })
      return match as unknown as RegExpExecArray
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Runs a program to its end, and gives what it printed. Throws when it fails. */
export async function runProgram(name: string, args: readonly string[]): Promise<string> {
  const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const output = collect(child)
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  if (code !== 0) throw new Error(`${name} ${args.join(' ')}: exit code ${code}\n${output()}`)
  return output()
}

/** Ports that nobody listens on at the moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))))
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

/** Whether a process still runs. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const PATIENCE = 60_000

function pidOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('spawn', () => resolve(child.pid as number))
  })
}

function collect(child: ChildProcess): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk))
  return () => text
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null

const pause = () => new Promise((resolve) => setTimeout(resolve, 20))
