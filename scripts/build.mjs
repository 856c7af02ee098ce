import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { filesIn, isSource, newest } from './lib/files.mjs'
import { main, root, run, seconds } from './lib/run.mjs'

/** Builds src/ into a fresh dist/. A failed build leaves the former dist/ alone. */
export async function build() {
  const started = Date.now()
  const next = join(root, 'dist.next')
  rmSync(next, { recursive: true, force: true })
  await run('tsc', ['--project', 'tsconfig.build.json', '--outDir', 'dist.next'])
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  renameSync(next, join(root, 'dist'))
  console.log(`dist: built from ${filesIn('src').filter(isSource).length} files in ${seconds(started)}`)
}

/** Tells whether dist/ is newer than all that it is made of. */
export function isBuilt() {
  if (!existsSync(join(root, 'dist', 'index.js'))) return false
  const sources = [...filesIn('src').filter(isSource), 'tsconfig.json', 'tsconfig.build.json']
  return newest(sources) <= newest(['dist/index.js'])
}

await main(import.meta.url, build)
