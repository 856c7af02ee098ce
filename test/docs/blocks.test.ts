import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = ['README.md', 'CONTRIBUTING.md', ...pagesBelow('docs')]

for (const page of pages) {
  const text = readFileSync(join(root, page), 'utf8')

  test(`every TypeScript block of ${page} stands in a file that is compiled and run`, () => {
    const blocks = text.match(/^```(?:ts|js|typescript|javascript)$/gm) ?? []
    const quoted = [...text.matchAll(QUOTED_BLOCK)]
    assert.equal(
      quoted.length,
      blocks.length,
      'each has the line <!-- from FILE --> or <!-- from FILE#REGION --> before it',
    )
    for (const [, source = '', code = ''] of quoted) assert.equal(code, sourceOf(source))
  })

  test(`every relative link of ${page} leads somewhere`, () => {
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target = '']) => target)
    assert.deepEqual(
      targets.filter((target) => !existsSync(join(root, dirname(page), target))),
      [],
    )
  })
}

const QUOTED_BLOCK = /^<!-- from (\S+) -->\n```(?:ts|js)\n(.*?)^```$/gms

/** A whole file, or what stands between its `// #region` marks; several of one name are joined. */
function sourceOf(source: string): string {
  const [file = '', region] = source.split('#')
  const text = readFileSync(join(root, file), 'utf8')
  if (region === undefined) return text
  const parts = [...text.matchAll(/^ *\/\/ #region (\S+)\n(.*?\n) *\/\/ #endregion$/gms)].filter(
    ([, name]) => name === region,
  )
  return parts.map(([, , part = '']) => dedent(part)).join('\n')
}

function dedent(text: string): string {
  const indent = /^ */.exec(text)?.[0] ?? ''
  return text.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
}

function pagesBelow(folder: string): string[] {
  const pages = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  return pages.filter((page) => page.endsWith('.md')).map((page) => join(folder, page))
}
