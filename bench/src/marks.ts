import { contender, namesOf } from './contenders.js'
import { cpu, type Figures, medianOf, perSecond, type Quantity, ratioOf, roundsOf } from './figures.js'

/** What we want to reach, as a ratio. */
export interface Mark {
  readonly title: string
  readonly bound: 'at least' | 'at most'
  readonly value: number
}

/** A mark, and what was measured; no ratio where a work or a contender is missing. */
export interface Verdict extends Mark {
  readonly ratio: number | undefined
  /** Who was the best of several, or what else the ratio has to be seen beside. */
  readonly against?: string | undefined
}

type Measured = Pick<Figures, 'works'>

/** Holds figures against every mark. */
export function marksOf(figures: Measured): Verdict[] {
  return [
    ...nodeHttp(figures, '1-KiB', '1 KiB', { peer: 3, memory: 0.8 }),
    ...nodeHttp(figures, '64-KiB', '64 KiB', { peer: 2.2, memory: 0.9 }),
    ...frameworks(figures, '1-KiB', '1 KiB', 3),
    ...frameworks(figures, '64-KiB', '64 KiB', 2.2),
    ...plainJavaScript(figures, '1-MiB', '1 MiB'),
    ...plainJavaScript(figures, '100-MiB', '100 MiB'),
    ...zeroCopy(figures, '1-MiB', '1 MiB', 8),
    ...zeroCopy(figures, '100-MiB', '100 MiB', 4.5),
    best(figures, '304', '304: answers/s, to the best peer', 3, () => true),
    best(figures, '304', '304: answers/s, to the best peer that looks at the file', 3, looks),
    best(figures, 'files-cold', '100,000 files, cold: answers/s, to the best peer', 1, () => true),
    flat(figures, 'CPU of 100,000 files to that of 10', ['files-10', 'files-100k']),
    flat(figures, 'CPU with 1 to 1,000 connections, dearest to cheapest', ['1-KiB-1', '1-KiB', '1-KiB-1000']),
    ...costs(figures),
  ]
}

/** Whether a mark is met; `undefined` where nothing was measured. */
export function isMet({ bound, value, ratio }: Verdict): boolean | undefined {
  if (ratio === undefined) return undefined
  return bound === 'at least' ? ratio >= value : ratio <= value
}

const OURS = 'downloadview'
const PLAIN = 'downloadview-js'

function nodeHttp(figures: Measured, work: string, title: string, values: { peer: number; memory: number }): Verdict[] {
  const toMemory = { title: `${title}: answers/s, to the same from memory`, value: values.memory }
  return [
    best(figures, work, `${title}: answers/s, to the best peer`, values.peer, () => true),
    { ...toMemory, bound: 'at least', ratio: ratio(figures, work, OURS, 'memory', perSecond) },
  ]
}

/** Each framework, with its own way to send a file. */
function frameworks(figures: Measured, work: string, title: string, value: number): Verdict[] {
  return Object.entries({ Express: 'express', Fastify: 'fastify-static', Hono: 'hono' }).map(([name, peer]) => ({
    title: `${title} on ${name}: answers/s, to ${contender(peer).title}`,
    bound: 'at least',
    value,
    ratio: ratio(figures, work, `downloadview-${name.toLowerCase()}`, peer, perSecond),
  }))
}

function plainJavaScript(figures: Measured, work: string, title: string): Verdict[] {
  const of = `${title}, plain JavaScript`
  return [
    {
      title: `${of}: CPU of send to ours`,
      bound: 'at least',
      value: 2.5,
      ratio: ratio(figures, work, 'send', PLAIN, cpu),
    },
    {
      title: `${of}: answers/s, to send`,
      bound: 'at least',
      value: 1.4,
      ratio: ratio(figures, work, PLAIN, 'send', perSecond),
    },
  ]
}

function zeroCopy(figures: Measured, work: string, title: string, value: number): Verdict[] {
  const of = `${title}, zero copy`
  return [
    { title: `${of}: CPU of send to ours`, bound: 'at least', value, ratio: ratio(figures, work, 'send', OURS, cpu) },
    { title: `${of}: our CPU to nginx`, bound: 'at most', value: 1.5, ratio: ratio(figures, work, OURS, 'nginx', cpu) },
    {
      title: `${of}: answers/s, to plain JavaScript`,
      bound: 'at least',
      value: 1,
      ratio: ratio(figures, work, OURS, PLAIN, perSecond),
    },
  ]
}

function looks(name: string): boolean {
  return !contender(name).blind
}

/** Against whoever does best, of those that do this work at all. */
function best(figures: Measured, work: string, title: string, value: number, fits: (name: string) => boolean): Verdict {
  const ratios = namesOf('peer')
    .filter(fits)
    .map((name) => ({ name, ratio: ratio(figures, work, OURS, name, perSecond) ?? Number.POSITIVE_INFINITY }))
    .sort((a, b) => a.ratio - b.ratio)
  const [first] = ratios
  const found = first !== undefined && Number.isFinite(first.ratio) ? first : undefined
  return { title, bound: 'at least', value, ratio: found?.ratio, against: found && contender(found.name).title }
}

/** The dearest of some works to the cheapest. */
function flat(figures: Measured, title: string, works: readonly string[]): Verdict {
  const ratio = unevenness(figures, works, OURS)
  // Node itself pays for each turn of its loop, which more connections share.
  const limit = unevenness(figures, works, 'memory')
  return {
    title,
    bound: 'at most',
    value: 1.5,
    ratio,
    against: limit === undefined ? undefined : `from memory ${limit.toFixed(2)}`,
  }
}

function unevenness(figures: Measured, works: readonly string[], name: string): number | undefined {
  const each = works.map((work) => roundsOf(figures, work, name))
  const costs = each.flatMap((rounds) => (rounds === undefined ? [] : [medianOf(rounds, cpu)]))
  return costs.length === works.length ? Math.max(...costs) / Math.min(...costs) : undefined
}

/** What we take to what is written by hand. */
function costs(figures: Measured): Verdict[] {
  return COSTS.map(([work, pair, title, value]) => ({
    title: `${title}: CPU to that of a handler by hand`,
    bound: 'at most',
    value,
    ratio: ratio(figures, work, `${pair}-downloadview`, `${pair}-hand`, cpu),
  }))
}

const COSTS = [
  ['x-accel', 'x-accel', 'X-Accel-Redirect', 1.3],
  ['http-1-KiB', 'http', 'HTTP, 1 KiB', 1.2],
  ['http-1-MiB', 'http', 'HTTP, 1 MiB', 1.2],
  ['http-64-MiB', 'http', 'HTTP, 64 MiB', 1.2],
  ['s3-1-KiB', 's3', 'S3, 1 KiB', 1.2],
  ['s3-1-MiB', 's3', 'S3, 1 MiB', 1.2],
  ['s3-64-MiB', 's3', 'S3, 64 MiB', 1.2],
  ['generated-1-KiB', 'generated', 'generated, 1 KiB pieces', 1.1],
  ['generated-64-KiB', 'generated', 'generated, 64 KiB pieces', 1.1],
] as const

function ratio(figures: Measured, work: string, one: string, other: string, quantity: Quantity): number | undefined {
  const [rounds, others] = [roundsOf(figures, work, one), roundsOf(figures, work, other)]
  return rounds === undefined || others === undefined ? undefined : ratioOf(rounds, others, quantity)
}
