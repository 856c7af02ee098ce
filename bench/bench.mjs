import { spawnSync } from 'node:child_process'
import { build, isBuilt } from '../scripts/build.mjs'
import { installEverything } from '../scripts/lib/install.mjs'
import { ended, main, start } from '../scripts/lib/run.mjs'

/** Installs and builds what is missing, then measures. `npm run bench -- --help` tells the options. */
async function bench() {
  const args = process.argv.slice(2)
  if (!args.some((arg) => NEEDS_NOTHING.includes(arg))) await prepare(args)
  const { code } = await ended(start('tsx', ['bench/src/main.ts', ...args], { stdio: 'inherit' }))
  process.exitCode = code ?? 1
}

/** These read what was measured before. */
const NEEDS_NOTHING = ['--help', '--report', '--marks']

async function prepare(args) {
  requirePrograms()
  await installEverything()
  // What is measured is what users get: the built package.
  if (!args.includes('--no-build') && !isBuilt()) await build()
}

/** `npm test` needs nginx as well, but not wrk. */
function requirePrograms() {
  const missing = PROGRAMS.filter((name) => spawnSync(name, ['-v']).error !== undefined)
  if (missing.length === 0) return
  throw new Error(
    `These programs are missing. Run:\n  sudo apt-get update && sudo apt-get install -y ${missing.join(' ')}`,
  )
}

/** Named like their Debian packages. */
const PROGRAMS = ['wrk', 'nginx']

await main(import.meta.url, bench)
