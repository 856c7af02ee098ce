import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.mjs'

/** Paths of all files below a folder of the repository, relative to its root and sorted. No folder, no files. */
export function filesIn(folder) {
  const from = join(root, folder)
  if (!existsSync(from)) return []
  return readdirSync(from, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules')
    .flatMap((entry) => (entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort()
}

/** When the newest of some files was written; 0 without any. */
export function newest(files) {
  return Math.max(0, ...files.map((file) => statSync(join(root, file)).mtimeMs))
}

export const isTest = (file) => file.endsWith('.test.ts')
export const isFullTest = (file) => file.endsWith('.full.test.ts')
export const isSource = (file) => file.endsWith('.ts') && !isTest(file)
