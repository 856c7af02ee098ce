import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Folder of the project. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** What users import by one name, and the source that it is. */
export interface Door {
  readonly door: string
  readonly source: string
}

/** The doors of the package, in the order in which package.json opens them. */
export function doors(): Door[] {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
  return Object.entries(exports).flatMap(([path, target]) => {
    if (typeof target === 'string') return []
    const source = target.types.replace('./dist/', 'src/').replace(/\.d\.ts$/, '.ts')
    return [{ door: path === '.' ? name : name + path.slice(1), source }]
  })
}

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>
}
