import { contender } from './contenders.js'
import { faultOf } from './failures.js'
import {
  type ContenderFigures,
  cpu,
  isWhole,
  medianOf,
  memory,
  p99,
  perSecond,
  ratioOf,
  roundsOf,
  type WorkFigures,
} from './figures.js'
import type { Measurement } from './measure.js'

/** Makes the table of a work: a head, then a row for each contender. `reference` is 1. */
export function rowsOf(figures: WorkFigures, reference: string): string[][] {
  const others = roundsOf({ works: [figures] }, figures.name, reference)
  return [HEAD, ...figures.contenders.map((each) => rowOf(each, others))]
}

/** Lays a table out for a terminal. A row with fewer cells than the head has a remark instead of figures. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows
  const isFull = (row: readonly string[]) => row.length === head.length
  const widths = head.map((_, at) => Math.max(...rows.filter((row) => at === 0 || isFull(row)).map(lengthOf(at))))
  const width = (row: readonly string[], at: number) => (at === 0 || isFull(row) ? (widths[at] ?? 0) : 0)
  return rows
    .map((row) => `  ${row.map((cell, at) => padded(cell, width(row, at), at)).join('  ')}`.trimEnd())
    .join('\n')
}

/** Writes a table for a page. */
export function markdown(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows
  const rule = head.map((_, at) => (at === 0 ? '---' : '---:'))
  const whole = body.map((row) => [...row, ...head.slice(row.length).map(() => '')])
  return [head, rule, ...whole].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

/** A number with as many digits as people read. */
export function short(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en')
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

const HEAD = ['server', 'answers/s', '×', 'CPU µs/answer', '×', 'memory MiB', 'p99 ms']

function rowOf(figures: ContenderFigures, others: readonly Measurement[] | undefined): string[] {
  const { title } = contender(figures.name)
  if (!isWhole(figures)) return [title, faultOf(figures)]
  const rounds = figures.rounds as readonly Measurement[]
  const ratio = (quantity: typeof cpu) => (others === undefined ? '–' : ratioOf(rounds, others, quantity).toFixed(2))
  return [
    title,
    short(medianOf(rounds, perSecond)),
    ratio(perSecond),
    short(medianOf(rounds, cpu)) + parts(rounds),
    ratio(cpu),
    short(medianOf(rounds, memory) / 2 ** 20),
    short(medianOf(rounds, p99)),
  ]
}

/** Where several processes work together, what each of them takes. */
function parts(rounds: readonly Measurement[]): string {
  const names = Object.keys(rounds[0]?.cpu ?? {})
  if (names.length < 2) return ''
  return ` (${names.map((name) => `${name} ${short(medianOf(rounds, (each) => each.cpu[name] ?? 0))}`).join(', ')})`
}

const lengthOf = (at: number) => (row: readonly string[]) => row[at]?.length ?? 0

/** The first column is text, the others are numbers. */
function padded(cell: string, width: number, at: number): string {
  return at === 0 ? cell.padEnd(width) : cell.padStart(width)
}
