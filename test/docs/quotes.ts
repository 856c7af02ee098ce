import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Folder of the project. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** The pages that quote code, relative to {@link root}. */
export const pages: readonly string[] = ['README.md', 'CONTRIBUTING.md', ...pagesBelow('docs')]

/** A block of code that stands in a file as well: `<!-- from FILE -->` or `<!-- from FILE#REGION -->` is before it. */
export const QUOTED_BLOCK = /^(<!-- from (\S+) -->\n```(?:ts|js)\n)(.*?)^```$/gms

/** A whole file, or what stands between its `// #region` marks; several of one name are joined. */
export function sourceOf(source: string): string {
  const [file = '', region] = source.split('#')
  const text = readFileSync(join(root, file), 'utf8')
  if (region === undefined) return text
  const parts = [...text.matchAll(/^ *\/\/ #region (\S+)\n(.*?\n) *\/\/ #endregion$/gms)]
  return parts
    .filter(([, name]) => name === region)
    .map(([, , part = '']) => dedent(part))
    .join('\n')
}

function dedent(text: string): string {
  const indent = /^ */.exec(text)?.[0] ?? ''
  return text.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
}

function pagesBelow(folder: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  return files.filter((file) => file.endsWith('.md')).map((file) => join(folder, file))
}
