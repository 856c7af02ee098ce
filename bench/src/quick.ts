import type { Figures } from './figures.js'
import { narrowed } from './options.js'
import { runTogether } from './rounds.js'
import { describeRun, withFiles } from './run.js'
import { WORKS } from './works.js'

/**
 * Measures what the marks need, in under a minute: all works with the same servers, in one short round, and of the peers
 * only those that come out best.
 */
export function runQuick(): Promise<Figures> {
  const works = WORKS.flatMap((work) => narrowed(work, CONTENDERS[work.name] ?? work.contenders))
  return withFiles(works, async (root) => {
    const figures = await runTogether(works, { root, rounds: ROUNDS, times: TIMES, onTurn: () => {} })
    return { ...describeRun(ROUNDS, TIMES), works: figures }
  })
}

const ROUNDS = 1
const TIMES = { warmUp: 200, warmAnswers: 2000, measured: 300 }

const ALONE = ['downloadview']
const TO_MEMORY = ['downloadview', 'memory']
const SMALL = [
  ...['downloadview', 'memory', 'send', 'sirv', 'pipe'],
  ...['downloadview-express', 'express', 'downloadview-fastify', 'fastify-static', 'downloadview-hono', 'hono'],
]
const LARGE = ['downloadview', 'downloadview-js', 'send', 'nginx']

/** Who takes part in works on files. In the others, everybody does. */
const CONTENDERS: Readonly<Record<string, readonly string[]>> = {
  '1-KiB': SMALL,
  '1-KiB-1': TO_MEMORY,
  '1-KiB-1000': TO_MEMORY,
  '64-KiB': SMALL,
  '1-MiB': LARGE,
  '100-MiB': LARGE,
  '304': ['downloadview', 'send', 'sirv', 'fastify-static'],
  range: [],
  'files-10': ALONE,
  'files-100k': ALONE,
  'files-cold': ['downloadview', 'send', 'pipe'],
}
