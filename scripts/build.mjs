import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { packNative } from './build-native.mjs'
import { filesIn, isSource, newest } from './lib/files.mjs'
import { main, root, run, seconds } from './lib/run.mjs'

/** Builds src/ into a fresh dist/. A failed build leaves the former dist/ alone. */
export async function build() {
  const started = Date.now()
  const next = join(root, 'dist.next')
  rmSync(next, { recursive: true, force: true })
  await run('tsc', ['--project', 'tsconfig.build.json', '--outDir', 'dist.next', ...withoutPeers()])
  packNative(next)
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  renameSync(next, join(root, 'dist'))
  console.log(`dist: built from ${filesIn('src').filter(isSource).length} files in ${seconds(started)}`)
}

/** Who only wants the demo has not installed what some doors are for, whose types cannot be checked then. */
function withoutPeers() {
  const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const isThere = (name) => existsSync(join(root, 'node_modules', name))
  return Object.keys(peerDependencies).every(isThere) ? [] : ['--noCheck']
}

/** Tells whether dist/ is newer than all that it is made of. */
export function isBuilt() {
  if (!existsSync(join(root, 'dist', 'index.js'))) return false
  const sources = [...filesIn('src').filter(isSource), 'tsconfig.json', 'tsconfig.build.json']
  return newest(sources) <= newest(['dist/index.js'])
}

await main(import.meta.url, build)
