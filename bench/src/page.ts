import { contender, FILE_SERVERS } from './contenders.js'
import { cpu, type Figures, perSecond, type Quantity, ratioOf, roundsOf, type WorkFigures } from './figures.js'
import type { Machine } from './machine.js'
import { markTable } from './mark-lines.js'
import { marksOf } from './marks.js'
import { markdown, rowsOf } from './table.js'
import { type Work, work } from './works.js'

const BEGIN = '<!-- figures: written by npm run bench -->'
const END = '<!-- end of figures -->'

/** Puts the figures between their two comments. */
export function replaceFigures(page: string, figures: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`The page needs the lines "${BEGIN}" and "${END}".`)
  return `${page.slice(0, from + BEGIN.length)}\n${figures}\n${page.slice(to)}`
}

/** Writes what a run has found: the marks, all servers side by side, then each work by itself. */
export function writePage(figures: Figures): string {
  return [
    describeRun(figures),
    '### Marks',
    markTable(marksOf(figures)),
    '### Answers per second, `send` = 1',
    markdown(sideBySide(figures, perSecond)),
    '### CPU for an answer, `send` = 1',
    markdown(sideBySide(figures, cpu)),
    '### Each work',
    ...figures.works.map(detailsOf),
  ].join('\n\n')
}

function describeRun({ date, machine, rounds, milliseconds }: Figures): string {
  const length = `${rounds} ${rounds === 1 ? 'round' : 'rounds'} of ${milliseconds / 1000} s`
  const remark = rounds < ENOUGH ? ' **That is a trial run: too short to say anything.**' : ''
  return `${date}, ${describeMachine(machine)}. ${length}.${remark}`
}

/** Rounds that a median needs to mean something. */
const ENOUGH = 3

function describeMachine({ cpu, cores, memory, kernel, node }: Machine): string {
  return `${cores} cores of ${cpu}, ${memory} of memory, ${kernel}, Node ${node}`
}

/** A row for each server of files, a column for each work on them. */
function sideBySide(figures: Figures, quantity: Quantity): string[][] {
  const works = figures.works.map(({ name }) => work(name)).filter(({ reference }) => reference === 'send')
  const rows = FILE_SERVERS.map(({ name, title }) => [
    title,
    ...works.map((each) => cellOf(figures, each, name, quantity)),
  ])
  return [
    ['server', ...works.map(({ title }) => title)],
    ...rows.filter((row) => row.slice(1).some((cell) => cell !== '')),
  ]
}

/** Empty for a server that does not take part, a dash for one that does the work in no right way. */
function cellOf(figures: Figures, { name: work, reference }: Work, name: string, quantity: Quantity): string {
  const others = roundsOf(figures, work, reference)
  const rounds = roundsOf(figures, work, name)
  if (rounds !== undefined && others !== undefined) return ratioOf(rounds, others, quantity).toFixed(2)
  const takesPart = figures.works.find((each) => each.name === work)?.contenders.some((each) => each.name === name)
  return takesPart ? '–' : ''
}

function detailsOf(figures: WorkFigures): string {
  const { title, reference } = work(figures.name)
  const table = markdown(rowsOf(figures, reference))
  return `<details><summary>${title}; ${contender(reference).title} = 1</summary>\n\n${table}\n\n</details>`
}
