import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { drawChart } from './chart.js'
import type { Figures } from './figures.js'
import type { Options } from './options.js'
import { replaceFigures, writePage } from './page.js'
import { WORKS } from './works.js'

/** Reads the raw figures of the last run. */
export async function readFigures(): Promise<Figures> {
  try {
    return JSON.parse(await readFile(RAW, 'utf8')) as Figures
  } catch (error) {
    throw new Error('There are no figures yet: run `npm run bench` first.', { cause: error })
  }
}

/** Keeps the figures of a run, as far as its options say so. */
export async function writeFigures(figures: Figures, { out, update, isPart }: Options): Promise<void> {
  if (out !== undefined) return write(resolve(out), rawText(figures))
  if (isPart && !update) return
  await write(RAW, rawText(update ? merged(await readFigures(), figures) : figures))
  await format(RAW)
  await redraw()
}

/** Draws the page and its chart by the raw figures. */
export async function redraw(): Promise<void> {
  const figures = await readFigures()
  await write(PAGE, replaceFigures(await readFile(PAGE, 'utf8'), writePage(figures)))
  await write(CHART, drawChart(figures))
}

/** Takes new works in place of old ones of the same name. */
export function merged(old: Figures, { works, ...run }: Figures): Figures {
  const all = [...works, ...old.works.filter(({ name }) => !works.some((each) => each.name === name))]
  const place = (name: string) => WORKS.findIndex((each) => each.name === name)
  return { ...run, works: all.sort((a, b) => place(a.name) - place(b.name)) }
}

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url))
const RAW = `${DOCS}performance/figures.json`
const PAGE = `${DOCS}performance.md`
const CHART = `${DOCS}performance.svg`

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

/** The linter reads what is in the repository. */
async function format(path: string): Promise<void> {
  await promisify(execFile)('biome', ['format', '--write', path])
}

/** One line for each round, so that a change can be read; four digits say all that can be known. */
function rawText(figures: Figures): string {
  const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(5)) : value)
  const text = JSON.stringify(figures, rounded, 2)
  return `${text.replace(/\{[^{}[\]]*(\{[^{}]*\})?[^{}[\]]*\}/g, (match) => match.replace(/\s*\n\s*/g, ' '))}\n`
}
