import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pages, QUOTED_BLOCK, root, sourceOf, WRITTEN_BLOCK, writtenFor } from './quotes.js'

// Brings the code that the pages quote up to date: `npm run quote`.
for (const page of pages) {
  const path = join(root, page)
  const before = readFileSync(path, 'utf8')
  let after = before.replace(QUOTED_BLOCK, (_, head: string, source: string) => `${head}${sourceOf(source)}\`\`\``)
  for (const [block, head = '', server = '', file = ''] of before.matchAll(WRITTEN_BLOCK)) {
    const written = await writtenFor(server, file)
    after = after.replace(block, () => `${head}${written}\`\`\``)
  }
  if (after === before) continue
  writeFileSync(path, after)
  console.log(`quoted anew: ${page}`)
}
