import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A contender that answers. */
export interface Server {
  readonly port: number
  /** Those that do its work. */
  readonly processes: readonly WorkerProcess[]
  stop(): Promise<void>
}

export interface WorkerProcess {
  /** What kind it is: `node` or `nginx`. */
  readonly name: string
  readonly pid: number
}

/** Starts a file of `contenders/` in a process of its own, as in production, and waits until it answers. */
export async function startFile(file: string, env: Record<string, string>): Promise<Server> {
  const child = fork(fileURLToPath(new URL(`../contenders/${file}.mjs`, import.meta.url)), [], {
    // Without the loader that the driver itself runs by.
    execArgv: [],
    env: { ...process.env, ...QUIET, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const { port, processes } = await readyMessage(child, file)
  return { port, processes, stop: () => stop(child) }
}

const QUIET = { NODE_OPTIONS: '', NODE_ENV: 'production', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' }

interface Ready {
  readonly port: number
  readonly processes: readonly WorkerProcess[]
}

/** What a contender prints later, such as that a client has gone, is of no interest. */
function readyMessage(child: ChildProcess, file: string): Promise<Ready> {
  return new Promise((resolve, reject) => {
    let errors = ''
    child.stderr?.on('data', (chunk) => {
      errors = `${errors}${chunk}`.slice(0, 1000)
    })
    child.once('message', (message) => resolve(message as Ready))
    child.once('error', reject)
    child.once('close', (code, signal) => {
      reject(new Error(`${file} ended before it answered: ${errors.trim() || signal || `exit code ${code}`}`))
    })
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  // A contender that hears this ends what it has started, then itself.
  child.disconnect()
  await gone
}
