import { readFileSync } from 'node:fs'

/** Where a name of the original stands in the page, and what is beside it. */
export interface Row {
  readonly line: number
  readonly cells: readonly string[]
  /** Names in the first column, without their quotes. */
  readonly python: readonly string[]
  /** Names in the second column; empty for `later` and for `—`. */
  readonly typeScript: readonly string[]
  readonly isLater: boolean
}

export function readPage(): string {
  return readFileSync(new URL('../../../docs/from-django-downloadview.md', import.meta.url), 'utf8')
}

/** The rows of all tables of names: those whose second column is called TypeScript. */
export function rowsOf(page: string): Row[] {
  const rows: Row[] = []
  let inTable = false
  for (const [index, text] of page.split('\n').entries()) {
    const cells = cellsOf(text)
    if (cells[1] === 'TypeScript') inTable = true
    else if (cells.length === 0) inTable = false
    else if (inTable && !/^-+$/.test(cells[0] as string)) rows.push(toRow(cells, index + 1))
  }
  return rows
}

/** The names of a section without a table. */
export function namesIn(page: string, heading: string): string[] {
  const [, after = ''] = page.split(`\n## ${heading}\n`)
  return codeIn(after.split('\n## ')[0] as string)
}

/** What the first column of the table of rules holds. */
export function numbersIn(page: string): string[] {
  return [...page.matchAll(/^\| (U\d\d) \|/gm)].map(([, number]) => number as string)
}

function cellsOf(text: string): string[] {
  return text.startsWith('|')
    ? text
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
    : []
}

function toRow(cells: readonly string[], line: number): Row {
  const [python = '', typeScript = ''] = cells
  return {
    line,
    cells,
    python: codeIn(python, python),
    typeScript: codeIn(typeScript),
    isLater: typeScript === 'later',
  }
}

/** Texts in backquotes; without any, the given one. */
function codeIn(text: string, otherwise?: string): string[] {
  const names = [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name as string)
  return names.length === 0 && otherwise !== undefined ? [otherwise] : names
}
