import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** How a child process ended, and what it printed. */
export interface ChildResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
  readonly errors: string
}

/** A limit of the system on the child, as `prlimit` names it: `{ nofile: 64 }`. */
export type Limits = Readonly<Record<string, number>>

/** Runs a module in a Node of its own to its end. It may import from `./src/`; `args` are `process.argv.slice(1)`. */
export async function runChild(
  module: string,
  args: readonly string[] = [],
  limits: Limits = {},
): Promise<ChildResult> {
  const child = startChild(module, args, limits)
  const [output, errors] = await Promise.all([textOf(child.stdout), textOf(child.stderr), ended(child)])
  return { code: child.exitCode, signal: child.signalCode, output, errors }
}

/** Starts a module as {@link runChild} does. */
export function startChild(module: string, args: readonly string[] = [], limits: Limits = {}): ChildProcess {
  const options = Object.entries(limits).map(([name, value]) => `--${name}=${value}`)
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', module, ...args]
  const [command = '', ...rest] = options.length > 0 ? ['prlimit', ...options, ...node] : node
  return spawn(command, rest, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Waits until the process is gone. */
export function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', () => resolve())
  })
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Collects all that a stream gives. */
export async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = ''
  for await (const chunk of stream ?? []) text += chunk
  return text
}
