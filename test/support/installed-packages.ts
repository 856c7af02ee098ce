import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ended } from './child.js'

/**
 * Gives a folder with a `node_modules` of packages that must not be beside those of this project, such as another major.
 * They are installed by npm unless they are there, each as `name@version`.
 *
 * @throws Error when npm fails.
 */
export async function installedPackages(name: string, packages: readonly string[]): Promise<string> {
  const folder = join(CACHE, name)
  if (!(await isThere(folder))) await install(name, packages, folder)
  return folder
}

/** `npm ci` clears it. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/packages', import.meta.url))

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** Installs aside and moves the whole: a folder with its own name is never half of one, whoever installs at once. */
async function install(name: string, packages: readonly string[], folder: string): Promise<void> {
  console.log(`${name}: installing…`)
  await mkdir(CACHE, { recursive: true })
  const aside = await mkdtemp(`${folder}.`)
  try {
    await npmInstall(packages, aside)
    await rename(aside, folder).catch(async (error: NodeJS.ErrnoException) => {
      // Another test file was faster.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  console.log(`${name}: installed`)
}

async function npmInstall(packages: readonly string[], prefix: string): Promise<void> {
  const options = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts']
  const npm = spawn('npm', ['install', '--prefix', prefix, ...options, ...packages], { stdio: 'inherit' })
  await ended(npm)
  if (npm.exitCode !== 0) throw new Error(`npm install ${packages.join(' ')}: exit code ${npm.exitCode}`)
}
