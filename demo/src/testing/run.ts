import { spawn } from 'node:child_process'

/** How a program ended, and what it printed. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, LC_ALL: 'C.UTF-8', ...env } })
    const ended = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk) => (ended.stdout += chunk))
    child.stderr.on('data', (chunk) => (ended.stderr += chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...ended }))
  })
}
