import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, run, seconds } from './run.mjs'

/** Installs what building, the demo and the tests need, unless it is there. */
export async function installEverything() {
  await install('everything', (entry) => !entry.optional, ['--include=dev'])
}

/**
 * Installs what building and the demo need, unless it is there.
 *
 * The tools of the tests are the development dependencies of the `test` workspace, so `--omit=dev` leaves them out. (A
 * `--workspace demo` would not: the demo depends on the library, whose folder is the root of all workspaces.) What the
 * tests install may also be an optional peer of what the demo needs, and then only goes with `--omit=optional` as well.
 */
export async function installDemo() {
  // npm removes what it omits, and with it the tools of somebody who also runs the tests.
  if (existsSync(join(root, 'node_modules', 'tsx'))) return installEverything()
  await install('the demo', (entry) => !entry.dev && !entry.optional && !entry.devOptional, [
    '--omit=dev',
    '--omit=optional',
  ])
}

async function install(what, isNeeded, options) {
  if (isInstalled(isNeeded)) return console.log(`npm packages for ${what}: there`)
  const started = Date.now()
  console.log(`npm packages for ${what}: installing, about 10 to 60 seconds…`)
  await run('npm', ['ci', ...options])
  console.log(`npm packages for ${what}: installed in ${seconds(started)}`)
}

/** Compares with npm's own record of what it installed, since times of files say little after a checkout. */
function isInstalled(isNeeded) {
  const installed = packagesOf(join('node_modules', '.package-lock.json'))
  return Object.entries(packagesOf('package-lock.json'))
    .filter(([path, entry]) => path.includes('node_modules/') && isNeeded(entry))
    .every(([path, entry]) => installed[path]?.version === entry.version)
}

function packagesOf(lockfile) {
  const path = join(root, lockfile)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {}
}
