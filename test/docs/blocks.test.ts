import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { pages, QUOTED_BLOCK, root, sourceOf } from './quotes.js'

for (const page of pages) {
  const text = readFileSync(join(root, page), 'utf8')

  test(`every TypeScript block of ${page} stands in a file that is compiled and run`, () => {
    const blocks = text.match(/^```(?:ts|js|typescript|javascript)$/gm) ?? []
    const quoted = [...text.matchAll(QUOTED_BLOCK)]
    assert.equal(quoted.length, blocks.length, 'each has a line <!-- from FILE --> before it')
    for (const [, , source = '', code = ''] of quoted) assert.equal(code, sourceOf(source), 'npm run quote')
  })

  test(`every relative link of ${page} leads somewhere`, () => {
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target = '']) => target)
    assert.deepEqual(
      targets.filter((target) => !existsSync(join(root, dirname(page), target))),
      [],
    )
  })
}
