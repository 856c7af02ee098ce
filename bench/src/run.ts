import type { Figures, WorkFigures } from './figures.js'
import { thisMachine } from './machine.js'
import type { Times } from './measure.js'
import type { Options } from './options.js'
import { Progress } from './progress.js'
import { runTogether } from './rounds.js'
import { aligned, rowsOf } from './table.js'
import { createTree, removeTree } from './tree.js'
import { stagesOf, type Work } from './works.js'

/** Measures works stage by stage, and prints each when it is done. */
export function runAll({ works, rounds, seconds }: Pick<Options, 'works' | 'rounds' | 'seconds'>): Promise<Figures> {
  const times = { warmUp: 500, warmAnswers: 10_000, measured: seconds * 1000 }
  const progress = new Progress(works, rounds, times)
  return withFiles(works, async (root) => {
    const done: WorkFigures[] = []
    for (const stage of stagesOf(works)) {
      const found = await runTogether(stage, { root, rounds, times, onTurn: (...turn) => progress.turn(...turn) })
      done.push(...found)
      progress.clear()
      for (const [at, each] of found.entries()) printWork(stage[at] as Work, each)
    }
    return { ...describeRun(rounds, times), works: done }
  })
}

/** Makes the files that works ask for, and removes them again, also when somebody ends the run. */
export async function withFiles<T>(works: readonly Work[], use: (root: string) => Promise<T>): Promise<T> {
  const count = Math.max(0, ...works.map(({ files = 0 }) => files))
  if (count > 1000) console.log(`making ${count.toLocaleString('en')} small files…`)
  const root = createTree(count)
  const end = () => {
    removeTree(root)
    process.exit(1)
  }
  process.once('SIGINT', end).once('SIGTERM', end)
  try {
    return await use(root)
  } finally {
    removeTree(root)
    process.off('SIGINT', end).off('SIGTERM', end)
  }
}

/** What a reader of the figures has to know of the run. */
export function describeRun(rounds: number, { measured }: Times): Omit<Figures, 'works'> {
  return { date: new Date().toISOString().slice(0, 10), machine: thisMachine(), rounds, milliseconds: measured }
}

function printWork(work: Work, figures: WorkFigures): void {
  console.log(`\n${work.title} (${work.name})\n${aligned(rowsOf(figures, work.reference))}`)
}
