import { filesIn, isSource } from './lib/files.mjs'
import { main, output } from './lib/run.mjs'

/** Checks the imports of src/ against the rules of .dependency-cruiser.cjs. */
async function checkLayering() {
  const report = await output('depcruise', ['src', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'])
  const { modules, summary } = JSON.parse(report)
  checkThatAllWasRead(modules)
  for (const { rule, from, to } of summary.violations) console.error(`  ${rule.name}: ${from} → ${to}`)
  const { length } = summary.violations
  console.log(
    `layering: ${modules.length} modules, ${summary.totalDependenciesCruised} dependencies, ${length} violations`,
  )
  if (length > 0) throw new Error('layering: see .dependency-cruiser.cjs for what each rule is for')
}

/** dependency-cruiser finds no module, and so no violation, when it cannot use the installed TypeScript. */
function checkThatAllWasRead(modules) {
  const read = new Set(modules.map(({ source }) => source))
  const unread = filesIn('src')
    .filter(isSource)
    .filter((file) => !read.has(file))
  if (unread.length > 0) throw new Error(`layering: ${unread.length} files were not read: ${unread.join(', ')}`)
  if (read.size === 0) throw new Error('layering: src/ is empty')
}

await main(import.meta.url, checkLayering)
