import { readFileSync } from 'node:fs'

/**
 * Reads a source file of the demo, cut at its `// #region name` marks. A region in several places is joined.
 *
 * What the home page quotes is then what runs. `file` is relative to `src/`, which is beside the compiled `build/`.
 */
export function readRegions(file: string): ReadonlyMap<string, string> {
  const source = readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8')
  const regions = new Map<string, string>()
  for (const [, name = '', text = ''] of source.matchAll(REGION)) {
    const before = regions.get(name)
    regions.set(name, before === undefined ? dedent(text) : `${before}\n\n${dedent(text)}`)
  }
  return regions
}

const REGION = /^ *\/\/ #region (\S+)\n(.*?)\n *\/\/ #endregion$/gms

function dedent(text: string): string {
  const indent = /^ */.exec(text)?.[0] ?? ''
  return text.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
}
