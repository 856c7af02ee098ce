import { styleText } from 'node:util'
import type { HealthCheckName, HealthCheckResult, HealthReport } from '../health/report.js'

/** How {@link formatReport} is to write. */
export interface FormatOptions {
  readonly color: boolean
  /** What could not be prepared; shown when something is wrong. */
  readonly notes: readonly string[]
}

/** Writes a report for people: a line for each check, then what is wrong, and what to do about it. */
export function formatReport({ ok, checks }: HealthReport, { color, notes }: FormatOptions): string {
  // Whether there are to be colours was asked already; newer versions of Node would look at standard output once more.
  const paint: Paint = (format, text) => (color ? styleText(format, text, { validateStream: false }) : text)
  const faults = distinct(checks.filter((check) => !check.ok))
  const lines = [
    ...checks.map((check) => checkLine(check, paint)),
    ...faults.flatMap((fault) => faultLines(fault, paint)),
    ...(ok ? [] : notes.map((note) => `Note: ${note}`)),
    ok ? paint('green', 'Downloads are healthy.') : paint('red', 'Downloads are not healthy.'),
  ]
  return lines.join('\n')
}

type Paint = (format: 'red' | 'green' | 'bold' | 'dim', text: string) => string

const TITLES: Readonly<Record<HealthCheckName, string>> = {
  chain: 'whole chain',
  proxy: 'proxy',
  application: 'application',
  files: 'files',
}

function checkLine({ name, rule, ok, code, message }: HealthCheckResult, paint: Paint): string {
  const title = `rule ${rule}, ${TITLES[name]}:`
  return ok ? `${paint('green', '✓')} ${title} ${message}` : `${paint('red', '✗')} ${title} ${paint('red', code)}`
}

function faultLines({ code, guilty, message, mend }: HealthCheckResult, paint: Paint): string[] {
  return [
    '',
    `${paint('bold', `Guilty: ${guilty}`)} ${paint('dim', `(${code})`)}`,
    `  ${message}`,
    `  Mend: ${mend}`,
    '',
  ]
}

/** The check of the whole chain and that of the guilty part say the same. */
function distinct(faults: readonly HealthCheckResult[]): HealthCheckResult[] {
  return faults.filter(({ message }, index) => faults.findIndex((other) => other.message === message) === index)
}
