import { failureLines } from './failures.js'
import { markLines } from './mark-lines.js'
import { marksOf } from './marks.js'
import { readOptions, usage } from './options.js'
import { readFigures, redraw, writeFigures } from './page-files.js'
import { runQuick } from './quick.js'
import { runAll } from './run.js'

try {
  await bench()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

/** Does what the command line asks for. */
async function bench(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  if (options.mode === 'help') return console.log(usage())
  if (options.mode === 'report') return redraw()
  if (options.mode === 'marks') return console.log(markLines(marksOf(await readFigures())))
  const figures = await (options.mode === 'quick' ? runQuick() : runAll(options))
  console.log(markLines(marksOf(figures), options))
  console.log(failureLines(figures))
  if (options.mode === 'run') await writeFigures(figures, options)
}
