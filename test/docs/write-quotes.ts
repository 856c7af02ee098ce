import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pages, QUOTED_BLOCK, root, sourceOf } from './quotes.js'

// Brings the code that the pages quote up to date: `npm run quote`.
for (const page of pages) {
  const path = join(root, page)
  const before = readFileSync(path, 'utf8')
  const after = before.replace(QUOTED_BLOCK, (_, head: string, source: string) => `${head}${sourceOf(source)}\`\`\``)
  if (after === before) continue
  writeFileSync(path, after)
  console.log(`quoted anew: ${page}`)
}
