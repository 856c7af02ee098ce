import { spawn } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The root of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/**
 * Runs a command in the root, with the tools of node_modules on its path, and shows what it prints.
 *
 * Throws when it fails. A command that stays silent for long gets a sign of life printed.
 */
export async function run(command, args = [], options = {}) {
  const { code, signal } = await withSignOfLife(command, ended(start(command, args, { stdio: 'inherit', ...options })))
  if (code !== 0) throw new Error(`${[command, ...args].join(' ').slice(0, 120)}: ${signal ?? `exit code ${code}`}`)
}

/** Runs a command like {@link run}, and returns what it printed to stdout. A failure throws, with stderr shown. */
export async function output(command, args = [], options = {}) {
  const child = start(command, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options })
  const chunks = []
  child.stdout.on('data', (chunk) => chunks.push(chunk))
  const { code, signal } = await ended(child)
  const text = Buffer.concat(chunks).toString()
  if (code === 0) return text
  process.stdout.write(text)
  throw new Error(`${[command, ...args].join(' ').slice(0, 120)}: ${signal ?? `exit code ${code}`}`)
}

/** Starts a command in the root, with the tools of node_modules on its path. */
export function start(command, args, options) {
  const path = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`
  return spawn(command, args, { cwd: root, ...options, env: { ...process.env, PATH: path, ...options.env } })
}

/** Waits for a child process: its exit code, or the signal that ended it. */
export function ended(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
}

const SIGN_OF_LIFE = 20_000

async function withSignOfLife(command, work) {
  const started = Date.now()
  const timer = setInterval(() => console.log(`  … ${command}, ${seconds(started)}`), SIGN_OF_LIFE)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}

/** The time since a moment, for people. */
export function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`
}

/** Runs a script's work when it is the one that was started, and not when another script imports it. */
export async function main(url, work) {
  if (url !== pathToFileURL(process.argv[1] ?? '').href) return
  try {
    await work()
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
