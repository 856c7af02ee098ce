import { parseArgs } from 'node:util'
import { contender, FILE_SERVERS, PAIRS } from './contenders.js'
import { WORKS, type Work, work } from './works.js'

/** What the command line asks for. */
export interface Options {
  readonly mode: 'run' | 'quick' | 'report' | 'marks' | 'help'
  readonly works: readonly Work[]
  /** Whether works or contenders are left out. */
  readonly isPart: boolean
  readonly rounds: number
  /** Seconds of load on each contender in each round. */
  readonly seconds: number
  /** File for the raw figures, instead of the one that the page is made from. */
  readonly out: string | undefined
  /** Puts the works that were run into the raw figures that are there. */
  readonly update: boolean
}

/** Reads the command line. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({ args: [...args], options: OPTIONS })
  const contenders = listOf(values.contenders)?.map((name) => contender(name).name)
  const works = listOf(values.only)?.map(work) ?? WORKS
  return {
    mode: MODES.find((mode) => values[mode]) ?? 'run',
    works: contenders === undefined ? works : works.flatMap((each) => narrowed(each, contenders)),
    isPart: values.only !== undefined || contenders !== undefined,
    rounds: positive('--rounds', values.rounds),
    seconds: positive('--seconds', values.seconds),
    out: values.out,
    update: values.update,
  }
}

/** A work with fewer contenders, or none of it when it has none of these. */
export function narrowed(work: Work, names: readonly string[]): Work[] {
  const contenders = work.contenders.filter((name) => names.includes(name))
  return contenders.length === 0 ? [] : [{ ...work, contenders }]
}

export function usage(): string {
  return `npm run bench -- [options]

  (none)               measures everything, then redraws docs/performance.md and its chart
  --quick              measures in under a minute what the marks need, roughly; writes nothing
  --marks              prints the marks by the figures of the last run
  --report             redraws the page and its chart from the figures of the last run
  --only WORK,…        these works only
  --contenders NAME,…  these contenders only
  --rounds N           rounds, ${OPTIONS.rounds.default} by default
  --seconds N          load on each contender in each round, ${OPTIONS.seconds.default} s by default
  --out FILE           writes the raw figures there, and not the page
  --update             puts the works of --only into the figures of the last run, and redraws the page
  --no-build           measures dist/ as it is, even when src/ is newer

A part of the works or of the contenders is printed, and written only with --out or --update.

Works: ${WORKS.map(({ name }) => name).join(', ')}
Contenders: ${[...FILE_SERVERS, ...PAIRS].map(({ name }) => name).join(', ')}
`
}

const MODES = ['help', 'quick', 'report', 'marks'] as const

const OPTIONS = {
  help: { type: 'boolean', default: false },
  quick: { type: 'boolean', default: false },
  report: { type: 'boolean', default: false },
  marks: { type: 'boolean', default: false },
  only: { type: 'string' },
  contenders: { type: 'string' },
  rounds: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '2' },
  out: { type: 'string' },
  update: { type: 'boolean', default: false },
  'no-build': { type: 'boolean', default: false },
} as const

function listOf(value: string | undefined): string[] | undefined {
  return value?.split(',').map((name) => name.trim())
}

function positive(option: string, value: string): number {
  const number = Number(value)
  if (number > 0) return number
  throw new Error(`${option} must be a number above 0, got "${value}".`)
}
