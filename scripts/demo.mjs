import { build, isBuilt } from './build.mjs'
import { installDemo } from './lib/install.mjs'
import { ended, main, run, start } from './lib/run.mjs'

/** Starts the demo, and first makes what it needs and is not there. Arguments go on to the demo. */
async function demo() {
  await installDemo()
  if (isBuilt()) console.log('dist: there, newer than src')
  else await build()
  console.log('demo: building')
  await run('tsc', ['--project', 'demo/tsconfig.json'])
  console.log('demo: starting')
  process.exitCode = await exitCodeOf(
    start('node', ['demo/build/main.js', ...process.argv.slice(2)], { stdio: 'inherit' }),
  )
}

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }

async function exitCodeOf(child) {
  for (const name of Object.keys(SIGNALS)) process.on(name, () => forward(name, child))
  const { code, signal } = await ended(child)
  return code ?? 128 + (SIGNALS[signal] ?? 0)
}

function forward(signal, child) {
  // A terminal sends Ctrl-C to the demo as well; twice would look like somebody in a hurry.
  if (signal === 'SIGINT' && process.stdin.isTTY) return
  child.kill(signal)
}

await main(import.meta.url, demo)
