import { FILE_SERVERS } from './contenders.js'
import { cpu, type Figures, perSecond, type Quantity, ratioOf, roundsOf } from './figures.js'
import { work } from './works.js'

/** Draws the ratios of the works that say most: two panels in a row, a bar for each server. */
export function drawChart(figures: Figures): string {
  const panels = PANELS.map((panel) => ({ ...panel, bars: barsOf(figures, panel) })).filter(
    ({ bars }) => bars.length > 0,
  )
  const height = HEAD + Math.ceil(panels.length / 2) * PANEL_HEIGHT
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${TITLE}">
<style>${STYLE}</style>
<text class="title" x="16" y="26">${TITLE}</text>
<text class="note" x="16" y="46">Ratios to send in the same round, ${roundsIn(figures)}; ${figures.machine.cores} cores, Node ${figures.machine.node}</text>
${panels.map(drawPanel).join('\n')}
</svg>
`
}

const TITLE = 'Serving files: how servers compare, send = 1'

/** One work, by one quantity. */
interface Panel {
  readonly work: string
  readonly unit: string
  readonly quantity: Quantity
}

interface Bar {
  readonly title: string
  readonly kind: string
  readonly ratio: number
}

const RATE = { unit: 'answers/s, more is better', quantity: perSecond }
const COST = { unit: 'CPU for an answer, less is better', quantity: cpu }

const PANELS: readonly Panel[] = [
  { work: '1-KiB', ...RATE },
  { work: '64-KiB', ...RATE },
  { work: '1-MiB', ...COST },
  { work: '100-MiB', ...COST },
  { work: '304', ...RATE },
  { work: 'range', ...RATE },
  { work: 'files-100k', ...RATE },
  { work: 'files-cold', ...RATE },
]

const WIDTH = 960
const HEAD = 64
const PANEL_WIDTH = WIDTH / 2
const LABELS = 232
const BAR_WIDTH = PANEL_WIDTH - LABELS - 76
const ROW = 17
const PANEL_HEIGHT = 44 + FILE_SERVERS.length * ROW + 16

/** Readable on white and on black: most pages show the picture on the reader's own colours. */
const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #3d444d }
.title { font-size: 17px; font-weight: 600 } .work { font-size: 14px; font-weight: 600 } .note { fill: #6e7781 }
.name { text-anchor: end } .one { stroke: #8b949e; stroke-dasharray: 3 3 }
.limit { fill: #8b949e } .ours { fill: #1a7f5a } .peer { fill: #d1913c } .proxy { fill: #5b8def }
@media (prefers-color-scheme: dark) { text { fill: #d1d7e0 } .note { fill: #9198a1 } .ours { fill: #3fb68b } }
`

function barsOf(figures: Figures, { work, quantity }: Panel): Bar[] {
  const others = roundsOf(figures, work, 'send')
  return FILE_SERVERS.flatMap(({ name, title, kind }) => {
    const rounds = roundsOf(figures, work, name)
    return rounds === undefined || others === undefined
      ? []
      : [{ title, kind, ratio: ratioOf(rounds, others, quantity) }]
  })
}

function drawPanel({ work: name, unit, bars }: Panel & { readonly bars: readonly Bar[] }, index: number): string {
  const [x, y] = [(index % 2) * PANEL_WIDTH, HEAD + Math.floor(index / 2) * PANEL_HEIGHT]
  const scale = BAR_WIDTH / Math.max(1, ...bars.map(({ ratio }) => ratio))
  const one = LABELS + scale
  return `<g transform="translate(${x} ${y})">
<text class="work" x="16" y="18">${escaped(work(name).title)}</text>
<text class="note" x="16" y="35">${unit}</text>
<line class="one" x1="${one.toFixed(1)}" y1="42" x2="${one.toFixed(1)}" y2="${44 + bars.length * ROW}"/>
${bars.map((bar, row) => drawBar(bar, 44 + row * ROW, scale)).join('\n')}
</g>`
}

function drawBar({ title, kind, ratio }: Bar, y: number, scale: number): string {
  const width = Math.max(1, ratio * scale)
  return `<text class="name" x="${LABELS - 8}" y="${y + 12}">${escaped(title)}</text><rect class="${kind}" x="${LABELS}" y="${y + 2}" width="${width.toFixed(1)}" height="${ROW - 5}" rx="2"/><text x="${(LABELS + width + 5).toFixed(1)}" y="${y + 12}">${ratio.toFixed(2)}</text>`
}

function roundsIn({ rounds }: Figures): string {
  return rounds === 1 ? 'one round' : `median of ${rounds} rounds`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
