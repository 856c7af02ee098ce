import { isMet, type Verdict } from './marks.js'
import { aligned, markdown } from './table.js'

/** Prints marks for a terminal. `isPart` leaves out those that nothing was measured for. */
export function markLines(verdicts: readonly Verdict[], { isPart = false } = {}): string {
  const rows = verdicts.filter(({ ratio }) => !isPart || ratio !== undefined).map(cellsOf)
  const met = verdicts.filter((each) => isMet(each)).length
  return rows.length === 0 ? '' : `\n${aligned([HEAD, ...rows])}\n  ${met} of ${rows.length} marks are met.`
}

/** Writes marks for a page. */
export function markTable(verdicts: readonly Verdict[]): string {
  return markdown([HEAD, ...verdicts.map(cellsOf)])
}

const HEAD = ['mark', 'wanted', 'measured', '']

function cellsOf(verdict: Verdict): string[] {
  const { title, bound, value, ratio, against } = verdict
  const met = isMet(verdict)
  return [
    against === undefined ? title : `${title} (${against})`,
    `${bound === 'at least' ? '≥' : '≤'} ${value}`,
    ratio === undefined ? '–' : ratio.toFixed(2),
    met === undefined ? 'not measured' : met ? 'pass' : 'miss',
  ]
}
